"""Payment by card: the provider's keys, and which invoices can be paid so."""

from uuid import UUID

from ninja import Router

from storno.api.answers import Told, doing, nothing, reading
from storno.api.bearer import Caller, Request
from storno.api.values import Body, Id, Shown, ShownMoment, Text, moment_or_none, unsent
from storno.notices.by_card import offer_card_payment, stop_card_payment
from storno.online.account import account_of, hook_address
from storno.online.models import ProviderAccount
from storno.online.set_up import end_card_payment, keep_keys

router = Router(tags=["card payment"])
invoices = Router(tags=["card payment"])


class CardKeysIn(Body):
    """The keys of Stripe; what is left out stays. An empty `hook_secret` deletes that one."""

    secret_key: Text = unsent()
    hook_secret: Text = unsent()


class CardPaymentShown(Shown):
    """By which account invoices are paid by card; `account` is null where that is not set up.

    `is_live` is false for test keys, with which no money moves. The provider tells `hook_url` what
    has happened; it counts once the `hook_secret` with which it signs is kept.
    """

    account: str | None
    is_live: bool
    hook_url: str
    has_hook_secret: bool
    kept_at: ShownMoment | None


class PaymentLinkShown(Shown):
    """The page of an invoice, where it is paid by card, without a sign-in."""

    url: str


def _show(account: ProviderAccount | None, caller: Caller) -> CardPaymentShown:
    return CardPaymentShown(
        account=account.account if account else None,
        is_live=account is not None and account.is_live,
        hook_url=hook_address(caller.who.organization_id),
        has_hook_secret=account is not None and bool(account.hook_secret),
        kept_at=moment_or_none(account.kept_at if account else None),
    )


def _kept(caller: Caller, account: ProviderAccount) -> Told:
    return Told(200, _show(account, caller))


def _offered(_caller: Caller, url: str) -> Told:
    return Told(201, PaymentLinkShown(url=url))


@router.get("", response=CardPaymentShown)
@reading
def get_card_payment(request: Request) -> CardPaymentShown:
    """Whether invoices can be paid by card, and by which account; the keys are never shown."""
    return _show(account_of(request.auth.who.organization_id), request.auth)


@router.patch("", response=CardPaymentShown)
@doing(_kept)
def patch_card_payment(request: Request, body: CardKeysIn) -> ProviderAccount:
    """Keep the provider's keys once it knows them; needs a token with the scope `money`.

    With nothing in it this checks the key that is kept.
    """
    who, at = request.auth.who, request.auth.at
    return keep_keys(body.secret_key, body.hook_secret, who=who, at=at)


@router.delete("", response={204: None})
@doing(nothing)
def remove_card_payment(request: Request) -> UUID:
    """Delete the keys; needs a token with the scope `money`. Nobody can pay by card any more."""
    return end_card_payment(who=request.auth.who, at=request.auth.at)


@invoices.post("/{invoice_id}/payment-links", response={201: PaymentLinkShown})
@doing(_offered)
def post_payment_link(request: Request, invoice_id: Id) -> str:
    """Let an invoice be paid by card, and say where; paused reminders of it go again."""
    return offer_card_payment(invoice_id, who=request.auth.who, at=request.auth.at)


@invoices.delete("/{invoice_id}/payment-links", response={204: None})
@doing(nothing)
def remove_payment_links(request: Request, invoice_id: Id) -> UUID:
    """Let an invoice be paid by card no more, and pause its reminders. It stays unpaid."""
    return stop_card_payment(invoice_id, who=request.auth.who, at=request.auth.at)
