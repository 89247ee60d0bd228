"""Which invoices the references of entries name: unique on their account, whoever owns it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from storno.numbering.models import PaymentReference
from storno.references.creditor import is_creditor_reference
from storno.references.finnish import compact


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a reference is."""

    organization_id: UUID
    invoice_id: UUID


def written_ways(reference: str) -> tuple[str, ...]:
    """The forms in which a reference may be kept, the likeliest first.

    Banks fill Finnish ones with zeros, and payers write the international form of one. A KID is a
    text: its own zeros belong to it, so it is looked for as it stands.
    """
    plain = compact(reference).upper()
    ways = [plain]
    if is_creditor_reference(plain):
        ways.append(plain[4:])
    ways += [way.lstrip("0") for way in ways if way.isdigit()]
    return tuple(way for way in dict.fromkeys(ways) if way)


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
