"""Reading what entries have met, inside a scope."""

from collections.abc import Iterable
from uuid import UUID

from storno.bank.models import Entry, Match
from storno.documents.models import Document


def matches_of(entries: Iterable[Entry], organization_id: UUID) -> dict[UUID, Match]:
    """The matches that stand, by the entry's id."""
    mine = Match.objects.filter(organization_id=organization_id)
    found = mine.filter(id__in=[each.match_id for each in entries if each.match_id])
    return {match.entry_id: match for match in found}


def invoices_met(entries: Iterable[Entry], organization_id: UUID) -> dict[UUID, Document]:
    """The invoices that matched entries have paid, with their recipients, by the entry's id."""
    matches = matches_of(entries, organization_id)
    if not matches:
        return {}
    mine = Document.objects.filter(organization_id=organization_id).select_related("recipient")
    invoices = mine.in_bulk([each.invoice_id for each in matches.values()])
    return {
        entry_id: invoices[match.invoice_id]
        for entry_id, match in matches.items()
        if match.invoice_id in invoices
    }
