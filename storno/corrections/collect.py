"""Money that was paid by card: the provider is asked what came, and that is booked.

A checkout is claimed on a lease, the provider is asked outside of any transaction, and what it says
is booked as it is, whatever was asked for: a checkout brings money at most once, so neither double
events nor two workers nor a kill in between book it twice. Money on an invoice that was credited
meanwhile is owed back, like any other. Order of locks: held draft, standing, checkout.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.corrections.depart import after_due_credit
from storno.corrections.facts import gather, lock_invoice
from storno.corrections.settle import receive, take_back
from storno.documents.queries import document as read_document
from storno.history.record import Happening, record
from storno.online.account import ProviderIsAway, account_of, provider_of
from storno.online.due import claim_checkout, put_off, settle_unpaid
from storno.online.models import Checkout, CheckoutState
from storno.online.open import ProviderRefuses, open_at_provider
from storno.online.provider import (
    KeysAreWrong,
    Provider,
    ProviderAway,
    ProviderSaysNo,
    Said,
    Standing,
)
from storno.organizations.models import PublicLink
from storno.organizations.once import deed
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payments.methods import CARD
from storno.payments.models import Payment, Reversal
from storno.payments.register import PaymentInput
from storno.payments.reverse import MoneyWasGivenBack


@dataclass(frozen=True)
class CardMoneyIsStrange(Happening):
    """By card came money of another currency than the invoice's; it was not booked."""

    kind: ClassVar = "payment.strange"
    sentence: ClassVar = _(
        "By card came %(amount_minor)s, another currency than the invoice's. It was not booked: "
        "give it back at the payment provider."
    )
    checkout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CardPaymentDisputed(Happening):
    """The payer's bank wants a payment by card back; nothing is decided yet."""

    kind: ClassVar = "payment.disputed"
    sentence: ClassVar = _(
        "The payer disputes the payment of %(amount_minor)s by card. Answer at the payment "
        "provider, or it is taken back."
    )
    checkout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class LostAfterRefund(Happening):
    """A disputed payment was taken back by the payer's bank though it had been refunded."""

    kind: ClassVar = "payment.lost_after_refund"
    sentence: ClassVar = _(
        "The payer's bank took %(amount_minor)s back though money of it had been refunded. The "
        "payment still counts here: settle it with the payment provider."
    )
    checkout_id: str
    amount_minor: int
    currency: str


def collect_next(organization_id: UUID, *, at: datetime) -> bool:
    """Ask the provider about the next checkout that is due; False if there was none.

    Called outside of any scope.
    """
    checkout = claim_checkout(organization_id, at=at)
    if checkout is None:
        return False
    with scope(organization_id):
        account = account_of(organization_id)
    if account is None:
        put_off(checkout, at=at)
        return True
    try:
        said = _ask(checkout, provider_of(account), at=at)
    except (ProviderAway, ProviderIsAway, KeysAreWrong):
        put_off(checkout, at=at)
    except (ProviderSaysNo, ProviderRefuses):
        settle_unpaid(checkout)
    else:
        _take(checkout, said, at=at)
    return True


def _ask(checkout: Checkout, provider: Provider, *, at: datetime) -> Said:
    """How a checkout stands; one that was never heard of again is opened, and one to end ended."""
    if not checkout.session:
        link = PublicLink.objects.filter(id=checkout.link_id).first()
        if link is None:
            raise ProviderRefuses
        with scope(checkout.organization_id):
            invoice = read_document(checkout.invoice_id, checkout.organization_id)
        checkout.session = open_at_provider(checkout, link, invoice, provider, at=at).session
    if checkout.state == CheckoutState.ENDING:
        provider.end(checkout.session)
    return provider.ask(checkout.session)


def _take(checkout: Checkout, said: Said, *, at: datetime) -> None:
    if said.standing is Standing.OPEN:
        put_off(checkout, at=at)
    elif said.standing is Standing.OVER:
        settle_unpaid(checkout)
    else:
        who = system(checkout.organization_id)
        book_checkout(checkout.id, checkout.invoice_id, said, who=who, at=at)


@after_due_credit
@deed
def book_checkout(
    checkout_id: UUID, invoice_id: UUID, said: Said, *, who: Actor, at: datetime
) -> Checkout:
    """Book what a checkout brought, and what became of it, each once."""
    mine = who.organization_id
    lock_invoice(invoice_id, mine, at=at)
    checkout = Checkout.objects.select_for_update().get(organization_id=mine, id=checkout_id)
    invoice = read_document(invoice_id, mine)
    named = (str(checkout_id), said.amount_minor, said.currency)
    is_strange = said.currency != invoice.currency
    if checkout.state not in (CheckoutState.PAID, CheckoutState.STRANGE):
        if is_strange:
            record(CardMoneyIsStrange(*named), subject_id=invoice_id, who=who, at=at)
        else:
            _receive(checkout, said, who=who, at=at)
    if said.is_disputed and not checkout.is_disputed:
        record(CardPaymentDisputed(*named), subject_id=invoice_id, who=who, at=at)
    if said.is_lost and not checkout.is_lost:
        _lose(checkout, LostAfterRefund(*named), who=who, at=at)
    checkout.state = CheckoutState.STRANGE if is_strange else CheckoutState.PAID
    checkout.charge, checkout.brought_minor = said.charge, said.amount_minor
    checkout.is_disputed, checkout.is_lost = said.is_disputed, said.is_lost
    checkout.url, checkout.next_ask_at = "", None
    checkout.save()
    return checkout


def _receive(checkout: Checkout, said: Said, *, who: Actor, at: datetime) -> None:
    """Book the money on the day on which it was paid, where the seller is."""
    now = circumstances(who.organization_id, at)
    paid_at = min(said.paid_at or at, at)
    paid_on = paid_at.astimezone(ZoneInfo(now.seller.time_zone)).date()
    entered = PaymentInput(said.amount_minor, paid_on, CARD.code)
    receive(checkout.invoice_id, entered, source_id=checkout.id, method=CARD, who=who, at=at)


def _lose(checkout: Checkout, too_late: Happening, *, who: Actor, at: datetime) -> None:
    """Take a payment back that the payer's bank has taken; one that was refunded only is told."""
    mine = who.organization_id
    payment = Payment.objects.filter(organization_id=mine, source_id=checkout.id).first()
    if (
        payment is None
        or Reversal.objects.filter(organization_id=mine, payment_id=payment.id).exists()
    ):
        return
    _draft, standing = lock_invoice(checkout.invoice_id, mine, at=at)
    case = gather(standing, who=who, at=at)
    with override(case.now.seller.language):
        reason = _now("The payer's bank took the money back.")
    try:
        take_back(payment, reason, case, who=who, at=at)
    except MoneyWasGivenBack:
        record(too_late, subject_id=checkout.invoice_id, who=who, at=at)
