"""Changing a booking: when and where it is, whether it was held, and what a session bills.

What a session bills stays changeable until an invoice of it stands; then that is credited first.
While a draft bills it, the change is one of the draft. Order of locks: the diary, or both where it
is given to somebody else, the booking, its draft; then its client is held.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Message
from storno.catalogue.save import told_of
from storno.clients.care import leave_care, take_into_care
from storno.clients.save import must_not_be_erased
from storno.core.entered import tidy
from storno.core.refusals import Absent, FieldError, Invalid, Refused
from storno.diary.automatic import take_in_hand
from storno.diary.bill import (
    BilledAlready,
    Billing,
    CreditFirst,
    keep_terms,
    local_day,
    lock_billing,
    make_draft,
    with_line,
)
from storno.diary.book import payer, practitioner
from storno.diary.messages.tell import (
    keep_reminder,
    keep_what_stood,
    mark_of,
    tell_client,
)
from storno.diary.method import follow_method, method_of
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.price import at_price
from storno.diary.rules import booking_errors
from storno.diary.sight import diaries_of
from storno.diary.slot import lock_diaries, must_be_free, span, time_errors
from storno.diary.timing import Drafted, time_drafts
from storno.diary.version import own_version, version_of
from storno.diary.what_changed import Said, said_by, what_changed, with_terms
from storno.documents.content import DraftInput, for_recipient
from storno.documents.draft import save_part
from storno.documents.models import Draft
from storno.history.record import Happening, record, record_all
from storno.organizations.models import Method, Seller
from storno.organizations.once import deed
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.roles import Actor, Deed


class StaleBooking(Refused):
    """Somebody changed the booking after this page was opened."""

    code = "booking_changed_meanwhile"
    message = _("This booking was changed in another window after you opened it.")
    remedy = _("Nothing was done. Look at it as it is now, and decide again.")


class BookingIsCancelled(Refused):
    """The booking is cancelled: its time is free, and somebody else may have it."""

    code = "booking_cancelled"
    message = _("This booking is cancelled.")
    remedy = _("Take the cancellation back first, or book a new one.")


@dataclass(frozen=True)
class SessionHeld(Happening):
    """It was noted that the client came."""

    kind: ClassVar = "session.held"
    sentence: ClassVar = _("Noted: the session was held.")


@dataclass(frozen=True)
class ClientDidNotCome(Happening):
    """It was noted that the client did not come."""

    kind: ClassVar = "session.no_show"
    sentence: ClassVar = _("Noted: the client did not come.")


@dataclass(frozen=True)
class AttendanceOpen(Happening):
    """What had been noted was taken back."""

    kind: ClassVar = "session.attendance_open"
    sentence: ClassVar = _("What was noted of this session was taken back.")


_ATTENDED: dict[str, type[Happening]] = {
    BookingState.HELD: SessionHeld,
    BookingState.NO_SHOW: ClientDidNotCome,
    BookingState.BOOKED: AttendanceOpen,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What shall be other than it is, of one booking or of each session of a series.

    None leaves it. `price` in the major unit, in the pricing that the session has. `recipient` is a
    client's id. `messages` are what it sends from now on, of this change as well. `practitioner` is
    the member in whose diary it stands from now on. Its client is not written to for that: no
    message says with whom somebody has an appointment.
    """

    practitioner: UUID | None = None
    minutes: int | None = None
    place: str | None = None
    video: str | None = None
    price: Decimal | None = None
    recipient: UUID | None = None
    method: Method | None = None
    messages: tuple[Message, ...] | None = None

    @property
    def of_billing(self) -> bool:
        """Whether something of it changes what a paper says."""
        return (self.price, self.recipient, self.method) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingChanges(Changes):
    """What shall be other than it is of one booking.

    A series is changed in one diary, so what is given out of it is left alone by that, as long as
    it is with somebody else.
    """

    starts_at: datetime | None = None
    title: str | None = None
    state: BookingState | None = None


@deed
def change_booking(
    booking_id: UUID,
    changes: BookingChanges,
    *,
    version: int | None = None,
    kind: BookingKind | None = None,
    who: Actor,
    at: datetime,
) -> Booking:
    """Change a booking. `version` is the one that was shown: what was changed since is refused.

    The draft that bills it is compared only where what it says shall be changed. Raises Absent,
    Invalid, NotAllowed, NotYoursToOpen, StaleBooking, BookingIsCancelled, TimeIsTaken, CreditFirst,
    HasDeparted, Blocked, PaymentIsNoted.
    """
    who.must(Deed.BOOK)
    to = None if changes.practitioner is None else practitioner(changes.practitioner, who)
    booking = lock_booking(booking_id, version, to=to, kind=kind, who=who)
    must_be_on(booking)
    before, stood = (booking.starts_at, booking.ends_at), mark_of(booking)
    giver = booking.practitioner_id
    said = said_by(booking)
    _fill(booking, changes, at=at)
    is_given = to is not None and _give(booking, to, who=who, at=at)
    moved = (booking.starts_at, booking.ends_at) != before
    if moved or is_given:
        must_be_free(booking)
    if booking.kind == BookingKind.SESSION and (changes.of_billing or moved):
        said = _bill_anew(booking, changes, version, said, who=who, at=at)
    if changes.state not in (None, booking.state):
        _attend(booking, changes.state, who=who, at=at)
    booking.version += 1
    keep_reminder(booking, at=at)
    is_told = mark_of(booking) != stood
    if is_told:
        keep_what_stood([booking], {booking.id: stood})
    booking.save(force_update=True)
    if is_told:
        tell_client(booking, Message.CHANGE, at=at)
    if changes != BookingChanges(state=changes.state):
        currency = seller_of(who.organization_id).currency
        told = what_changed(said, said_by(booking), currency)
        record_all(((booking.id, each) for each in told), who=who, at=at)
    if is_given:
        leave_client(booking.client_id, giver, who=who, at=at)
    return booking


@deed
def draft_session(booking_id: UUID, *, who: Actor, at: datetime) -> Draft:
    """Make the draft of a session that nothing bills: it was thrown away, or credited.

    Who makes it wants to see it: one that would go out at once waits for a person.
    Raises Absent, Invalid, NotAllowed, BookingIsCancelled, BilledAlready.
    """
    who.must(Deed.BOOK)
    who.must(Deed.WRITE_DRAFTS)
    session = lock_booking(booking_id, kind=BookingKind.SESSION, who=who)
    must_be_on(session)
    billing = lock_billing(session)
    if billing.is_billed:
        raise BilledAlready
    session.version += 1
    session.save(force_update=True)
    draft = make_draft(session, who=who, at=at)
    if draft.issues_at is not None and draft.issues_at <= at:
        take_in_hand(draft, [session], who=who, at=at)
    return draft


def lock_booking(
    booking_id: UUID,
    version: int | None = None,
    *,
    to: UUID | None = None,
    kind: BookingKind | None = None,
    who: Actor,
) -> Booking:
    """Lock a booking, of one kind if it must be that, and the diary that it stands in.

    With the `version` that was shown, one that was not changed since; what bills it may have been
    (`must_be_as_shown`). `to`: the person to whom it is given, whose diary is locked as well.
    Raises Absent, StaleBooking, ClientIsErased, and NotAllowed where a diary may only be looked
    into.
    """
    mine = Booking.objects.filter(organization_id=who.organization_id, id=booking_id)
    for seen in mine.filter(kind=kind) if kind else mine:
        diaries = diaries_of(who)
        diaries.must_see([seen])
        diaries.must_book(seen.practitioner_id)
        if to is not None:
            diaries.must_book(to)
        lock_diaries(seen.organization_id, {seen.practitioner_id, to or seen.practitioner_id})
        booking = mine.select_for_update(of=("self",)).get()
        if booking.practitioner_id != seen.practitioner_id:  # given away: another diary is locked
            raise StaleBooking
        if version is not None and own_version(version) != booking.version:
            raise StaleBooking
        must_not_be_erased([booking.client_id], organization_id=who.organization_id)
        return booking
    raise Absent


def must_be_as_shown(session: Booking, billing: Billing, version: int | None) -> None:
    """Raise StaleBooking where a session or the draft that bills it is not as it was shown."""
    if version is not None and version != version_of(session, billing):
        raise StaleBooking


def must_be_on(booking: Booking) -> None:
    """Raise BookingIsCancelled of one that is."""
    if booking.state == BookingState.CANCELLED:
        raise BookingIsCancelled


def _give(booking: Booking, to: UUID, *, who: Actor, at: datetime) -> bool:
    """Put a booking into a locked diary; tell whether it stood in another one. Not saved.

    Raises NotYoursToOpen.
    """
    if booking.practitioner_id == to:
        return False
    booking.practitioner_id = to
    if booking.client_id is not None:
        take_into_care(booking.client_id, to, given=True, who=who, at=at)
    return True


def leave_client(client_id: UUID | None, giver: UUID, *, who: Actor, at: datetime) -> None:
    """Take back what access to a client a booking brought to whom it was taken from.

    It stays with who has another session of that client. Who gives away what they see by this
    access alone keeps it: else they could not take that back.
    """
    if client_id is None or giver == who.clients_of:
        return
    theirs = Booking.objects.filter(
        organization_id=who.organization_id, client_id=client_id, practitioner_id=giver
    )
    if not theirs.exclude(state=BookingState.CANCELLED).exists():
        leave_care(client_id, giver, who=who, at=at)


def _fill(booking: Booking, changes: BookingChanges, *, at: datetime) -> None:
    """Put what was entered of time and place into the row. Raises Invalid."""
    minutes = booking.minutes if changes.minutes is None else changes.minutes
    starts_at = changes.starts_at or booking.starts_at
    booking.starts_at, booking.ends_at = span(starts_at, minutes)
    if changes.title is not None and booking.kind == BookingKind.ACTIVITY:
        booking.title = tidy(changes.title)
    if changes.place is not None:
        booking.place = tidy(changes.place)
    if changes.video is not None:
        booking.video = changes.video.strip()
    if changes.messages is not None and booking.kind == BookingKind.SESSION:
        booking.messages = list(told_of(changes.messages))
    errors = [
        *time_errors(booking.starts_at, booking.ends_at, at=at),
        *booking_errors(booking),
    ]
    if changes.state is not None:
        errors += _state_errors(booking, changes.state, at=at)
    if errors:
        raise Invalid(errors)


def _state_errors(booking: Booking, state: BookingState, *, at: datetime) -> list[FieldError]:
    """Why this cannot be noted of a booking: cancelling is a deed of its own."""
    if state == BookingState.CANCELLED:
        words = _("Cancel the booking to free its time.")
        return [FieldError("state", "cancel_instead", words)]
    if state == BookingState.BOOKED:
        return []
    if booking.kind == BookingKind.ACTIVITY:
        return [FieldError("state", "only_of_sessions", _("This can be noted of sessions only."))]
    if booking.starts_at > at:
        return [FieldError("state", "yet_to_come", _("This session is yet to come."))]
    return []


def _attend(booking: Booking, state: BookingState, *, who: Actor, at: datetime) -> None:
    """Note whether somebody came, or take it back."""
    booking.state = state
    record(_ATTENDED[state](), subject_id=booking.id, who=who, at=at)


def _bill_anew(
    session: Booking,
    changes: BookingChanges,
    version: int | None,
    said: Said,
    *,
    who: Actor,
    at: datetime,
) -> Said:
    """Bring what bills a session in line with the changes; return what it said, as it was billed.

    Raises CreditFirst, StaleBooking, Invalid, HasDeparted, Blocked, PaymentIsNoted.
    """
    billing = lock_billing(session)
    if billing.price_locked:
        if changes.of_billing:
            raise CreditFirst
        return said
    if changes.of_billing:
        must_be_as_shown(session, billing, version)
    settings = settings_of(session.organization_id)
    keep_terms(session, billing, settings)
    said = with_terms(said, session)
    if changes.price is not None:
        session.unit_price = changes.price
    if changes.recipient is not None:
        session.recipient = payer(changes.recipient, who)
    if changes.method is not None:
        session.method = changes.method
    if errors := list(booking_errors(session)):
        raise Invalid(errors)
    if billing.draft is not None:
        amend = as_in_diary(session, seller_of(session.organization_id))
        draft = save_part(billing.draft.id, amend, who=who, at=at)
        method, chosen = method_of(session, settings), changes.method is not None
        follow_method(draft, method, chosen=chosen, who=who, at=at)
        time_drafts([Drafted(draft, session, method, chosen)], settings, who=who, at=at)
    return said


def as_in_diary(session: Booking, seller: Seller) -> Callable[[DraftInput], DraftInput]:
    """What lets an open draft say what the session says: its price, its payer, its day."""
    price, recipient_id = session.unit_price, session.recipient_id
    assert price is not None, "a session has a price"
    day = local_day(session, seller)

    def amend(entered: DraftInput) -> DraftInput:
        priced = with_line(entered, session, lambda line: at_price(line, price))
        return replace(for_recipient(priced, recipient_id), delivered_on=day)

    return amend
