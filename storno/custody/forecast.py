"""What a seller will have of money that is still to come, by the rates of now.

When it comes it is split by the rates of that moment, so this is about what it will be.
"""

from decimal import Decimal
from uuid import UUID

from storno.custody.plan import shares_now
from storno.custody.set_aside import standing_set_asides
from storno.custody.split import Shares, shares_of
from storno.custody.terms import terms_of
from storno.documents.models import Document, Standing
from storno.ledger.journal import Claim


def shares_of_draft(organization_id: UUID, *, payable_minor: int, tax_minor: int) -> Shares:
    """What becomes of a draft's total once it is paid in whole."""
    rates = terms_of(organization_id).rates
    return shares_of(payable_minor, gross_minor=payable_minor, tax_minor=tax_minor, rates=rates)


def shares_to_come(invoice: Document, standing: Standing, *, tax_minor: int) -> Shares:
    """What becomes of what is open on an invoice, of which `tax_minor` is the VAT after credits."""
    claim = Claim(
        gross_minor=standing.payable_minor - standing.credited_minor,
        tax={Decimal(0): tax_minor},
        received_minor=standing.received_minor,
        unapplied_minor=standing.unapplied_minor,
        returned_minor=standing.returned_minor,
        written=standing.written,
    )
    rates = terms_of(invoice.organization_id).rates
    return shares_now(claim.paid(standing.open_minor), standing_set_asides(invoice), rates)
