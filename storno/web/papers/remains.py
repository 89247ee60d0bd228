"""What remains of what a deleted draft was about: its sessions, and the invoice it stood for."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from storno.documents.draft import DraftDeleted
from storno.documents.queries import document
from storno.history.models import Event
from storno.web.access import Here
from storno.web.papers.booked import bookings_told
from storno.web.papers.ways_out import WayOut


def remains_of(event: Event, here: Here) -> list[WayOut]:
    """What a deleted draft has left behind, as far as the reader may see it; inside a scope.

    `event` is its deletion.
    """
    deleted = DraftDeleted.recalled(event.facts)
    sessions = [UUID(id_) for id_ in deleted.billed.split()]
    return [*_invoice(deleted.replaces_id, here), *bookings_told(sessions, here)]


def _invoice(invoice_id: str, here: Here) -> Iterator[WayOut]:
    if invoice_id:
        invoice = document(UUID(invoice_id), here.organization.id)
        words = _("Invoice %(number)s, which it should replace")
        yield WayOut(words % {"number": invoice.number}, here.url("invoice", invoice.id))
