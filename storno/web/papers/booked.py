"""The bookings that a paper bills, or billed, as links to them."""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from storno.diary.bill import SESSION
from storno.diary.models import Booking, BookingState, Sight
from storno.diary.queries import bookings_with
from storno.diary.sight import diaries_of
from storno.organizations.queries import seller_of
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.diary.times import say_when
from storno.web.papers.ways_out import WayOut


class Billing(Protocol):
    """A line of a draft or of a document, which says what it bills."""

    @property
    def source_kind(self) -> str:
        """What kind of thing."""

    @property
    def source_id(self) -> UUID | None:
        """Which one."""


def booked_in(lines: Iterable[Billing], here: Here) -> list[WayOut]:
    """The bookings that lines bill, as far as the reader may see them; inside a scope."""
    return bookings_told(_billed(lines), here)


def may_cancel(lines: Iterable[Billing], here: Here) -> bool:
    """Whether lines bill bookings, all where the reader may book; inside a scope."""
    billed = _billed(lines)
    if not billed or not here.who.may(Deed.BOOK):
        return False
    diaries = diaries_of(here.who)
    open_ = {
        booking.id
        for booking in bookings_with(billed, who=here.who)
        if diaries.sight_of(booking.practitioner_id) == Sight.BOOK
    }
    return open_ == billed


def _billed(lines: Iterable[Billing]) -> set[UUID]:
    return {line.source_id for line in lines if line.source_kind == SESSION and line.source_id}


def bookings_told(ids: Collection[UUID], here: Here) -> list[WayOut]:
    """Bookings by who comes and when, as far as the reader may see them; inside a scope."""
    if not ids:
        return []
    zone = seller_of(here.organization.id).time_zone
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
