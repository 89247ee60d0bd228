"""Following a refund by the provider to its end: asked for, on its way, done, or failed.

Its row is there before the provider hears of it, and its id is the idempotency key: whoever is
killed in between asks again for the same. What fails is taken back and owed back again, with the
provider's reason. Order of locks: held draft, standing, sending.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.corrections.depart import after_due_credit
from storno.corrections.facts import gather, lock_invoice
from storno.corrections.money_back import book_refund_back
from storno.online.account import account_of, provider_of
from storno.online.due import LATER, LEASE, WAITS
from storno.online.models import Checkout, Sending, SendingState
from storno.online.provider import (
    KeysAreWrong,
    Progress,
    Provider,
    ProviderAway,
    ProviderSaysNo,
    Returned,
)
from storno.organizations.once import deed
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payments.models import Refund, RefundReversal, Why
from storno.payments.reverse_refund import Grounds

REASONS = {
    "charge_already_refunded": _("It has been paid back at the payment provider already."),
    "insufficient_funds": _("Your account at the payment provider does not hold enough."),
    "balance_insufficient": _("Your account at the payment provider does not hold enough."),
    "expired_or_canceled_card": _("The card is not valid any more."),
    "lost_or_stolen_card": _("The card is not valid any more."),
}
"""Words for what Stripe says most often."""


def follow_next_refund(organization_id: UUID, *, at: datetime) -> bool:
    """Ask the provider for the next refund that is due, or how far it is; False without one.

    Called outside of any scope.
    """
    sending = _claim(organization_id, at=at)
    if sending is None:
        return False
    with scope(organization_id):
        account = account_of(organization_id)
        charge = Checkout.objects.get(
            organization_id=organization_id, id=sending.checkout_id
        ).charge
    if account is None:
        _put_off(sending, at=at)
        return True
    try:
        said = _ask(sending, charge, provider_of(account))
    except (ProviderAway, KeysAreWrong):
        _put_off(sending, at=at)
    except ProviderSaysNo as no:
        if sending.refund:
            _put_off(sending, at=at)
        else:
            _fail(sending, no.code, at=at)
    else:
        _follow(sending, said, at=at)
    return True


def _claim(organization_id: UUID, *, at: datetime) -> Sending | None:
    with scope(organization_id):
        due = Sending.objects.filter(organization_id=organization_id, next_try_at__lte=at)
        locked = due.select_for_update(skip_locked=True).order_by("next_try_at", "id")
        sending = locked.first()
        if sending is not None:
            sending.tries += 1
            sending.next_try_at = at + LEASE
            sending.save(update_fields=["tries", "next_try_at"])
        return sending


def _ask(sending: Sending, charge: str, provider: Provider) -> Returned:
    if sending.refund:
        return provider.ask_refund(sending.refund)
    return provider.give_back(sending.id, charge, sending.amount_minor)


def _put_off(sending: Sending, *, at: datetime, **known: str) -> None:
    """Ask again later, unless somebody has asked meanwhile."""
    wait: timedelta = WAITS.get(sending.tries, LATER)
    with scope(sending.organization_id):
        mine = Sending.objects.filter(organization_id=sending.organization_id, id=sending.id)
        mine.filter(tries=sending.tries).update(next_try_at=at + wait, **known)


def _follow(sending: Sending, said: Returned, *, at: datetime) -> None:
    if said.progress is Progress.FAILED:
        _fail(sending, said.failure, refund=said.refund, at=at)
    elif said.progress is Progress.PENDING:
        _put_off(sending, at=at, state=SendingState.PENDING, refund=said.refund)
    else:
        with scope(sending.organization_id):
            mine = Sending.objects.filter(organization_id=sending.organization_id, id=sending.id)
            mine.exclude(state=SendingState.FAILED).update(
                state=SendingState.GONE, refund=said.refund, next_try_at=None
            )


def _fail(sending: Sending, failure: str, *, refund: str = "", at: datetime) -> None:
    who = system(sending.organization_id)
    take_failed_back(sending.id, sending.invoice_id, failure or "failed", refund, who=who, at=at)


@after_due_credit
@deed
def take_failed_back(
    sending_id: UUID, invoice_id: UUID, failure: str, name: str, *, who: Actor, at: datetime
) -> Sending:
    """Take a refund back that the provider could not pay, once: it is owed back again."""
    mine = who.organization_id
    _draft, standing = lock_invoice(invoice_id, mine, at=at)
    sending = Sending.objects.select_for_update().get(organization_id=mine, id=sending_id)
    refund = Refund.objects.get(organization_id=mine, source_id=sending_id)
    if not RefundReversal.objects.filter(organization_id=mine, refund_id=refund.id).exists():
        case = gather(standing, who=who, at=at)
        with override(case.now.seller.language):
            known = REASONS.get(failure)
            said = _now("The payment provider could not pay it back (%(code)s).")
            reason = str(known) if known else said % {"code": failure}
        book_refund_back(refund, Grounds(Why.CAME_BACK, reason), case, who=who, at=at)
    sending.state, sending.failure, sending.next_try_at = SendingState.FAILED, failure[:50], None
    sending.refund = name or sending.refund
    sending.save()
    return sending
