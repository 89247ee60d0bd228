"""Booking: a session with one client, or a block of time; with a session comes its draft.

Order of locks: the diary, then inserts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Message, Service
from storno.catalogue.save import told_of
from storno.clients.care import take_into_care
from storno.clients.models import Client
from storno.clients.queries import standing_recipient
from storno.clients.save import hold_clients
from storno.clients.sight import looked_after
from storno.core.entered import tidy
from storno.core.ids import new_id
from storno.core.refusals import Invalid, invalid
from storno.diary.bill import is_drafted_at_once, make_draft
from storno.diary.messages.tell import keep_reminder, tell_client
from storno.diary.models import Booking, BookingKind
from storno.diary.rules import booking_errors
from storno.diary.sight import diaries_of
from storno.diary.slot import lock_diary, must_be_free, span, time_errors
from storno.history.record import Happening, record
from storno.organizations.models import Membership, Method
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class BookingMade(Happening):
    """A session or an activity was booked."""

    kind: ClassVar = "booking.made"
    sentence: ClassVar = _("Booked, to begin %(starts_at)s.")
    starts_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInput:
    """A session as entered; None stands for what is usual: the service's, the client's.

    `practitioner` is a membership's id, `starts_at` aware, `price` in the major unit and with VAT
    where the service's price is. Without `recipient` the client pays, or who usually does.
    """

    service: UUID
    client: UUID
    practitioner: UUID
    starts_at: datetime
    minutes: int | None = None
    price: Decimal | None = None
    recipient: UUID | None = None
    method: Method | None = None
    place: str = ""
    video: str = ""
    messages: tuple[Message, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityInput:
    """A block of time as entered, for whatever is no session."""

    title: str
    practitioner: UUID
    starts_at: datetime
    minutes: int
    place: str = ""


@deed
def book_session(entered: SessionInput, *, who: Actor, at: datetime) -> Booking:
    """Book a session, with the draft that bills it where that is made at once.

    The past is open as well. Raises Invalid, NotAllowed, TimeIsTaken.
    """
    who.must(Deed.BOOK)
    booking = session_asked(entered, who)
    _put(booking, entered.practitioner, who=who, at=at)
    if is_drafted_at_once(booking, settings_of(who.organization_id)):
        make_draft(booking, who=who, at=at)
    tell_client(booking, Message.CONFIRMATION, at=at)
    return booking


def session_asked(entered: SessionInput, who: Actor) -> Booking:
    """A session as entered, in no diary yet. Raises Invalid."""
    service = service_to_book(entered.service, who)
    client = _client(entered.client, who)
    booking = Booking(
        id=new_id(),
        organization_id=who.organization_id,
        kind=BookingKind.SESSION,
        client=client,
        service=service,
        recipient=standing_recipient(client)
        if entered.recipient is None
        else payer(entered.recipient, who),
        method=entered.method or "",
        description=service.on_papers,
        unit_price=service.unit_price if entered.price is None else entered.price,
        price_includes_tax=service.price_includes_tax,
        tax_category=service.tax_category,
        tax_rate=service.tax_rate,
        place=tidy(entered.place),
        video=entered.video.strip(),
        messages=list(told_of(service.messages if entered.messages is None else entered.messages)),
    )
    minutes = entered.minutes if entered.minutes is not None else service.minutes or 0
    booking.starts_at, booking.ends_at = span(entered.starts_at, minutes)
    return booking


@deed
def book_activity(entered: ActivityInput, *, who: Actor, at: datetime) -> Booking:
    """Keep a time free of sessions. Raises Invalid, NotAllowed, TimeIsTaken."""
    who.must(Deed.BOOK)
    booking = Booking(
        id=new_id(),
        organization_id=who.organization_id,
        kind=BookingKind.ACTIVITY,
        title=tidy(entered.title),
        place=tidy(entered.place),
    )
    booking.starts_at, booking.ends_at = span(entered.starts_at, entered.minutes)
    _put(booking, entered.practitioner, who=who, at=at)
    return booking


def _put(booking: Booking, membership_id: UUID, *, who: Actor, at: datetime) -> None:
    """Put a new booking into a diary. Raises Invalid, NotAllowed, TimeIsTaken."""
    errors = (
        *time_errors(booking.starts_at, booking.ends_at, at=at),
        *booking_errors(booking),
    )
    if errors:
        raise Invalid(errors)
    booking.practitioner_id = practitioner(membership_id, who)
    diaries_of(who).must_book(booking.practitioner_id)
    lock_diary(who.organization_id, booking.practitioner_id)
    hold_parties([booking], who)
    must_be_free(booking)
    booking.created_by, booking.created_at = who.person_id, at
    keep_reminder(booking, at=at)
    booking.save(force_insert=True)
    if booking.client_id is not None:
        take_into_care(booking.client_id, booking.practitioner_id, who=who, at=at)
    record(BookingMade(booking.starts_at.isoformat()), subject_id=booking.id, who=who, at=at)


def hold_parties(sessions: Sequence[Booking], who: Actor) -> None:
    """Hold the client and the payer of new sessions, which have the same, and read them anew.

    Neither is deleted or erased before the transaction ends, and how they are usually invoiced is
    as it is now that the diary is locked. Raises Invalid, ClientIsErased.
    """
    client_id, payer_id = sessions[0].client_id, sessions[0].recipient_id
    held = hold_clients([client_id, payer_id], organization_id=who.organization_id)
    if client_id is not None and client_id not in held:
        raise _unknown_client()
    if payer_id is not None and payer_id not in held:
        raise _unknown_payer()
    for session in sessions:
        session.client = held[client_id] if client_id else None
        session.recipient = held[payer_id] if payer_id else None


def practitioner(membership_id: UUID, who: Actor) -> UUID:
    """The person who is this member. Raises Invalid."""
    members = Membership.objects.filter(organization_id=who.organization_id, id=membership_id)
    for person_id in members.values_list("person_id", flat=True):
        return person_id
    raise invalid("practitioner", "unknown_practitioner", _("Choose one of the members."))


def payer(client_id: UUID, who: Actor) -> Client:
    """Who pays for a session. Raises Invalid."""
    if (found := _offered(client_id, who)) is None:
        raise _unknown_payer()
    return found


def _unknown_payer() -> Invalid:
    return invalid("recipient", "unknown_recipient", _("Choose one of your recipients."))


def _unknown_client() -> Invalid:
    return invalid("client", "unknown_client", _("Choose somebody from your list."))


def _client(client_id: UUID, who: Actor) -> Client:
    found = _offered(client_id, who, looked_after(who))
    if found is None:
        raise _unknown_client()
    return found


def _offered(client_id: UUID, who: Actor, condition: Q | None = None) -> Client | None:
    """The client with this id, if it is on offer."""
    mine = Client.objects.filter(organization_id=who.organization_id, archived_at=None)
    return mine.filter(condition or Q(), id=client_id).first()


def service_to_book(service_id: UUID, who: Actor) -> Service:
    """A service that can be booked. Raises Invalid."""
    mine = Service.objects.filter(organization_id=who.organization_id, archived_at=None)
    for service in mine.filter(id=service_id):
        if service.minutes is None:
            words = _("This service is not booked: it has no length in minutes.")
            raise invalid("service", "not_booked", words)
        return service
    raise invalid("service", "unknown_service", _("Choose one of your services."))
