"""Setting up payment by card: keeping the provider's keys, asking whether they hold, ending it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors
from storno.core.refusals import FieldError, Invalid, invalid
from storno.core.seal import seal, unseal
from storno.history.record import Happening, record
from storno.online.account import NotSetUp, ProviderIsAway, account_of
from storno.online.models import ProviderAccount
from storno.online.provider import Account, Keys, KeysAreWrong, ProviderAway, ProviderSaysNo
from storno.online.stripe import Stripe
from storno.organizations.models import HookAddress, Seller
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope_of

LONGEST_KEY = 250

KINDS = {
    "secret_key": (("sk_test_", "sk_live_", "rk_test_", "rk_live_"), "sk_live_…"),
    "hook_secret": (("whsec_",), "whsec_…"),
}
"""How the keys of Stripe begin, and how one looks."""


@dataclass(frozen=True)
class CardPaymentSetUp(Happening):
    """The keys of a payment provider were kept. The subject is the organization."""

    kind: ClassVar = "organization.card_payment_set_up"
    sentence: ClassVar = _("Online payment was set up with the account %(account)s.")
    account: str


@dataclass(frozen=True)
class CardPaymentEnded(Happening):
    """The keys of the payment provider were deleted. The subject is the organization."""

    kind: ClassVar = "organization.card_payment_ended"
    sentence: ClassVar = _("Online payment was ended with the account %(account)s.")
    account: str


def keep_keys(
    secret_key: str | None, hook_secret: str | None, *, who: Actor, at: datetime
) -> ProviderAccount:
    """Keep keys once the provider has said that it knows them; None leaves the one there is.

    So without anything new this checks what is kept. An empty `hook_secret` deletes that one.
    Raises Invalid, NotAllowed, SignInAgain, ProviderIsAway.
    """
    who.must(Deed.CHANGE_SETTINGS)
    who.must_be_fresh()
    if errors := tuple(_errors(secret_key, hook_secret)):
        raise Invalid(errors)
    secret = _kept_secret(who) if secret_key is None else secret_key.strip()
    return _keep(secret, hook_secret, _checked(Keys(secret)), who=who, at=at)


def _kept_secret(who: Actor) -> str:
    with scope_of(who):
        account = account_of(who.organization_id)
    if account is None:
        raise invalid("secret_key", "required", _("Enter the secret key."))
    return unseal(account.secret)


def _errors(secret_key: str | None, hook_secret: str | None) -> Iterator[FieldError]:
    entered = {"secret_key": secret_key, "hook_secret": hook_secret}
    for field, typed in entered.items():
        if typed is None:
            continue
        text = typed.strip()
        yield from text_errors(field, text, longest=LONGEST_KEY, required=field == "secret_key")
        beginnings, looks = KINDS[field]
        if text and not (text.startswith(beginnings) and text.isascii() and text.isprintable()):
            words = _("A key of this kind begins like %(example)s.") % {"example": looks}
            yield FieldError(field, "not_a_key", words)


def _checked(keys: Keys) -> Account:
    try:
        return Stripe(keys).check()
    except KeysAreWrong:
        words = _("Stripe does not know this key, or it may do too little.")
        raise invalid("secret_key", "unknown_key", words) from None
    except (ProviderAway, ProviderSaysNo):
        raise ProviderIsAway from None


@deed
def _keep(
    secret: str, hook_secret: str | None, found: Account, *, who: Actor, at: datetime
) -> ProviderAccount:
    mine = who.organization_id
    Seller.objects.select_for_update().get(organization_id=mine)  # two who set up at once
    account = account_of(mine) or ProviderAccount(organization_id=mine)
    account.secret, account.account, account.is_live = seal(secret), found.name, found.is_live
    if hook_secret is not None:
        account.hook_secret = seal(hook_secret.strip()) if hook_secret.strip() else ""
    account.kept_at = at
    account.save()
    HookAddress.objects.get_or_create(organization_id=mine)
    record(CardPaymentSetUp(account.account), subject_id=mine, who=who, at=at)
    return account


@deed
def end_card_payment(*, who: Actor, at: datetime) -> UUID:
    """Delete the keys: nobody can pay by card any more. Raises NotAllowed, NotSetUp, SignInAgain.

    What is open at the provider stays open there until it runs out, and is not asked about.
    """
    who.must(Deed.CHANGE_SETTINGS)
    who.must_be_fresh()
    account = account_of(who.organization_id)
    if account is None:
        raise NotSetUp
    account.delete()
    record(CardPaymentEnded(account.account), subject_id=who.organization_id, who=who, at=at)
    return who.organization_id
