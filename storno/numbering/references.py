"""Giving payment references: unique on the receiving account, whoever shares it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from storno.core.insert import insert
from storno.numbering.models import PaymentReference
from storno.references.finnish import finnish_reference

_TAKE = """
INSERT INTO numbering_receivingaccount AS counter (account, next_base)
VALUES (%s, 1001 + %s)
ON CONFLICT (account) DO UPDATE SET next_base = counter.next_base + %s
RETURNING next_base
"""


def bears_finnish_reference(account: str, currency: str) -> bool:
    """Whether a payment can carry a Finnish reference: in euros, to a Finnish IBAN."""
    return account.startswith("FI") and currency == "EUR"


def give_references(accounts: Sequence[str]) -> list[str]:
    """A fresh Finnish reference for each account; where there is none, an empty string.

    Locks one counter per account until the transaction ends; the accounts are taken in their
    alphabetical order so that two issues never wait for each other crosswise.
    """
    wanted = Counter(account for account in accounts if account)
    bases: dict[str, int] = {}
    with connection.cursor() as cursor:
        for account in sorted(wanted):
            count = wanted[account]
            cursor.execute(_TAKE, [account, count, count])
            bases[account] = cursor.fetchone()[0] - count
    references: list[str] = []
    for account in accounts:
        if account in bases:
            references.append(finnish_reference(bases[account]))
            bases[account] += 1
        else:
            references.append("")
    return references


def enter_references(given: Iterable[tuple[str, str, UUID]], *, organization_id: UUID) -> None:
    """Write (account, reference, document) into the directory that finds a payment's owner."""
    insert(
        PaymentReference(
            account=account,
            reference=reference,
            organization_id=organization_id,
            document_id=document_id,
        )
        for account, reference, document_id in given
    )
