"""What remains of what a deleted draft was about: its sessions, and the invoice it stood for."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from storno.core.refusals import Absent
from storno.diary.models import Booking, BookingState
from storno.diary.queries import booking_with
from storno.documents.draft import DraftDeleted
from storno.documents.models import Document
from storno.documents.queries import thrown_away
from storno.organizations.queries import seller_of
from storno.web.access import Here
from storno.web.diary.times import say_when
from storno.web.papers.ways_out import WayOut


def remains_of(draft_id: UUID, here: Here) -> list[WayOut]:
    """What a deleted draft has left behind, as far as the reader may see it; inside a scope."""
    event = thrown_away(draft_id, here.organization.id)
    if event is None:
        return []
    deleted = DraftDeleted.recalled(event.facts)
    return [*_invoice(deleted.replaces_id, here), *_sessions(deleted.billed.split(), here)]


def _invoice(invoice_id: str, here: Here) -> Iterator[WayOut]:
    mine = Document.objects.filter(organization_id=here.organization.id)
    for invoice in mine.filter(id=invoice_id) if invoice_id else ():
        words = _("Invoice %(number)s, which it should replace")
        yield WayOut(words % {"number": invoice.number}, here.url("invoice", invoice.id))


def _sessions(ids: list[str], here: Here) -> Iterator[WayOut]:
    zone = seller_of(here.organization.id).time_zone
    for id_ in ids:
        try:
            booking = booking_with(UUID(id_), who=here.who)
        except Absent:
            continue
        yield WayOut(_told(booking, here, zone), here.url("booking", booking.id))


def _told(booking: Booking, here: Here, zone: str) -> str:
    words = _("The booking of %(name)s, %(when)s")
    if booking.state == BookingState.CANCELLED:
        words = _("The cancelled booking of %(name)s, %(when)s")
    return words % {
        "name": booking.client.name if booking.client else booking.title,
        "when": say_when(booking.starts_at, booking.ends_at, here.at, zone),
    }
