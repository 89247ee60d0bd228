"""Invoices and drafts as rows of a list, each with the same menu as its page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.diary.bill import billed_in
from storno.diary.models import Booking
from storno.diary.queries import bookings_with
from storno.documents.content import LineInput, total_up
from storno.documents.models import Draft
from storno.documents.queries import InvoiceRow, sums
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.diary.times import day_and_clock, say_span
from storno.web.papers.menus import Item, menu_of_draft, menu_of_invoice
from storno.web.papers.states import state_in_list, state_of_draft
from storno.web.say import Said, say_day, say_money, say_short


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in a list, in words; `gone` is what no longer counts.

    A draft has no number yet; what is invoiced in another system may have one there. `told` says
    more where the name alone does not tell it from others.
    """

    url: str
    number: str
    client: str
    state: str
    words: str
    due: Said | None
    amount: str
    open: str
    gone: bool
    items: list[Item]
    told: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the shown rows add up to."""

    told: str
    amount: str
    open: str


def invoice_rows(found: Iterable[InvoiceRow], here: Here, now: Circumstances) -> list[Row]:
    """Invoices as rows."""
    return [_invoice_row(row, here, now) for row in found]


def _invoice_row(row: InvoiceRow, here: Here, now: Circumstances) -> Row:
    document, standing = row.document, row.standing
    open_minor = standing.open_minor
    return Row(
        url=here.url("invoice", document.id),
        number=document.number,
        client=row.recipient_name,
        state=row.state,
        words=state_in_list(
            row.state,
            standing,
            seller=now.seller,
            settings=now.settings,
            at=here.at,
            today=now.today,
        ),
        due=say_day(standing.due_on, now.today) if open_minor else None,
        amount=say_money(standing.payable_minor, document.currency),
        open=say_money(open_minor, document.currency) if open_minor else "",
        gone=row.state in ("credited", "refunded"),
        items=menu_of_invoice(document, standing, now.settings, here, today=now.today),
    )


def draft_rows(
    drafts: Sequence[Draft],
    lines: Mapping[UUID, Sequence[LineInput]],
    here: Here,
    now: Circumstances,
) -> list[Row]:
    """Drafts as rows; `lines` are those of each."""
    billed = {id_ for draft in drafts for id_ in billed_in(lines[draft.id])}
    sessions = {each.id: each for each in bookings_with(billed, who=here.who)} if billed else {}
    return [
        _draft_row(draft, lines[draft.id], _told(draft, lines[draft.id], sessions, now), here, now)
        for draft in drafts
    ]


def _told(
    draft: Draft, lines: Sequence[LineInput], sessions: Mapping[UUID, Booking], now: Circumstances
) -> str:
    """What a draft is about: when its session is, or its first line."""
    zone = now.seller.time_zone
    for line in lines:
        session = sessions.get(line.source_id) if line.source_id else None
        if session is not None:
            day, _clock = day_and_clock(session.starts_at, zone)
            span = say_span(session.starts_at, session.ends_at, zone)
            return _("%(day)s, %(time)s") % {"day": say_short(day, now.today), "time": span}
        if line.source_id is not None and draft.delivered_on is not None:
            return say_short(draft.delivered_on, now.today)
        return line.description
    return ""


def _draft_row(
    draft: Draft, lines: Sequence[LineInput], told: str, here: Here, now: Circumstances
) -> Row:
    state, words = state_of_draft(draft, seller=now.seller, at=here.at)
    return Row(
        url=here.url("draft", draft.id),
        number=draft.external_number,
        client=draft.recipient.name if draft.recipient else _("Nobody chosen yet"),
        state=state,
        words=words,
        due=None,
        amount=say_money(total_up(lines).breakdown.payable_minor, draft.currency),
        open="",
        gone=False,
        items=menu_of_draft(draft, lines, here),
        told=told,
    )


def sums_of(found: Sequence[InvoiceRow]) -> Sums | None:
    """The sums of shown invoices; with several currencies, one beside the other."""
    if not found:
        return None
    by_currency = sums(found)
    count = len(found)
    return Sums(
        told=ngettext("%(count)d invoice shown", "%(count)d invoices shown", count)
        % {"count": count},
        amount=" + ".join(say_money(amount, code) for code, (amount, _o) in by_currency.items()),
        open=" + ".join(say_money(open_, code) for code, (_a, open_) in by_currency.items()),
    )
