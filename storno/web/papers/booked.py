"""The bookings that a paper bills, or billed, as links to them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from storno.diary.bill import Billed, billed_in, charged_in
from storno.diary.models import Booking, BookingState, Sight
from storno.diary.queries import bookings_with
from storno.diary.sight import diaries_of
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.diary.times import say_when
from storno.web.papers.ways_out import WayOut


def booked_in(lines: Iterable[Billed], here: Here) -> list[WayOut]:
    """The bookings that lines bill, as far as the reader may see them; inside a scope."""
    return bookings_told(billed_in(lines), here)


def bills_sessions(draft_id: UUID, here: Here) -> bool:
    """Whether a draft bills bookings."""
    with here.reading():
        return charged_in(draft_id, organization_id=here.organization.id).exists()


def cancellable(lines: Iterable[Billed], here: Here) -> list[Booking]:
    """The bookings that lines bill, if the reader may book where they all stand; inside a scope."""
    billed = billed_in(lines)
    if not billed or not here.who.may(Deed.BOOK):
        return []
    diaries = diaries_of(here.who)
    open_ = [
        booking
        for booking in bookings_with(billed, who=here.who)
        if diaries.sight_of(booking.practitioner_id) == Sight.BOOK
    ]
    return open_ if len(open_) == len(billed) else []


def bookings_told(ids: Collection[UUID], here: Here) -> list[WayOut]:
    """Bookings by who comes and when, as far as the reader may see them; inside a scope."""
    if not ids:
        return []
    zone = here.now.seller.time_zone
    return [
        WayOut(_told(booking, here, zone), here.url("booking", booking.id))
        for booking in bookings_with(ids, who=here.who)
    ]


def _told(booking: Booking, here: Here, zone: str) -> str:
    words = _("The booking of %(name)s, %(when)s")
    if booking.state == BookingState.CANCELLED:
        words = _("The cancelled booking of %(name)s, %(when)s")
    return words % {
        "name": booking.client.name if booking.client else booking.title,
        "when": say_when(booking.starts_at, booking.ends_at, here.at, zone),
    }
