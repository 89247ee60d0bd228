"""The chain of an invoice as cards whose amounts add up: papers, and the money on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from storno.corrections.queries import Link
from storno.documents.models import FollowUp, Kind
from storno.documents.words import state_words
from storno.organizations.models import Wording
from storno.payments.methods import how_paid
from storno.payments.queries import PaymentRow, RefundRow
from storno.web.access import Here
from storno.web.papers.reading import InvoiceRead
from storno.web.say import say_departure, say_money, say_on, say_short


@dataclass(frozen=True, slots=True)
class Card:
    """One link; `minor` is what it adds to what is to be paid, once it is issued."""

    name: str
    url: str
    told: str
    amount: str
    kind: str
    here: bool
    minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """Cards whose amounts make up the sums below them.

    An invoice is summed up with its credit notes and its payments: money on an earlier one is owed
    back there, and settles nothing on the next. A corrected draft stands alone: it is not owed yet.
    """

    cards: list[Card]
    sums: list[dict[str, str]]


def chain_shown(read: InvoiceRead, here: Here, *, on_page: UUID) -> list[Part]:
    """The parts of the chain in their order; `on_page` is the paper that this page shows."""
    groups = [list(group) for group in _groups(read, here, on_page)]
    if [len(group) for group in groups] == [1]:
        return [Part(groups[0], [])]
    return [Part(group, _sums(group, read.document.currency)) for group in groups]


def _sums(cards: list[Card], currency: str) -> list[dict[str, str]]:
    """What the issued cards come to; with a credit note on hold also what all of them will.

    The credit note meets what is written off once nothing is open any more.
    """
    issued = [card.minor for card in cards if card.kind in ("issued", "written")]
    if not issued:
        return []
    now = sum(issued)
    pending = [card.minor for card in cards if card.kind == "pending"]
    if not pending:
        return [_sum(_("Left to pay"), _("Owed back"), now, currency)]
    written = -sum(card.minor for card in cards if card.kind == "written")
    after = now + sum(pending)
    if after < 0:
        after = min(after + written, 0)
    return [
        _sum(_("To pay now"), _("Owed back now"), now, currency),
        _sum(_("To pay afterwards"), _("Owed back afterwards"), after, currency),
    ]


def _sum(to_pay: str, owed_back: str, minor: int, currency: str) -> dict[str, str]:
    label = owed_back if minor < 0 else to_pay
    return {"label": label, "amount": say_money(abs(minor), currency)}


def _groups(read: InvoiceRead, here: Here, on_page: UUID) -> Iterator[list[Card]]:
    """Each invoice with what was paid, credited and given back on it; each draft by itself."""
    invoice_id, follows = read.document.id, ""
    for first, *notes in _families(read.chain):
        if first.number is not None:
            invoice_id = first.id
        papers: list[Card] = []
        for link in (first, *notes):
            follows = link.follow_up or follows
            told, url = _told(link, invoice_id, read, here, follows)
            papers.append(_paper(link, told, url, here=link.id == on_page))
        cards = [papers[0], *_payments(first, read), *papers[1:], *_refunds(first, read)]
        yield [*cards, *_written_off(first, cards, read)]


def _families(chain: list[Link]) -> Iterator[list[Link]]:
    """Each invoice or draft of the chain with the credit notes that follow it."""
    family: list[Link] = []
    for link in chain:
        if link.kind != Kind.CREDIT_NOTE and family:
            yield family
            family = []
        family.append(link)
    yield family


def _payments(link: Link, read: InvoiceRead) -> list[Card]:
    rows = (row for row in read.payments if row.payment.invoice_id == link.id)
    return [_payment(row, link, read) for row in rows if row.reversal is None]


def _refunds(link: Link, read: InvoiceRead) -> list[Card]:
    rows = (row for row in read.refunds if row.refund.invoice_id == link.id)
    return [_refund(row, link, read) for row in rows if row.reversal is None]


def _written_off(link: Link, cards: list[Card], read: InvoiceRead) -> Iterator[Card]:
    """What is asked for no more of what the other cards leave open."""
    rows = (row for row in read.write_offs if row.write_off.invoice_id == link.id)
    written = sum(row.write_off.amount_minor for row in rows if row.reversal is None)
    left = sum(card.minor for card in cards if card.kind == "issued")
    if gone := min(written, max(left, 0)):
        yield Card(
            name=_("Written off"),
            url="",
            told=_("Not asked for any more"),
            amount=say_money(-gone, link.currency),
            kind="written",
            here=False,
            minor=-gone,
        )


def _paper(link: Link, told: str, url: str, *, here: bool) -> Card:
    is_credit = link.kind == Kind.CREDIT_NOTE
    minor = -link.payable_minor if is_credit else link.payable_minor
    return Card(
        name=_name(link),
        url=url,
        told=told,
        amount=say_money(minor, link.currency),
        kind="issued" if link.number is not None else "pending" if is_credit else "draft",
        here=here,
        minor=minor,
    )


def _name(link: Link) -> str:
    if link.kind == Kind.CREDIT_NOTE:
        if link.number is None:
            return _("Credit note")
        return _("Credit note %(number)s") % {"number": link.number}
    if link.state == "external":
        return str(state_words("external", Wording.SERVICE))
    if link.number is None:
        return _("Corrected draft")
    return _("Invoice %(number)s") % {"number": link.number}


def _told(
    link: Link, invoice_id: UUID, read: InvoiceRead, here: Here, follows: str
) -> tuple[str, str]:
    """What is said of a paper, and where it is; `invoice_id` is the last invoice before it.

    `follows` is what the credit note on hold before it brings.
    """
    today, zone = read.now.today, read.now.seller.time_zone
    if link.goes_at is not None and link.number is None:
        when = {"when": _("now")}
        if link.goes_at > here.at:
            when = {"when": say_departure(link.goes_at, here.at, zone)}
        if link.kind == Kind.CREDIT_NOTE:
            url = here.url("invoice_credit_pdf", invoice_id)
            return _("leaves %(when)s, number then") % when, url
        return _("leaves %(when)s") % when, here.url("draft", link.id)
    if link.state == "external":
        return _("externally"), here.url("draft", link.id)
    if link.on is None and follows == FollowUp.EXTERNAL:
        return _("marked as invoiced externally then"), here.url("draft", link.id)
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
        told=f"{day}, {how_paid(payment)}",
        amount=say_money(-payment.amount_minor, link.currency),
        kind="issued",
        here=False,
        minor=-payment.amount_minor,
    )


def _refund(row: RefundRow, link: Link, read: InvoiceRead) -> Card:
    refund = row.refund
    day = say_short(refund.refunded_on, read.now.today)
    return Card(
        name=_("Refund"),
        url="",
        told=f"{day}, {how_paid(refund)}",
        amount=say_money(refund.amount_minor, link.currency),
        kind="issued",
        here=False,
        minor=refund.amount_minor,
    )
