"""A session's own page: for whoever holds its link, without sign-in.

It says when and where, and lets the client cancel while that is free. The link leads to the
organization, so these functions open the scope themselves; it never opens anything else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.core.refusals import Absent, Refused
from storno.diary.bill import Billing, billing_of, lock_billing
from storno.diary.cancel import call_off, free_until, settle
from storno.diary.change import lock_booking, must_be_on
from storno.diary.messages.tell import tell_client
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.words import zone_of
from storno.history.record import Happening
from storno.organizations.links import opened_short
from storno.organizations.models import LinkKind, PublicLink
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed, system
from storno.organizations.scope import scope
from storno.printing.labels import Language, language_called

OPEN_FOR = timedelta(days=14)
"""How long after its end the page of a session can be seen."""


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
    clinic: Clinic
    language: Language
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    place: str
    video: str
    is_cancelled: bool
    is_over: bool
    cancellable: bool
    free_until: datetime


def language_behind_session(key: str) -> Language:
    """The language of the client behind a link. Raises Absent."""
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        client = _session(link).client
        assert client is not None, "a session has a client"
        return language_called(client.language)


def open_session(key: str, *, at: datetime) -> PublicSession:
    """The session behind a link. Raises Absent, SessionIsLongOver."""
    link = opened_short(key, kind=LinkKind.SESSION)
    with scope(link.organization_id):
        session, seller = _session(link), seller_of(link.organization_id)
        assert session.client is not None, "a session has a client"
        if session.ends_at + OPEN_FOR < at:
            raise SessionIsLongOver
        return PublicSession(
            id=session.id,
            clinic=Clinic(seller.name, seller.phone, seller.email, seller.website),
            language=language_called(session.client.language),
            zone=zone_of(session, seller),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=session.place,
            video=session.video,
            is_cancelled=session.state == BookingState.CANCELLED,
            is_over=session.ends_at <= at,
            cancellable=_is_cancellable(session, billing_of(session), at),
            free_until=free_until(session),
        )


def cancel_behind(key: str, *, at: datetime) -> Booking:
    """Cancel the session behind a link, as its client.

    Raises Absent, BookingIsCancelled, TooLateToCancel.
    """
    link = opened_short(key, kind=LinkKind.SESSION)
    return cancel_by_client(link.subject_id, who=system(link.organization_id), at=at)


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
    return session


def _is_cancellable(session: Booking, billing: Billing, at: datetime) -> bool:
    """Whether the client may cancel: it is to come, free to cancel, and on no invoice."""
    is_on = session.state == BookingState.BOOKED and at < session.starts_at
    return is_on and at <= free_until(session) and billing.invoice is None


def _session(link: PublicLink) -> Booking:
    mine = Booking.objects.filter(
        organization_id=link.organization_id, kind=BookingKind.SESSION, id=link.subject_id
    )
    for session in mine.select_related("client", "service", "recipient"):
        return session
    raise Absent
