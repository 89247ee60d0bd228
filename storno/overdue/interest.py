"""What late interest has run up on an invoice, for whoever decides what to do about it.

It is told to members and claimed by nobody: a reminder asks for what is open.
"""

from decimal import Decimal

from storno.clients.models import ClientKind
from storno.documents.models import Document, Standing
from storno.late.interest import Interest, late_interest
from storno.organizations.queries import Circumstances


def interest_on(invoice: Document, standing: Standing, now: Circumstances) -> Interest | None:
    """The late interest until today on what is open of an invoice; None if there is none known."""
    if not standing.open_minor:
        return None
    return late_interest(
        standing.open_minor,
        standing.due_on,
        now.today,
        country=now.seller.country,
        company=invoice.recipient.kind == ClientKind.COMPANY,
        own=Decimal(invoice.seller["late_interest"] or 0),
    )
