"""Turning custody on and off for a seller: whose account stands on the documents from now on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.administration.seller import AccountChanged, SellerChanges, put_seller
from storno.core.refusals import Refused
from storno.custody.models import Terms
from storno.custody.payout_account import payout_accounts, write_payout_account
from storno.history.record import Happening, record_all
from storno.organizations.models import Organization, OrganizationKind, Seller
from storno.organizations.roles import Actor


class NoOperator(Refused):
    """Nobody keeps client money on this installation."""

    code = "no_operator"
    message = _("Nobody keeps client money on this installation yet.")
    remedy = _("Create the operator first: storno operator create.")
    field = "custody"


class NotForCustody(Refused):
    """The operator keeps no money of its own for itself, and none in other currencies."""

    code = "not_for_custody"
    message = _("Client money is kept for sellers who invoice in euros, not for this one.")
    remedy = _("Leave custody off.")
    field = "custody"


@dataclass(frozen=True)
class CustodyTurnedOn(Happening):
    """Clients pay to the operator's account from now on."""

    kind: ClassVar = "custody.on"
    sentence: ClassVar = _("Invoices are paid to the client money account from now on.")


@dataclass(frozen=True)
class CustodyTurnedOff(Happening):
    """Clients pay to the seller's own account again."""

    kind: ClassVar = "custody.off"
    sentence: ClassVar = _("Invoices are paid to the own account again from now on.")


def turn_on(
    house: Organization | None, account: str, bic: str, *, who: Actor, at: datetime
) -> None:
    """Put a seller's client money in the operator's custody, within the caller's transaction.

    `account` is the operator's; new documents bear it, with a reference of its series. The one that
    stood there was the seller's own: money is paid out to it unless another was entered. Raises
    NoOperator, NotForCustody.
    """
    if house is None:
        raise NoOperator
    mine = who.organization_id
    sellers = Seller.objects.select_for_update(of=("self",)).select_related("organization")
    seller = sellers.get(organization_id=mine)
    organization = seller.organization
    if organization.kind == OrganizationKind.OPERATOR or seller.currency != "EUR":
        raise NotForCustody
    if organization.in_custody:
        return
    if seller.account not in ("", account) and payout_accounts(mine, at=at).current is None:
        write_payout_account(seller.account, who=who, at=at, stood=True)
    Organization.objects.filter(id=mine).update(operator=house)
    Terms.objects.bulk_create([Terms(organization_id=mine)], ignore_conflicts=True)
    bear_account(seller, account, bic)
    happened = [CustodyTurnedOn(), AccountChanged(ending=account[-4:])]
    record_all([(mine, each) for each in happened], who=who, at=at)


def turn_off(*, who: Actor, at: datetime) -> None:
    """Let the clients of a seller pay to the own account again, within the caller's transaction.

    What is held already is remitted and paid out as agreed.
    """
    mine = who.organization_id
    sellers = Seller.objects.select_for_update(of=("self",)).select_related("organization")
    seller = sellers.get(organization_id=mine)
    if not seller.organization.in_custody:
        return
    Organization.objects.filter(id=mine).update(operator=None)
    own = payout_accounts(mine, at=at).current
    bear_account(seller, own.account if own else "")
    happened = [CustodyTurnedOff(), AccountChanged(ending=seller.account[-4:])]
    record_all([(mine, each) for each in happened], who=who, at=at)


def bear_account(seller: Seller, account: str, bic: str | None = None) -> bool:
    """Have new documents of a locked seller bear an account; whether it is another."""
    changed = put_seller(SellerChanges(account=account, bic=bic), seller)
    if changed:
        seller.save(force_update=True)
    return bool(changed)
