"""Entries and files as their pages show them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.bank.models import BankFile, EntryState
from storno.bank.queries import (
    COUNTED_TO,
    count_states,
    count_waiting,
    is_being_matched,
    list_entries,
    list_files,
)
from storno.matching.suggest import suggest
from storno.organizations.models import OrganizationKind
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.bank.rows import entry_rows
from storno.web.say import Said, say_moment

Query = Mapping[str, str]

QUEUE = ""
STATES: dict[str, tuple[EntryState, ...]] = {
    QUEUE: (EntryState.QUEUED,),
    "matched": (EntryState.MATCHED, EntryState.RETURNED, EntryState.PAYOUT),
    "aside": (EntryState.ASIDE,),
    "all": (),
}
"""The tabs of entries, and what stands under each."""


def bank_page(query: Query, here: Here) -> dict[str, Any]:
    """All that the page of entries shows."""
    mine = here.organization.id
    tab = query.get("state", QUEUE)
    tab = tab if tab in STATES else QUEUE
    page = list_entries(mine, states=STATES[tab], before=_id(query.get("before", "")))
    state = {"state": tab} if tab else {}
    older = here.url("bank", before=str(page.next), **state) if page.next else ""
    return {
        "tab": tab,
        "tabs": bank_tabs(tab, here),
        "rows": entry_rows(page.rows, here, suggest(page.rows, mine)),
        "older_url": older,
        "is_being_matched": is_being_matched(mine),
        "never": not page.rows and not list_files(mine, limit=1).rows,
        "upload_url": _upload_url(here),
    }


def files_page(query: Query, here: Here) -> dict[str, Any]:
    """All that the page of files shows."""
    page = list_files(here.organization.id, before=_id(query.get("before", "")))
    return {
        "tabs": bank_tabs("files", here),
        "rows": [
            {
                "name": file.name or _("File without a name"),
                "url": here.url("bank_file", file.id),
                "told": _of_file(file),
                "read": _read(file, here),
            }
            for file in page.rows
        ],
        "older_url": here.url("bank_files", before=str(page.next)) if page.next else "",
        "upload_url": _upload_url(here),
    }


def file_page(file: BankFile, query: Query, here: Here) -> dict[str, Any]:
    """All that the page of one file shows: what became of its entries, and why."""
    counts = count_states(file)
    tab = query.get("state", "")
    tab = tab if tab in EntryState.values else ""
    states = (EntryState(tab),) if tab else ()
    page = list_entries(
        here.organization.id, states=states, file_id=file.id, before=_id(query.get("before", ""))
    )
    state = {"state": tab} if tab else {}
    return {
        "file": file,
        "name": file.name or _("File without a name"),
        "told": _of_file(file),
        "read": _read(file, here),
        "known": file.entries - file.new,
        "tabs": [
            {"label": _("All"), "count": file.new, "current": not tab, "url": _file(file, here)},
            *(
                {
                    "label": _TAB_WORDS[each](),
                    "count": count,
                    "current": tab == each,
                    "url": _file(file, here, state=each.value),
                }
                for each, count in counts.items()
                if count or tab == each
            ),
        ],
        "rows": entry_rows(page.rows, here, suggest(page.rows, here.organization.id)),
        "older_url": _file(file, here, before=str(page.next), **state) if page.next else "",
        "is_being_matched": counts[EntryState.NEW] > 0,
    }


_TAB_WORDS = {
    EntryState.NEW: lambda: _("Being matched"),
    EntryState.QUEUED: lambda: _("To match"),
    EntryState.MATCHED: lambda: _("Matched"),
    EntryState.RETURNED: lambda: _("Gone back"),
    EntryState.PAYOUT: lambda: _("Paid out"),
    EntryState.ASIDE: lambda: _("Set aside"),
}


def bank_tabs(current: str, here: Here) -> list[dict[str, Any]]:
    """The tabs of all pages of the bank."""
    waiting = count_waiting(here.organization.id)
    count = f"{COUNTED_TO - 1}+" if waiting >= COUNTED_TO else waiting
    labels = {
        QUEUE: _("To match"),
        "matched": _("Matched"),
        "aside": _("Set aside"),
        "all": _("All"),
    }
    tabs: list[dict[str, Any]] = [
        {
            "label": label,
            "count": None if tab else count,
            "current": tab == current,
            "url": here.url("bank", **({"state": tab} if tab else {})),
        }
        for tab, label in labels.items()
    ]
    files = {"label": _("Files"), "url": here.url("bank_files"), "current": current == "files"}
    if here.organization.kind != OrganizationKind.OPERATOR:
        return [*tabs, files]
    url = here.url("bank_balance")
    return [*tabs, files, {"label": _("Balance"), "url": url, "current": current == "balance"}]


def _of_file(file: BankFile) -> str:
    return f"{file.kind} · {file.account}"


def _read(file: BankFile, here: Here) -> Said:
    return say_moment(file.read_at, here.at, here.now.seller.time_zone)


def _file(file: BankFile, here: Here, **query: str) -> str:
    return here.url("bank_file", file.id, **query)


def _upload_url(here: Here) -> str:
    return here.url("bank_upload") if here.who.may(Deed.REGISTER_PAYMENT) else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
