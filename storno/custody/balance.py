"""The operator's account: what the bank told of it, and what all books together have on it."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from storno.bank.models import Entry, EntryState
from storno.ledger.journal import ASIDE, BANK
from storno.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class BankBalance:
    """What lies on the account, in minor units: as the bank told, and as the books have it.

    `sellers_minor` is booked with the sellers, `waiting_minor` with the operator until it is
    matched. `aside_minor` is no client's: less than nothing where the operator has taken more from
    the account than it has put there. What has just been read is in none of them.
    """

    told_minor: int
    sellers_minor: int
    waiting_minor: int
    aside_minor: int

    @property
    def booked_minor(self) -> int:
        """What all books together have on the account."""
        return self.sellers_minor + self.waiting_minor + self.aside_minor


@dataclass(frozen=True, slots=True)
class OfSellers:
    """What an account has in all books of sellers, in minor units: owed, and lacking in others."""

    owed_minor: int = 0
    lacking_minor: int = 0

    @property
    def net_minor(self) -> int:
        """All together."""
        return self.owed_minor - self.lacking_minor


def money_by_account() -> dict[str, OfSellers]:
    """For whom client money lies there, by the account of the custody books; the operator's scope.

    Of sellers only sums are read, by a function that sees all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT account, owed, lacking FROM client_money_by_account()")
        found = {account: OfSellers(owed, lacking) for account, owed, lacking in cursor.fetchall()}
    return defaultdict(OfSellers, found)


def bank_balance(operator_id: UUID) -> BankBalance:
    """How the account stands at this moment, in the operator's open scope.

    Of sellers only their sum is read, by a function that sees all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_money_of_sellers()")
        (sellers,) = cursor.fetchone()
    mine = Transfer.objects.filter(organization_id=operator_id)
    on_it, aside = _debited(mine, BANK), -_debited(mine, ASIDE)
    entries = Entry.objects.filter(organization_id=operator_id).exclude(state=EntryState.NEW)
    told: int = entries.aggregate(told=Sum("amount_minor", default=0))["told"]
    return BankBalance(told, sellers, on_it - aside, aside)


def _debited(transfers: QuerySet[Transfer], account: str) -> int:
    """What an account was debited more than credited, in minor units."""
    sums = transfers.aggregate(
        came=Sum("amount_minor", filter=Q(debit=account), default=0),
        gone=Sum("amount_minor", filter=Q(credit=account), default=0),
    )
    debited: int = sums["came"] - sums["gone"]
    return debited
