"""Money comes in by hand: a payment, its posting, and the invoice's new standing.

Called inside a deed with the standing locked (`corrections/settle.py` lets a due credit note go
first and stops one that is on hold).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import FieldError, Invalid
from storno.documents.content import LARGEST_TOTAL_MINOR
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at, stand_paid
from storno.history.record import Happening, record, record_all
from storno.ledger.journal import Claim, money_in_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.account import account_of
from storno.payments.models import Payment, PaymentMethod, Refund


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """A payment as entered; `amount_minor` in the invoice's currency, `method` a way's code."""

    amount_minor: int
    paid_on: date
    method: str


@dataclass(frozen=True)
class PaymentRegistered(Happening):
    """A payment was entered by hand."""

    kind: ClassVar = "payment.registered"
    sentence: ClassVar = _("A payment of %(amount_minor)s was registered.")
    payment_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class PaymentCame(Happening):
    """A payment came in by itself: nobody entered it."""

    kind: ClassVar = "payment.came"
    sentence: ClassVar = _("A payment of %(amount_minor)s came in.")
    payment_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class PaidByOffset(Happening):
    """What was owed back on another invoice was used for this one."""

    kind: ClassVar = "payment.offset"
    sentence: ClassVar = _("%(amount_minor)s owed back on invoice %(number)s was used for this.")
    payment_id: str
    amount_minor: int
    currency: str
    number: str


@dataclass(frozen=True)
class PaymentMoved(Happening):
    """A payment that was entered on another invoice was moved to this one."""

    kind: ClassVar = "payment.moved"
    sentence: ClassVar = _(
        "The payment of %(amount_minor)s was moved here from invoice %(number)s."
    )
    payment_id: str
    amount_minor: int
    currency: str
    number: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What brought a payment that nobody entered here.

    It is money that was owed back or had been entered elsewhere, or the `source_id`.
    """

    offset: Refund | None = None
    source_id: UUID | None = None
    moved_from: Payment | None = None


BY_HAND = Origin()

LONGEST_AHEAD = timedelta(days=366)
"""So long before its invoice a payment may have come in: in advance (AVL 209 e § item 7), or on the
spot and billed later."""


def check_payment(entered: PaymentInput, *, issued_on: date, today: date) -> None:
    """Raise Invalid for an amount or a day that cannot be; `issued_on` is the invoice's."""
    errors = tuple(_errors(entered, issued_on, today))
    if errors:
        raise Invalid(errors)


def _errors(entered: PaymentInput, issued_on: date, today: date) -> Iterator[FieldError]:
    if entered.amount_minor <= 0:
        yield FieldError("amount", "not_positive", _("Enter more than 0."))
    if entered.amount_minor > LARGEST_TOTAL_MINOR:
        yield FieldError("amount", "too_large", _("At most 999 999 999.99."))
    if entered.paid_on > today:
        yield FieldError("paid_on", "in_the_future", _("The day of payment lies in the future."))
    if entered.paid_on < issued_on - LONGEST_AHEAD:
        yield FieldError(
            "paid_on",
            "out_of_range",
            _("This is more than a year before the invoice. Check the year."),
        )


def write_payment(
    entered: PaymentInput,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    *,
    has_credit_notes: bool,
    method: PaymentMethod,
    origin: Origin = BY_HAND,
    who: Actor,
    at: datetime,
) -> Payment:
    """Write a checked payment: what is open is met, the rest is owed back as unapplied money."""
    payment = _payment(entered, standing, method, origin, who=who, at=at)
    payment.save(force_insert=True)
    after = claim.paid(entered.amount_minor)
    posting = _posting(payment, invoice, claim, after)
    post([posting], organization_id=who.organization_id, at=at)
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    record(_happened(payment, invoice, origin), subject_id=invoice.id, who=who, at=at)
    return payment


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice without credit notes, its standing locked, and the money that came in for it."""

    invoice: Document
    standing: Standing
    claim: Claim
    entered: PaymentInput
    origin: Origin


def write_payments(
    paid: Sequence[Paid], *, method: PaymentMethod, who: Actor, at: datetime
) -> list[Payment]:
    """Write checked payments as `write_payment` does each, with as many statements as for one."""
    payments = [
        _payment(each.entered, each.standing, method, each.origin, who=who, at=at) for each in paid
    ]
    after = [each.claim.paid(each.entered.amount_minor) for each in paid]
    both = list(zip(paid, payments, strict=True))
    insert(payments)
    post(
        [
            _posting(payment, each.invoice, each.claim, claim)
            for (each, payment), claim in zip(both, after, strict=True)
        ],
        organization_id=who.organization_id,
        at=at,
    )
    stand_paid(zip((each.standing for each in paid), after, strict=True))
    record_all(
        [
            (each.invoice.id, _happened(payment, each.invoice, each.origin))
            for each, payment in both
        ],
        who=who,
        at=at,
    )
    return payments


def _payment(
    entered: PaymentInput,
    standing: Standing,
    method: PaymentMethod,
    origin: Origin,
    *,
    who: Actor,
    at: datetime,
) -> Payment:
    return sealed(
        Payment(
            id=new_id(),
            organization_id=who.organization_id,
            invoice_id=standing.id,
            turn=standing.next_turn,
            amount_minor=entered.amount_minor,
            paid_on=entered.paid_on,
            method=method.code,
            method_name=method.name,
            offset_id=None if origin.offset is None else origin.offset.id,
            source_id=origin.source_id,
            moved_from_id=None if origin.moved_from is None else origin.moved_from.id,
            registered_at=at,
            registered_by=who.person_id,
        )
    )


def _posting(payment: Payment, invoice: Document, before: Claim, after: Claim) -> Posting:
    return Posting(
        source_id=payment.id,
        kind="payment",
        subject_id=invoice.id,
        currency=invoice.currency,
        booked_on=payment.paid_on,
        moves=money_in_posting(
            before,
            after,
            vat_on_payment=invoice.vat_on == VatOn.PAYMENT,
            account=account_of(payment),
        ),
    )


def _happened(payment: Payment, invoice: Document, origin: Origin) -> Happening:
    named = (str(payment.id), payment.amount_minor, invoice.currency)
    if origin.offset is not None:
        return PaidByOffset(*named, origin.offset.invoice.number)
    if origin.moved_from is not None:
        return PaymentMoved(*named, origin.moved_from.invoice.number)
    return PaymentRegistered(*named) if payment.source_id is None else PaymentCame(*named)
