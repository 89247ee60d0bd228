"""The account by which an organization is paid by card, and the provider behind it."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.core.seal import unseal
from storno.online.models import ProviderAccount
from storno.online.provider import Keys, Provider
from storno.online.stripe import Stripe
from storno.organizations.models import HookAddress


class NotSetUp(Refused):
    """The organization has given no keys of a payment provider."""

    code = "card_payment_not_set_up"
    message = _("Online payment is not set up.")
    remedy = _("An administrator enters the keys of your payment provider in the settings.")


class NoCardsInCustody(Refused):
    """Client money comes to the operator's account, and nowhere else."""

    code = "no_cards_in_custody"
    message = _(
        "The operator keeps the money, so invoices are paid to its account and not by card."
    )
    remedy = _("Send the invoice as it is: the account stands on it.")


class ProviderIsAway(Refused):
    """The payment provider did not answer."""

    code = "provider_unreachable"
    message = _("The payment provider does not answer.")
    remedy = _("Wait a moment and try again.")


def account_of(organization_id: UUID) -> ProviderAccount | None:
    """The account with the provider; None where no keys are kept. Inside a scope."""
    return ProviderAccount.objects.filter(organization_id=organization_id).first()


def is_set_up(organization_id: UUID) -> bool:
    """Whether there are keys by which somebody can pay now. Inside a scope."""
    accounts = ProviderAccount.objects.filter(organization_id=organization_id)
    return accounts.filter(organization__operator=None).exists()


def must_be_set_up(organization_id: UUID) -> ProviderAccount:
    """The account by which somebody can pay now. Raises NotSetUp, NoCardsInCustody."""
    accounts = ProviderAccount.objects.filter(organization_id=organization_id)
    account = accounts.select_related("organization").first()
    if account is None:
        raise NotSetUp
    if account.organization.in_custody:
        raise NoCardsInCustody
    return account


def provider_of(account: ProviderAccount) -> Provider:
    """The provider, with the keys of an account."""
    hook_secret = unseal(account.hook_secret) if account.hook_secret else ""
    return Stripe(Keys(unseal(account.secret), hook_secret))


def hook_address(organization_id: UUID) -> str:
    """Where the provider tells what has happened; empty before keys were kept once."""
    address = HookAddress.objects.filter(organization_id=organization_id).first()
    return "" if address is None else f"{settings.SITE_URL}/hooks/stripe/{address.id}"
