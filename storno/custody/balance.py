"""The operator's account: what the bank told of it, and what all books together have on it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from storno.bank.models import Entry, EntryState
from storno.ledger.journal import BANK
from storno.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class BankBalance:
    """What lies on the account, in minor units: as the bank told, and as the books have it.

    `sellers_minor` is booked with the sellers, `waiting_minor` with the operator until it is
    matched. What was set aside, or has just been read, is in neither.
    """

    told_minor: int
    sellers_minor: int
    waiting_minor: int

    @property
    def booked_minor(self) -> int:
        """What all books together have on the account."""
        return self.sellers_minor + self.waiting_minor


def bank_balance(operator_id: UUID) -> BankBalance:
    """How the account stands at this moment, in the operator's open scope.

    Of sellers only their sum is read, by a function that sees all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_money_of_sellers()")
        (sellers,) = cursor.fetchone()
    mine = Transfer.objects.filter(organization_id=operator_id)
    waiting = mine.aggregate(
        came=Sum("amount_minor", filter=Q(debit=BANK), default=0),
        gone=Sum("amount_minor", filter=Q(credit=BANK), default=0),
    )
    entries = Entry.objects.filter(organization_id=operator_id)
    entries = entries.exclude(state__in=[EntryState.NEW, EntryState.ASIDE])
    told: int = entries.aggregate(told=Sum("amount_minor", default=0))["told"]
    return BankBalance(told, sellers, waiting["came"] - waiting["gone"])
