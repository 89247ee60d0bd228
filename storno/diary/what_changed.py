"""What of a booking was changed, as its history tells it: without names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.diary.models import Booking
from storno.history.record import Happening
from storno.money.currency import NotWholeMinorUnits, to_minor


@dataclass(frozen=True)
class BookingMoved(Happening):
    """A booking got another time; so it was told before its old time was kept as well."""

    kind: ClassVar = "booking.moved"
    sentence: ClassVar = _("Moved, to begin %(starts_at)s.")
    starts_at: str


@dataclass(frozen=True)
class TimeChanged(Happening):
    """A booking begins at another time."""

    kind: ClassVar = "booking.time_changed"
    sentence: ClassVar = _("Moved: it was %(from_at)s, and is now %(to_at)s.")
    from_at: str
    to_at: str


@dataclass(frozen=True)
class LengthChanged(Happening):
    """A booking takes more or less time."""

    kind: ClassVar = "booking.length_changed"
    sentence: ClassVar = _("Length changed from %(before)s to %(after)s minutes.")
    before: int
    after: int


@dataclass(frozen=True)
class PlaceChanged(Happening):
    """A booking is at another place."""

    kind: ClassVar = "booking.place_changed"
    sentence: ClassVar = _("Place changed.")


@dataclass(frozen=True)
class VideoChanged(Happening):
    """A session has another video link, or none any more."""

    kind: ClassVar = "booking.video_changed"
    sentence: ClassVar = _("Video link changed.")


@dataclass(frozen=True)
class PractitionerChanged(Happening):
    """A booking stands in the diary of somebody else."""

    kind: ClassVar = "booking.practitioner_changed"
    sentence: ClassVar = _("Given by %(from_person)s to %(to_person)s.")
    from_person: str
    to_person: str


@dataclass(frozen=True)
class PriceChanged(Happening):
    """A session costs another price."""

    kind: ClassVar = "booking.price_changed"
    sentence: ClassVar = _("Price changed from %(before_minor)s to %(after_minor)s.")
    before_minor: int
    after_minor: int
    currency: str

    @classmethod
    def of(cls, before: Decimal, after: Decimal, currency: str) -> Self | None:
        """The change of a price; None where one of them is finer than money."""
        try:
            return cls(to_minor(before, currency), to_minor(after, currency), currency)
        except NotWholeMinorUnits:
            return None


@dataclass(frozen=True)
class PayerChanged(Happening):
    """Somebody else pays for a session."""

    kind: ClassVar = "booking.payer_changed"
    sentence: ClassVar = _("Invoice recipient changed.")


@dataclass(frozen=True)
class MethodChanged(Happening):
    """A session is invoiced in another way."""

    kind: ClassVar = "booking.method_changed"
    sentence: ClassVar = _("Way of invoicing changed.")


@dataclass(frozen=True)
class BookingChanged(Happening):
    """Something else of a booking was changed."""

    kind: ClassVar = "booking.changed"
    sentence: ClassVar = _("Booking changed.")


@dataclass(frozen=True, slots=True)
class Said:
    """What a booking said before it was changed, and what it says afterwards."""

    practitioner_id: UUID
    starts_at: datetime
    minutes: int
    place: str
    video: str
    unit_price: Decimal | None
    payer_id: object
    method: str


def said_by(booking: Booking) -> Said:
    """What a booking says now."""
    return Said(
        booking.practitioner_id,
        booking.starts_at,
        booking.minutes,
        booking.place,
        booking.video,
        booking.unit_price,
        booking.recipient_id or booking.client_id,
        booking.method,
    )


def with_terms(said: Said, booking: Booking) -> Said:
    """What a session said, with what its paper said that it has just taken over."""
    kept = said_by(booking)
    return replace(said, unit_price=kept.unit_price, payer_id=kept.payer_id, method=kept.method)


def what_changed(before: Said, after: Said, currency: str) -> Iterator[Happening]:
    """Each thing that was changed; what is not one of these is told in general."""
    told = list(_changes(before, after, currency))
    yield from told or [BookingChanged()]


def _changes(before: Said, after: Said, currency: str) -> Iterator[Happening]:
    if before.practitioner_id != after.practitioner_id:
        yield PractitionerChanged(str(before.practitioner_id), str(after.practitioner_id))
    if before.starts_at != after.starts_at:
        yield TimeChanged(before.starts_at.isoformat(), after.starts_at.isoformat())
    if before.minutes != after.minutes:
        yield LengthChanged(before.minutes, after.minutes)
    if before.place != after.place:
        yield PlaceChanged()
    if before.video != after.video:
        yield VideoChanged()
    if before.unit_price is not None and after.unit_price not in (None, before.unit_price):
        assert after.unit_price is not None, "a session has a price"
        yield PriceChanged.of(before.unit_price, after.unit_price, currency) or BookingChanged()
    if before.payer_id != after.payer_id:
        yield PayerChanged()
    if before.method != after.method:
        yield MethodChanged()
