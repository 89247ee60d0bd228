"""A session's own page: for whoever holds its link, without sign-in.

It says when and where, and lets the client cancel while that is free; of a series it leads to each
session that is to come, so that one link is enough. The link leads to the organization, so these
functions open the scope themselves; it never opens anything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.clients.models import Client, Contact
from storno.clients.wishes import wish_reminders
from storno.core.refusals import Absent, Refused
from storno.diary.bill import Billing, billings_of, lock_billing
from storno.diary.calendar import Words, calendar_of
from storno.diary.cancel import call_off, free_until, settle
from storno.diary.change import lock_booking, must_be_on
from storno.diary.messages.staff import tell_practitioner
from storno.diary.messages.tell import tell_client, tells_by_itself
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.sight import diaries_of
from storno.diary.words import zone_of
from storno.history.models import Event
from storno.history.record import Happening
from storno.organizations.links import opened_short
from storno.organizations.models import LinkKind, PublicLink, Seller
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed, system
from storno.organizations.scope import scope
from storno.printing.labels import Language, language_called

OPEN_FOR = timedelta(days=14)
"""How long after its end, or that of the last one of its series, the page can be seen."""

TOLD_FOR = timedelta(days=7)
"""How long Home tells that a client has cancelled, unless the session would be over."""


class SessionIsLongOver(Refused):
    """The session ended a while ago, so its page is closed."""

    code = "link_expired"
    message = _("This link has run out.")
    remedy = _("Ask whoever sent it to you.")


class TooLateToCancel(Refused):
    """The time in which the client can cancel is over, or the session is invoiced."""

    code = "too_late_to_cancel"
    message = _("This appointment can no longer be cancelled here.")
    remedy = _("Call the clinic.")


@dataclass(frozen=True)
class CancelledByClient(Happening):
    """The client cancelled on the session's own page."""

    kind: ClassVar = "session.cancelled_by_client"
    sentence: ClassVar = _("Cancelled by the client; nothing is charged.")
    done_by: ClassVar = _("the client")


@dataclass(frozen=True, slots=True)
class Clinic:
    """Whom the client knows, and how they are reached."""

    name: str
    phone: str
    email: str
    website: str


@dataclass(frozen=True, slots=True)
class PublicSession:
    """A session as its client sees it: never what it is for.

    `zone` is that of the times. `cancellable` says whether the client can cancel now, which is or
    was possible until `free_until`.
    """

    id: UUID
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    place: str
    video: str
    is_cancelled: bool
    is_over: bool
    cancellable: bool
    free_until: datetime


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A session's own page; `coming` are the other sessions of its series that are to come.

    `wants_reminders` is the wish of whoever was given the link; None where none would come anyway.
    """

    clinic: Clinic
    language: Language
    session: PublicSession
    wants_reminders: bool | None
    coming: tuple[PublicSession, ...]


def language_behind_session(key: str) -> Language:
    """The language of whoever was given a link. Raises Absent."""
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        return language_called(_reader(link, _linked(link)).language)


def open_session(key: str, session_id: UUID | None = None, *, at: datetime) -> PublicPage:
    """The page of the session behind a link, or of another one of its series.

    Raises Absent, SessionIsLongOver.
    """
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        session, coming = _behind(link, session_id, at)
        seller = seller_of(link.organization_id)
        billings = billings_of([session, *coming])
        first, *others = (
            _shown(each, billings[each.id], seller, at) for each in (session, *coming)
        )
        reader, client = _reader(link, session), _client(session)
        reminds = (reader == client or client.wants_reminders) and any(
            tells_by_itself(each, Message.REMINDER, at=at) for each in _on(session, coming)
        )
        return PublicPage(
            clinic=Clinic(seller.name, seller.phone, seller.email, seller.website),
            language=language_called(reader.language),
            session=first,
            wants_reminders=reader.wants_reminders if reminds else None,
            coming=tuple(others),
        )


def calendar_of_session(key: str, page: str, *, at: datetime) -> bytes:
    """What is behind a link for the client's own calendar, with the address of its page.

    Calendars are shared, so it says no more than the letters do. Raises Absent, SessionIsLongOver.
    """
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        session, coming = _behind(link, None, at)
        seller = seller_of(link.organization_id)
        words = Words(_now("Appointment with %(clinic)s") % {"clinic": seller.name}, url=page)
        return calendar_of([session, *coming], lambda _session: words)


def cancel_behind(key: str, session_id: UUID | None = None, *, at: datetime) -> Booking:
    """Cancel the session behind a link, or another one of its series, as its client.

    Raises Absent, BookingIsCancelled, TooLateToCancel.
    """
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        session = _one_of(link, session_id)
    return cancel_by_client(session.id, who=system(link.organization_id), at=at)


def wish_reminders_behind(key: str, wanted: bool, *, at: datetime) -> None:
    """Remind whoever was given a link, client or contact, or not, as they say themselves.

    Raises Absent, SessionIsLongOver, ClientIsForgotten, ClientIsErased.
    """
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        session, _coming = _behind(link, None, at)
        reader = _reader(link, session)
    wish_reminders(reader.id, wanted, who=system(link.organization_id), at=at)


@deed
def cancel_by_client(session_id: UUID, *, who: Actor, at: datetime) -> Booking:
    """Cancel a session in the time in which that is free; its draft goes with it.

    Raises Absent, BookingIsCancelled, TooLateToCancel.
    """
    who.must(Deed.BOOK)
    session = lock_booking(session_id, kind=BookingKind.SESSION, who=who)
    must_be_on(session)
    billing = lock_billing(session)
    if not _is_cancellable(session, billing, at):
        raise TooLateToCancel
    settle(session, billing, Charge.NOTHING, who=who, at=at)
    session.save(force_update=True)
    call_off(session, Charge.NOTHING, happened=CancelledByClient(), who=who, at=at)
    tell_client(session, Message.CANCELLATION, at=at)
    tell_practitioner(session, at=at)
    return session


class CancelledBy(StrEnum):
    """Who cancelled a session; `itself` is what this house did with nobody's press."""

    MEMBER = "member"
    CLIENT = "client"
    ITSELF = "itself"


def cancelled_by(sessions: Sequence[Booking]) -> dict[UUID, CancelledBy]:
    """Who cancelled each of those that are cancelled; asks history once, if no member did."""
    gone = [each for each in sessions if each.cancelled_at is not None]
    nobodys = [each for each in gone if each.cancelled_by is None]
    by_client: set[UUID | None] = set()
    if nobodys:
        told = Event.objects.filter(
            organization_id=nobodys[0].organization_id,
            kind=CancelledByClient.kind,
            subject_id__in=[each.id for each in nobodys],
        )
        by_client.update(told.values_list("subject_id", flat=True))
    return {
        each.id: CancelledBy.MEMBER
        if each.cancelled_by is not None
        else CancelledBy.CLIENT
        if each.id in by_client
        else CancelledBy.ITSELF
        for each in gone
    }


def cancelled_by_clients(who: Actor, *, at: datetime, most: int) -> tuple[Booking, ...]:
    """The sessions to come that their clients cancelled lately, in diaries open to `who`.

    The newest cancellation first.
    """
    mine = {"organization_id": who.organization_id}
    told = Event.objects.filter(**mine, kind=CancelledByClient.kind, at__gt=at - TOLD_FOR)
    gone = Booking.objects.filter(diaries_of(who).readable, **mine, state=BookingState.CANCELLED)
    gone = gone.filter(id__in=told.values("subject_id"), starts_at__gt=at)
    return tuple(gone.select_related("client").order_by("-cancelled_at", "-id")[:most])


def _shown(session: Booking, billing: Billing, seller: Seller, at: datetime) -> PublicSession:
    return PublicSession(
        id=session.id,
        zone=zone_of(session, seller),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        video=session.video,
        is_cancelled=session.state == BookingState.CANCELLED,
        is_over=session.ends_at <= at,
        cancellable=_is_cancellable(session, billing, at),
        free_until=free_until(session),
    )


def _on(session: Booking, coming: Sequence[Booking]) -> list[Booking]:
    """Of a session and the others of its series, those that take place."""
    return [each for each in (session, *coming) if each.state == BookingState.BOOKED]


def _is_cancellable(session: Booking, billing: Billing, at: datetime) -> bool:
    """Whether the client may cancel: it is to come, free to cancel, and on no invoice."""
    is_on = session.state == BookingState.BOOKED and at < session.starts_at
    return is_on and at <= free_until(session) and billing.invoice is None


def _behind(
    link: PublicLink, session_id: UUID | None, at: datetime
) -> tuple[Booking, Sequence[Booking]]:
    """The session that is asked for, and the others of its series that are to come, by time.

    Raises Absent, SessionIsLongOver.
    """
    session = _one_of(link, session_id)
    lately = list(_series(link, session).filter(ends_at__gte=at - OPEN_FOR))
    if not lately and session.ends_at < at - OPEN_FOR:
        raise SessionIsLongOver
    coming = [
        each
        for each in lately
        if each.id != session.id and each.state == BookingState.BOOKED and each.starts_at > at
    ]
    return session, coming


def _one_of(link: PublicLink, session_id: UUID | None) -> Booking:
    """The session of a link, or another one of its series. Raises Absent."""
    linked = _linked(link)
    if session_id in (None, linked.id):
        return linked
    for session in _series(link, linked).filter(id=session_id):
        return session
    raise Absent


def _linked(link: PublicLink) -> Booking:
    for session in _sessions(link).filter(id=link.subject_id):
        return session
    raise Absent


def _series(link: PublicLink, session: Booking) -> QuerySet[Booking]:
    """The sessions of a session's series with the same client, by time; none without a series."""
    if session.series_id is None:
        return Booking.objects.none()
    found = _sessions(link).filter(series_id=session.series_id, client=_client(session))
    return found.order_by("starts_at", "id")


def _sessions(link: PublicLink) -> QuerySet[Booking]:
    mine = Booking.objects.filter(organization_id=link.organization_id, kind=BookingKind.SESSION)
    return mine.select_related("client", "service", "recipient")


def _reader(link: PublicLink, session: Booking) -> Client:
    """Who was given a link: a contact that is told, or else the client. Raises Absent."""
    if link.holder_id is None:
        return _client(session)
    mine = Contact.objects.filter(organization_id=link.organization_id, id=link.holder_id)
    for contact in mine.select_related("party"):
        party: Client = contact.party
        return party
    raise Absent


def _client(session: Booking) -> Client:
    client: Client | None = session.client
    assert client is not None, "a session has a client"
    return client
