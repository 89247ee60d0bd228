"""The page of a draft in words: the paper it will be, what is still missing, and its departure."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from storno.clients.models import Client, ClientKind
from storno.core.refusals import Words
from storno.documents.content import LineInput, total_up
from storno.documents.draft import entered_in
from storno.documents.models import Draft, FollowUp
from storno.documents.payer import clients_served
from storno.documents.prepare import blockers_of, days_to_pay, draft_content, on_leaving, terms_for
from storno.documents.queries import awaits_decision
from storno.documents.typeset import unissued_paper
from storno.documents.warn import warnings_of
from storno.history.tell import events_of, tell
from storno.organizations.models import Channel, Wording
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.papers.awaited import awaited_of_totals
from storno.web.papers.booked import booked_in
from storno.web.papers.chain import Part, chain_shown
from storno.web.papers.held import by_itself, finalise_url, held_draft
from storno.web.papers.menus import Item, menu_of_draft, quick_changes
from storno.web.papers.paper import Band, shown_paper
from storno.web.papers.reading import read_invoice
from storno.web.papers.states import state_of_draft
from storno.web.papers.story import happenings_shown
from storno.web.papers.ways_out import Subject, reason_of_failure, show_blockers
from storno.web.say import reader_language, say_days, say_departure
from storno.web.words import WORDS


def _asks_what_to_do(draft: Draft, here: Here) -> bool:
    """Whether the ways out of a credited invoice are told beside the draft: a practice has four."""
    return here.now.settings.wording == Wording.PRACTICE and awaits_decision(draft)


def draft_story(draft: Draft, here: Here) -> dict[str, Any]:
    """All that the page of a draft shows; inside a scope."""
    now = here.now
    lines = entered_in(draft).lines
    state, words = state_of_draft(draft, seller=now.seller, at=here.at)
    subject = Subject(draft_id=draft.id, recipient_id=draft.recipient_id)
    return {
        "draft": draft,
        "title": _title(draft),
        "back_url": here.url("invoices", state="processing" if draft.goes_at else "drafts"),
        "state": state,
        "words": words,
        "bookings": booked_in(lines, here),
        "items": menu_of_draft(draft, lines, here),
        "held": held_draft(draft, now, here),
        "blockers": show_blockers(blockers_of(draft, lines, draft.recipient, now), here, subject),
        "by_itself": by_itself(draft, now, here),
        "finalise_url": finalise_url(draft, here) if _may(here) else "",
        "changes": _changes(draft, lines, here),
        "awaited": awaited_of_totals(total_up(lines), now),
        "hold_minutes": now.settings.hold_seconds // 60,
        "failure": reason_of_failure(draft.failure) if draft.failure else "",
        "icon": "send" if draft.channel == Channel.EMAIL else "check",
        "long_term": _long_term(draft, now),
        "warnings": _warnings(draft, lines),
        "waits": waits(draft, now, here),
        "undo": way_back(draft, now, here),
        "asks_what_to_do": _asks_what_to_do(draft, here),
        "chain": chain_of_draft(draft, here),
        "papers": [{"anchor": "paper", "paper": _paper(draft, lines, now)}],
        "happenings": history_of_draft(draft, now, here),
    }


def _warnings(draft: Draft, lines: Sequence[LineInput]) -> list[Words]:
    served = clients_served(lines, organization_id=draft.organization_id)
    return [error.message for error in warnings_of(draft, lines, draft.recipient, served)]


def _title(draft: Draft) -> str:
    if draft.recipient is None:
        return _("Draft")
    return _("Draft for %(name)s") % {"name": draft.recipient.name}


def _may(here: Here) -> bool:
    return here.who.may(Deed.FINALISE)


def _changes(draft: Draft, lines: Sequence[LineInput], here: Here) -> list[Item]:
    """The quick ways to change a draft, and the way to all of it."""
    if not here.who.may(Deed.WRITE_DRAFTS) or draft.goes_at is not None:
        return []
    return [
        *quick_changes(draft, lines, here),
        Item(_("Edit"), "edit", here.url("draft_edit", draft.id)),
    ]


def _long_term(draft: Draft, now: Circumstances) -> str:
    """A word of warning about days to pay that both sides should really have agreed on."""
    days = days_to_pay(draft, draft.recipient, now)
    if days <= terms_for(draft.recipient, now.seller).warn_above:
        return ""
    return _(
        "%(days)s to pay is long. Make sure that both of you have agreed on it in writing."
    ) % {"days": say_days(days)}


def waits(draft: Draft, now: Circumstances, here: Here) -> str:
    """What a corrected draft has to do with the credit note on hold that it waits for."""
    held: Draft | None = draft.waits_for
    if held is None or held.goes_at is None:
        return ""
    text = _("It leaves no earlier than the credit note, %(when)s.")
    if draft.external_at is not None:
        text = _("The credit note leaves %(when)s. If it is taken back, so is this.")
    elif held.follow_up == FollowUp.EXTERNAL and draft.goes_at is None:
        text = _("It is marked as invoiced externally when the credit note leaves, %(when)s.")
    return text % {"when": say_departure(held.goes_at, here.at, now.seller.time_zone)}


def way_back(draft: Draft, now: Circumstances, here: Here) -> Item | None:
    """Taking back the credit note on hold that a draft waits for, while that can be done."""
    held: Draft | None = draft.waits_for
    if held is None or held.credits_id is None or held.goes_at is None or held.goes_at <= here.at:
        return None
    if not here.who.may(Deed.UNDO):
        return None
    url = here.url("invoice_undo", held.credits_id)
    return Item(WORDS[now.settings.wording].undo, "undo", url, "post")


def chain_of_draft(draft: Draft, here: Here) -> list[Part]:
    """The chain of a corrected draft, beginning with the invoice it stands for."""
    if draft.replaces_id is None:
        return []
    return chain_shown(read_invoice(draft.replaces_id, here), here, on_page=draft.id)


def _paper(draft: Draft, lines: Sequence[LineInput], now: Circumstances) -> dict[str, Any]:
    # An unfinished draft is for nobody yet: a client that is never saved stands in.
    recipient = draft.recipient or Client(kind=ClientKind.PERSON, name="…")
    now = on_leaving(draft, now)
    content = draft_content(draft, lines, recipient, now)
    band = Band(_("This is a draft. It has no number and binds nobody."), "info")
    if draft.goes_at is not None:
        band = Band(_("Processing. It can still be changed or taken back."), "waits")
    return shown_paper(unissued_paper(content, "draft", on=now.today), band)


def history_of_draft(draft: Draft, now: Circumstances, here: Here) -> list[dict[str, Any]]:
    """What has happened to a draft."""
    told = tell(
        events_of(draft.organization_id, [draft.id]),
        language=reader_language(),
        time_zone=now.seller.time_zone,
    )
    return happenings_shown(told, now, here)
