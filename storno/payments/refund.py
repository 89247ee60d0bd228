"""Money goes back: a refund, its posting, and the invoice's new standing.

Never more than is owed back, so what is applied to the claim, and the VAT that is due on it, stay
as they are. Called inside a deed with the standing locked (`corrections/refund.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.core.refusals import FieldError, Invalid
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, money_out_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.account import account_of
from storno.payments.methods import CLIENT_MONEY
from storno.payments.models import Payment, PaymentMethod, Refund, RefundWay, Reversal


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How money was given back outside of Storno: on a day, by a way of payment's code."""

    refunded_on: date
    method: str


@dataclass(frozen=True, slots=True)
class Went:
    """On which day and how money went back: without a method it pays another invoice, or a charge.

    `source_id` is the row by which the provider or the operator pays it back, or the charge is met.
    """

    on: date
    method: PaymentMethod | None
    source_id: UUID | None = None

    @property
    def way(self) -> RefundWay:
        """Which of the ways it is."""
        if self.method is None:
            return RefundWay.OFFSET if self.source_id is None else RefundWay.CHARGES
        if self.source_id is None:
            return RefundWay.OUTSIDE
        held = self.method.code == CLIENT_MONEY.code
        return RefundWay.CUSTODY if held else RefundWay.PROVIDER


@dataclass(frozen=True)
class MoneyRefunded(Happening):
    """What was owed back was marked as refunded, in full or in part."""

    kind: ClassVar = "refund.registered"
    sentence: ClassVar = _("%(amount_minor)s was marked as refunded.")
    refund_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class MoneySent(Happening):
    """The payment provider was told to pay back what was owed back, in full or in part."""

    kind: ClassVar = "refund.sent"
    sentence: ClassVar = _("%(amount_minor)s goes back to the card it came from.")
    refund_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class MoneyToPayer(Happening):
    """What lay with the operator beyond the claim goes back to whoever paid it."""

    kind: ClassVar = "refund.to_payer"
    sentence: ClassVar = _("%(amount_minor)s goes back to the account it came from.")
    refund_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class MoneyForCharges(Happening):
    """What came in beyond the invoice paid a reminder fee, or interest."""

    kind: ClassVar = "refund.charges"
    sentence: ClassVar = _("%(amount_minor)s paid reminder fees and interest.")
    refund_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class MoneyOffset(Happening):
    """What was owed back was used for another invoice."""

    kind: ClassVar = "refund.offset"
    sentence: ClassVar = _("%(amount_minor)s owed back was used for invoice %(number)s.")
    refund_id: str
    amount_minor: int
    currency: str
    number: str


def first_payment_on(invoice_id: UUID, organization_id: UUID) -> date | None:
    """The day of the first payment of an invoice that counts; inside a scope."""
    mine = Payment.objects.filter(organization_id=organization_id, invoice_id=invoice_id)
    taken_back = Reversal.objects.filter(organization_id=organization_id).values("payment_id")
    first: date | None = mine.exclude(id__in=taken_back).aggregate(first=Min("paid_on"))["first"]
    return first


def refund_errors(
    given: GivenBack, *, first_paid_on: date | None, today: date
) -> Iterator[FieldError]:
    """What cannot be about the day of a refund."""
    if given.refunded_on > today:
        words = _("The day of the refund lies in the future. Mark it once the money has gone.")
        yield FieldError("refunded_on", "in_the_future", words)
    if first_paid_on is not None and given.refunded_on < first_paid_on:
        words = _("The money came in later than this. Check the day.")
        yield FieldError("refunded_on", "before_the_payment", words)


def check_refund(given: GivenBack, *, first_paid_on: date | None, today: date) -> None:
    """Raise Invalid for a day on which the money cannot have gone back."""
    if errors := tuple(refund_errors(given, first_paid_on=first_paid_on, today=today)):
        raise Invalid(errors)


def write_refund(
    amount_minor: int,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    went: Went,
    *,
    has_credit_notes: bool,
    who: Actor,
    at: datetime,
) -> Refund:
    """Write a checked refund of at most what is owed back, the way that `went` says."""
    method = went.method
    after = claim.refunded(amount_minor)
    refund = sealed(
        Refund(
            id=new_id(),
            organization_id=who.organization_id,
            invoice_id=invoice.id,
            turn=standing.next_turn,
            amount_minor=amount_minor,
            unapplied_minor=claim.unapplied_minor - after.unapplied_minor,
            way=went.way,
            refunded_on=went.on,
            method="" if method is None else method.code,
            method_name="" if method is None else method.name,
            source_id=went.source_id,
            registered_at=at,
            registered_by=who.person_id,
        )
    )
    refund.save(force_insert=True)
    moves = money_out_posting(
        claim,
        after,
        vat_on_payment=invoice.vat_on == VatOn.PAYMENT,
        account=account_of(refund),
    )
    posting = Posting(refund.id, "refund", invoice.id, invoice.currency, went.on, moves)
    post([posting], organization_id=who.organization_id, at=at)
    standing.refunded_on = max(went.on, standing.refunded_on or went.on)
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    return refund


def tell_refund(refund: Refund, invoice: Document, *, who: Actor, at: datetime) -> None:
    """Have the history tell that money was given back."""
    telling = {
        RefundWay.CUSTODY: MoneyToPayer,
        RefundWay.PROVIDER: MoneySent,
        RefundWay.CHARGES: MoneyForCharges,
    }
    happening = telling.get(RefundWay(refund.way), MoneyRefunded)
    happened = happening(str(refund.id), refund.amount_minor, invoice.currency)
    record(happened, subject_id=invoice.id, who=who, at=at)
