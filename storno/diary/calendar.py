"""Bookings as a calendar (RFC 5545), by one way for the diary's feed and the client's own file.

An event is the same in both, and in every later copy: its UID is the booking's id (§3.8.4.7), its
SEQUENCE goes up with each change (§3.8.7.4), and what was cancelled stays in it as such.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Max
from icalendar import Calendar, Event

from storno.diary.models import Booking, BookingState
from storno.history.models import Event as Happened


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar says of a booking beside when it is."""

    summary: str
    place: str = ""
    url: str = ""


def calendar_of(
    bookings: Sequence[Booking], words: Callable[[Booking], Words], *, name: str = ""
) -> bytes:
    """The calendar of bookings of one organization, called `name` where it is kept as a whole."""
    calendar = Calendar()
    calendar.add("PRODID", "-//Storno//Storno//EN")
    calendar.add("VERSION", "2.0")
    if name:
        calendar.add("X-WR-CALNAME", name)
    changed = _changed(bookings)
    for booking in bookings:
        at = changed.get(booking.id, booking.created_at)
        calendar.add_component(_event(booking, words(booking), at))
    return bytes(calendar.to_ical())


def _event(booking: Booking, words: Words, changed_at: datetime) -> Event:
    event = Event()
    event.add("UID", str(booking.id))
    event.add("DTSTAMP", changed_at.astimezone(UTC))
    event.add("LAST-MODIFIED", changed_at.astimezone(UTC))
    event.add("SEQUENCE", booking.version - 1)
    event.add("DTSTART", booking.starts_at.astimezone(UTC))
    event.add("DTEND", booking.ends_at.astimezone(UTC))
    event.add("SUMMARY", words.summary)
    cancelled = booking.state == BookingState.CANCELLED
    event.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
    if words.place:
        event.add("LOCATION", words.place)
    if words.url:
        event.add("URL", words.url)
    return event


def _changed(bookings: Sequence[Booking]) -> dict[UUID, datetime]:
    """When each was changed last, as its history has it (DTSTAMP, RFC 5545 §3.8.7.2)."""
    if not bookings:
        return {}
    rows = Happened.objects.filter(
        organization_id=bookings[0].organization_id, subject_id__in=[each.id for each in bookings]
    )
    return dict(rows.values_list("subject_id").annotate(Max("at")))
