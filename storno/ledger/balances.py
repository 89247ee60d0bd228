"""What stands on accounts: sums over the postings of an organization."""

from uuid import UUID

from django.db.models import Q, Sum

from storno.ledger.models import Transfer

ALL = Q()


def credited(organization_id: UUID, *accounts: str, of: Q = ALL) -> list[int]:
    """What each account was credited, less its debits, in minor units; `of` such transfers only."""
    sums = {
        f"{account}_{side}": Sum("amount_minor", filter=Q(**{side: account}), default=0)
        for account in accounts
        for side in ("credit", "debit")
    }
    mine = Transfer.objects.filter(of, organization_id=organization_id)
    found = mine.filter(Q(credit__in=accounts) | Q(debit__in=accounts)).aggregate(**sums)
    return [found[f"{account}_credit"] - found[f"{account}_debit"] for account in accounts]
