"""Invoices and drafts as rows of a list, each with the same menu as its page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.documents.content import LineInput, total_up
from storno.documents.models import Draft
from storno.documents.queries import InvoiceRow, sums
from storno.organizations.queries import Circumstances
from storno.web.access import Here
from storno.web.papers.menus import Item, menu_of_draft, menu_of_invoice
from storno.web.papers.states import state_in_list, state_of_draft
from storno.web.say import Said, say_day, say_money


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in a list, in words; `gone` is what no longer counts.

    A draft has no number yet; what is invoiced in another system may have one there.
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
        items=menu_of_invoice(document, standing, now.settings, here),
    )


def draft_rows(
    drafts: Sequence[Draft],
    lines: Mapping[UUID, Sequence[LineInput]],
    here: Here,
    now: Circumstances,
) -> list[Row]:
    """Drafts as rows; `lines` are those of each."""
    return [_draft_row(draft, lines[draft.id], here, now) for draft in drafts]


def _draft_row(draft: Draft, lines: Sequence[LineInput], here: Here, now: Circumstances) -> Row:
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
