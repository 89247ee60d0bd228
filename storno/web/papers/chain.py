"""The chain of an invoice as cards whose amounts add up: papers, and the money on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.corrections.queries import Link
from storno.documents.models import Kind
from storno.payments.queries import PaymentRow
from storno.web.access import Here
from storno.web.papers.reading import InvoiceRead
from storno.web.say import say_departure, say_money, say_on, say_short


@dataclass(frozen=True, slots=True)
class Card:
    """One link; `minor` is what it adds to what is to be paid on its invoice.

    `counts` says whether it does so now. The sum is that of the page's own invoice: money on an
    earlier one is owed back there, and settles nothing here.
    """

    name: str
    url: str
    told: str
    amount: str
    kind: str
    here: bool
    invoice_id: UUID
    minor: int
    counts: bool


def chain_shown(read: InvoiceRead, here: Here, *, on_page: UUID) -> dict[str, Any]:
    """The cards and their sum; `on_page` is the paper that this page shows."""
    cards = list(_cards(read, here, on_page))
    currency = read.document.currency
    own = [card for card in cards if card.invoice_id == read.document.id]
    sums = [_sum(sum(card.minor for card in own if card.counts), currency)]
    leaves = read.standing.cancelling_at
    if leaves is not None:
        after = sum(card.minor for card in own if card.counts or card.kind == "pending")
        label = _("To pay afterwards")
        sums[0]["label"] = _("To pay now")
        sums.append({"label": label, "amount": say_money(max(after, 0), currency)})
        if after < 0:
            sums.append(_sum(after, currency))
    return {"links": cards, "sums": sums if len(cards) > 1 else []}


def _sum(minor: int, currency: str) -> dict[str, str]:
    if minor < 0:
        return {"label": _("Owed back"), "amount": say_money(-minor, currency)}
    return {"label": _("Left to pay"), "amount": say_money(minor, currency)}


def _cards(read: InvoiceRead, here: Here, on_page: UUID) -> Iterator[Card]:
    invoice_id = read.document.id
    for link in read.chain:
        if link.kind == Kind.INVOICE:
            invoice_id = link.id
        told, url = _told(link, invoice_id, read, here)
        yield _paper(link, told, url, invoice_id, here=link.id == on_page)
        if link.kind == Kind.INVOICE:
            for row in read.payments:
                if row.payment.invoice_id == link.id and row.reversal is None:
                    yield _payment(row, link, read)


def _paper(link: Link, told: str, url: str, invoice_id: UUID, *, here: bool) -> Card:
    is_credit = link.kind == Kind.CREDIT_NOTE
    minor = -link.payable_minor if is_credit else link.payable_minor
    issued = link.number is not None
    return Card(
        name=_name(link),
        url=url,
        told=told,
        amount=say_money(minor, link.currency),
        kind="issued" if issued else "pending" if is_credit else "draft",
        here=here,
        invoice_id=invoice_id,
        minor=minor,
        counts=issued,
    )


def _name(link: Link) -> str:
    if link.kind == Kind.CREDIT_NOTE:
        if link.number is None:
            return _("Credit note")
        return _("Credit note %(number)s") % {"number": link.number}
    if link.number is None:
        return _("Corrected draft")
    return _("Invoice %(number)s") % {"number": link.number}


def _told(link: Link, invoice_id: UUID, read: InvoiceRead, here: Here) -> tuple[str, str]:
    """What is said of a paper, and where it is; `invoice_id` is the last invoice before it."""
    today, zone = read.now.today, read.now.seller.time_zone
    if link.goes_at is not None and link.number is None:
        when = {"when": _("now")}
        if link.goes_at > here.at:
            when = {"when": say_departure(link.goes_at, here.at, zone)}
        if link.kind == Kind.CREDIT_NOTE:
            url = here.url("invoice_credit_pdf", invoice_id)
            return _("leaves %(when)s, number then") % when, url
        return _("leaves %(when)s") % when, here.url("draft", link.id)
    if link.on is None:
        return _("waits for you, ready to be changed"), here.url("draft", link.id)
    day = {"day": say_on(link.on, today)}
    if link.kind == Kind.CREDIT_NOTE:
        return _("made %(day)s") % day, here.url("credit_note", link.id)
    return _("made %(day)s") % day, here.url("invoice", link.id)


def _payment(row: PaymentRow, link: Link, read: InvoiceRead) -> Card:
    payment = row.payment
    day = say_short(payment.paid_on, read.now.today)
    return Card(
        name=_("Payment"),
        url="",
        told=f"{day}, {payment.get_method_display()}",
        amount=say_money(-payment.amount_minor, link.currency),
        kind="issued",
        here=False,
        invoice_id=link.id,
        minor=-payment.amount_minor,
        counts=True,
    )
