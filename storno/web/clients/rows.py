"""A file of clients as its page shows it: what each column is, and what becomes of each row."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.clients.columns import COLUMNS, left_out
from storno.clients.models import Import, WhenThere
from storno.clients.plan_import import Fate, ImportPlan, PlannedRow
from storno.clients.read_csv import Sheet, read_csv
from storno.clients.take_in import plan_of
from storno.core.refusals import FieldError, Invalid, Words
from storno.core.sheet import Row, safe_cell
from storno.web.access import Here
from storno.web.clients.keeper import asks_for_keeper, keeper_choices, said_of_keeper
from storno.web.fields import choices_of

AT_ONCE = 50
"""Rows of the preview on one page."""
LONGEST_SAMPLE = 40
LONGEST_NAME = 60
MOST_NAMED = 5
"""Columns that are left out, in the sentence that says so."""


def preview(request: HttpRequest, here: Here, origin: Import) -> dict[str, Any]:
    """All that the page of a file shows; while no column holds the name, only what columns are."""
    shown: dict[str, Any] = {
        "origin": origin,
        "back_url": here.url("clients"),
        "undo_url": here.url("client_untaking", origin.id),
        "new_url": here.url("client_import"),
        "rows_url": here.url("client_rows", origin.id),
        "give_up_url": here.url("client_import_given_up", origin.id),
    }
    if origin.is_taken:
        return shown
    shown |= _asked(read_csv(origin.file), origin) | _keeper(request, here)
    try:
        plan = plan_of(origin, who=here.who)
    except Invalid as nameless:
        return shown | {"unclear": str(nameless.errors[0].message)}
    return shown | _rows(request, here, plan, origin)


def wrong_rows(plan: ImportPlan) -> Iterator[Row]:
    """The rows that are wrong as they were read, each with the reasons in a last column."""
    yield [*map(safe_cell, plan.heading), _("What is wrong")]
    for planned in plan.of(Fate.WRONG):
        width = max(len(plan.heading), len(planned.row.cells))
        cells = [*planned.row.cells, *[""] * (width - len(planned.row.cells))]
        yield [*map(safe_cell, cells), " ".join(_reasons(planned.errors))]


def imported_words(plan: ImportPlan) -> str:
    """What was done, in a sentence or two."""
    made, updated = len(plan.of(Fate.MAKE)), len(plan.of(Fate.UPDATE))
    said = []
    if made:
        said.append(ngettext("%(count)d is new.", "%(count)d are new.", made) % {"count": made})
    if updated:
        words = ngettext(
            "%(count)d was brought up to date.", "%(count)d were brought up to date.", updated
        )
        said.append(words % {"count": updated})
    return " ".join([_("The file is imported."), *said])


def _asked(sheet: Sheet, origin: Import) -> dict[str, Any]:
    """What is asked about the columns, each with its heading and the first thing in it."""
    columns: list[dict[str, Any]] = []
    untaken = left_out(sheet.heading, sheet.rows, origin.columns)
    for place, (heading, column) in enumerate(zip(sheet.heading, origin.columns, strict=True)):
        cells = (row.cells[place] for row in sheet.rows if place < len(row.cells))
        sample = next((cell for cell in cells if cell), "")
        columns.append(
            {
                "name": f"column-{place}",
                "heading": heading[:LONGEST_NAME] or _("Column %(number)d") % {"number": place + 1},
                "sample": sample[:LONGEST_SAMPLE],
                "choices": [("", _("leave out"), column == "")]
                + [(name, words, column == name) for name, words in COLUMNS.items()],
            }
        )
    return {
        "columns": columns,
        "left_out": _left_out([columns[place]["heading"] for place in untaken]),
        "whens": [
            {"value": value, "label": label, "chosen": value == origin.when_there}
            for value, label in choices_of(WhenThere)
        ],
    }


def _keeper(request: HttpRequest, here: Here) -> dict[str, Any]:
    """Who can look after whoever is new; one who was chosen stays so after a refusal."""
    chosen = request.GET.get("keeper", "")
    choices = keeper_choices(here) if asks_for_keeper(here) else []
    return {
        "kept_by": said_of_keeper(here),
        "keepers": [(value, words, value == chosen) for value, words in choices],
    }


def _left_out(names: Sequence[str]) -> str:
    """Which columns are not imported though something stands in them; nothing where all are."""
    if not names:
        return ""
    shown = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        words = _("%(names)s and %(count)d more")
        shown = words % {"names": shown, "count": len(names) - MOST_NAMED}
    words = ngettext(
        "This column is not imported: %(names)s.",
        "These columns are not imported: %(names)s.",
        len(names),
    )
    return words % {"names": shown}


def _rows(request: HttpRequest, here: Here, plan: ImportPlan, origin: Import) -> dict[str, Any]:
    """The rows of one fate, a page of them, and the way to the others."""
    by_fate = {fate: plan.of(fate) for fate in Fate}
    first = Fate.WRONG if by_fate[Fate.WRONG] else Fate.MAKE
    asked = request.GET.get("fate", "")
    fate = Fate(asked) if asked in set(Fate) else first
    page = request.GET.get("page", "")
    begin = AT_ONCE * int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    rows = by_fate[fate][begin : begin + AT_ONCE]
    more = len(by_fate[fate]) > begin + AT_ONCE
    following = {"fate": fate.value, "page": str(begin // AT_ONCE + 1)}
    good = plan.good
    words = ngettext("Import the %(count)d good row", "Import the %(count)d good rows", good)
    return {
        "tabs": [
            {
                "label": _FATES[each](),
                "url": f"{here.url('client_rows', origin.id, fate=each.value)}#rows",
                "current": each is fate,
                "count": len(by_fate[each]),
            }
            for each in Fate
        ],
        "rows": [_row(planned, here) for planned in rows],
        "older_url": here.url("client_rows", origin.id, **following) if more else "",
        "good": good,
        "take_label": words % {"count": good},
        "take_url": here.url("client_taking", origin.id),
        "wrong_url": here.url("client_wrong_rows", origin.id) if by_fate[Fate.WRONG] else "",
    }


_FATES = {
    Fate.MAKE: lambda: _("New"),
    Fate.UPDATE: lambda: _("Brought up to date"),
    Fate.THERE: lambda: _("There already"),
    Fate.WRONG: lambda: _("Wrong"),
}


def _row(planned: PlannedRow, here: Here) -> dict[str, Any]:
    client = planned.client if planned.fate in (Fate.THERE, Fate.UPDATE) else None
    told: list[Words] = []
    if planned.same_as is not None:
        told.append(_("the same as row %(number)d") % {"number": planned.same_as})
    elif client is not None and client.archived_at is not None:
        told.append(_("archived"))
    if planned.archived:
        told.append(_("archived"))
    if planned.fate is Fate.MAKE and planned.client is not None:
        told += [part for part in (planned.client.email, planned.client.city) if part]
    cells = " · ".join(cell for cell in planned.row.cells if cell)
    return {
        "number": planned.row.number,
        "name": planned.name[:LONGEST_NAME] or cells[:LONGEST_NAME],
        "url": here.url("client", client.id) if client is not None else "",
        "told": " · ".join(str(part) for part in told),
        "reasons": list(_reasons(planned.errors)),
    }


def _reasons(errors: tuple[FieldError, ...]) -> Iterator[str]:
    """What is wrong with a row, each with its column."""
    for error in errors:
        column = COLUMNS.get(error.field)
        yield f"{column}: {error.message}" if column else str(error.message)
