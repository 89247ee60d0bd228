"""Which invoices the references of entries name: unique on their account, whoever owns it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from storno.numbering.models import PaymentReference
from storno.references.written import written_ways


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a reference is."""

    organization_id: UUID
    invoice_id: UUID


def owners_of(references: Iterable[str], accounts: Collection[str]) -> Mapping[str, Owner]:
    """Whose these references are on the accounts, by the reference as written; no scope needed."""
    ways = {reference: written_ways(reference) for reference in set(references) if reference}
    every = {way for each in ways.values() for way in each}
    kept = {
        row.reference: Owner(row.organization_id, row.document_id)
        for row in PaymentReference.objects.filter(account__in=accounts, reference__in=every)
    }
    found = {}
    for reference, written in ways.items():
        for way in written:
            if way in kept:
                found[reference] = kept[way]
                break
    return found
