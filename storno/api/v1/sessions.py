"""Sessions: booked, changed, cancelled, and what bills them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import FieldErrorShown, field_errors_shown
from storno.api.pages import AskedByPlace, Next, next_after
from storno.api.v1.billing import BillingShown, show_billing
from storno.api.v1.paper import DraftLink
from storno.api.values import (
    Body,
    Chosen,
    Id,
    Moment,
    Price,
    Shown,
    ShownMoment,
    ShownPrice,
    Text,
    moment_text,
    price_text,
    unsent,
)
from storno.catalogue.models import Charge, Message
from storno.catalogue.save import told_of
from storno.core.pages import Place
from storno.core.refusals import FieldError, Invalid
from storno.diary.bill import Billing, billings_of, method_now
from storno.diary.book import SessionInput, book_session
from storno.diary.book import practitioner as person_of
from storno.diary.cancel import cancel_booking, restore_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.hours.warn import warnings_of
from storno.diary.looks import booking_looked_at
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.public import CancelledBy, cancelled_by
from storno.diary.queries import bookings_in, checked_range, memberships_of
from storno.diary.version import version_of
from storno.documents.models import Draft
from storno.organizations.models import Membership, Method
from storno.organizations.queries import Circumstances, circumstances

router = Router(tags=["sessions"])

FIELDS = {"client": "clients"}
"""What the room calls a field, and what it is called in a body."""


class SessionIn(Body):
    """A new session. Length and price are the service's unless they are sent.

    `clients` has exactly one id, `practitioner` is a member's. Without `recipient` the client pays,
    or who usually pays for it; without `method` it is invoiced as is usual for who pays, or for the
    organization. `messages` are what its client is told; what the service usually sends unless they
    are sent.
    """

    service: Id
    clients: list[Id]
    practitioner: Id
    starts_at: Moment
    minutes: int | None = None
    price: Price | None = None
    recipient: Id | None = None
    method: Chosen[Method] | None = None
    place: Text = ""
    video: Text = ""
    messages: list[Chosen[Message]] | None = None

    def entered(self) -> SessionInput:
        """The session as the room takes it. Raises Invalid."""
        if len(self.clients) != 1:
            raise Invalid(
                [FieldError("clients", "not_one", _("A session has exactly one client."))]
            )
        return SessionInput(
            service=self.service,
            client=self.clients[0],
            practitioner=self.practitioner,
            starts_at=self.starts_at,
            minutes=self.minutes,
            price=self.price,
            recipient=self.recipient,
            method=self.method,
            place=self.place,
            video=self.video,
            messages=None if self.messages is None else tuple(self.messages),
        )


class SessionPatch(Body):
    """What shall be other than it is.

    `practitioner` gives it to another member, whose it stays when its series is changed; the client
    is not written to for that. `state` notes whether it was held; a session is cancelled at
    `/cancellation`. Another `price` takes the place of a quantity and a discount on the draft. With
    `version` nothing is done if the session was changed since; or, where that is sent, what its
    draft says of price, recipient and method.
    """

    practitioner: Id = unsent()
    starts_at: Moment = unsent()
    minutes: int = unsent()
    place: Text = unsent()
    video: Text = unsent()
    state: Chosen[BookingState] = unsent()
    price: Price = unsent()
    recipient: Id = unsent()
    method: Chosen[Method] = unsent()
    messages: list[Chosen[Message]] = unsent()
    version: int | None = None

    def changes(self) -> BookingChanges:
        """The changes as the room takes them."""
        sent = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        if "messages" in sent:
            sent["messages"] = tuple(sent["messages"])
        return BookingChanges(**sent)


class CancellationIn(Body):
    """How much of the price the cancellation costs.

    `tell` is whether the client gets a message; null as the session says, which tells of nothing
    past. With `version` nothing is done if the session or its draft was changed since.
    """

    charge: Chosen[Charge] = Charge.NOTHING
    tell: bool | None = None
    version: int | None = None


FOR_NOTHING = CancellationIn()


class SessionsAsked(AskedByPlace):
    """What begins from `since` up to `until`, 62 days at most; of a member, of a client."""

    since: Moment
    until: Moment
    practitioner: Id | None = None
    client: Id | None = None


class Cancellation(Shown):
    """That a session was cancelled; `late` after the service's free time.

    `member` is who did it; null where it was not `by` a member, and of one who has left.
    """

    at: ShownMoment
    by: CancelledBy
    member: UUID | None
    late: bool
    charge: Charge


class SessionShown(Shown):
    """A session.

    Price and recipient are those of the paper that bills it, if one does; of a line with a quantity
    or a discount, `price` is what it comes to. `version` is another one after each change of the
    session or of the draft that bills it. `method` is how it is
    invoiced. `practitioner` is null for somebody who has left. In a series, `recurrence_on` is the
    day of its rule for which this session stands, also where it was moved. `warnings` say why it is
    at no time of work, if it is not.
    """

    id: UUID
    service: UUID
    description: str
    clients: list[UUID]
    practitioner: UUID | None
    starts_at: ShownMoment
    ends_at: ShownMoment
    minutes: int
    state: BookingState
    place: str
    video: str
    messages: list[Message]
    price: ShownPrice
    price_includes_tax: bool
    recipient: UUID
    method: Method
    series: UUID | None
    recurrence_on: date | None
    cancellation: Cancellation | None
    billing: BillingShown
    warnings: list[FieldErrorShown]
    version: int


class SessionPage(Shown):
    """Sessions by time."""

    items: list[SessionShown]
    next: Next


def show_sessions(caller: Caller, sessions: list[Booking]) -> list[SessionShown]:
    """Sessions as they are shown, with as many statements for a hundred as for one."""
    billings, now = billings_of(sessions), circumstances(caller.who.organization_id, caller.at)
    settings = now.settings
    warnings = warnings_of(sessions, settings=settings)
    members = memberships_of(
        caller.who.organization_id,
        {session.practitioner_id for session in sessions}
        | {session.cancelled_by for session in sessions if session.cancelled_by},
    )
    cancelled = cancelled_by(sessions)
    return [
        _shown(
            session,
            Facts(
                billings[session.id],
                method_now(session, billings[session.id], settings),
                members.get(session.practitioner_id),
                _cancellation(session, cancelled, members),
                warnings[session.id],
                now,
                caller.at,
            ),
        )
        for session in sessions
    ]


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds of a session besides its own row."""

    billing: Billing
    method: Method
    practitioner: Membership | None
    cancellation: Cancellation | None
    warnings: tuple[FieldError, ...]
    now: Circumstances
    at: datetime


def _shown(session: Booking, facts: Facts) -> SessionShown:
    assert session.client_id is not None, "a session has a client"
    assert session.service_id is not None, "a session has a service"
    terms, practitioner = facts.billing.terms, facts.practitioner
    return SessionShown(
        id=session.id,
        service=session.service_id,
        description=session.description,
        clients=[session.client_id],
        practitioner=None if practitioner is None else practitioner.id,
        starts_at=moment_text(session.starts_at),
        ends_at=moment_text(session.ends_at),
        minutes=session.minutes,
        state=BookingState(session.state),
        place=session.place,
        video=session.video,
        messages=list(told_of(session.messages)),
        price=price_text(terms.unit_price),
        price_includes_tax=terms.price_includes_tax,
        recipient=terms.recipient_id,
        method=facts.method,
        series=session.series_id,
        recurrence_on=session.recurrence_on,
        cancellation=facts.cancellation,
        billing=show_billing(facts.billing, facts.now, facts.at),
        warnings=field_errors_shown(facts.warnings),
        version=version_of(session, facts.billing),
    )


def _cancellation(
    session: Booking, by: Mapping[UUID, CancelledBy], members: Mapping[UUID, Membership]
) -> Cancellation | None:
    if session.cancelled_at is None:
        return None
    member = members.get(session.cancelled_by) if session.cancelled_by else None
    return Cancellation(
        at=moment_text(session.cancelled_at),
        by=by[session.id],
        member=None if member is None else member.id,
        late=session.cancelled_late,
        charge=Charge(session.charge),
    )


def _booked(caller: Caller, session: Booking) -> Told:
    return Told(201, show_sessions(caller, [session])[0])


def _saved(caller: Caller, session: Booking) -> Told:
    return Told(200, show_sessions(caller, [session])[0])


def _drafted(_caller: Caller, draft: Draft) -> Told:
    return Told(201, DraftLink(id=draft.id))


@router.get("", response=SessionPage)
@reading
def list_sessions(request: Request, asked: Query[SessionsAsked]) -> SessionPage:
    """Sessions by time, in the diaries that are open to you; cancelled ones as well."""
    who = request.auth.who
    page = bookings_in(
        checked_range(asked.since, asked.until),
        who=who,
        kind=BookingKind.SESSION,
        practitioner_id=person_of(asked.practitioner, who) if asked.practitioner else None,
        client_id=asked.client,
        after=Place.read(asked.after) if asked.after else None,
        limit=asked.limit,
    )
    return SessionPage(
        items=show_sessions(request.auth, list(page.items)), next=next_after(request, page.next)
    )


@router.post("", response={201: SessionShown})
@doing(_booked, fields=FIELDS)
def post_session(request: Request, body: SessionIn) -> Booking:
    """Book a session; with it comes the draft that bills it."""
    return book_session(body.entered(), who=request.auth.who, at=request.auth.at)


@router.get("/{session_id}", response=SessionShown)
@reading
def get_session(request: Request, session_id: Id) -> SessionShown:
    """A session, and what bills it. That somebody looked at its client is noted."""
    caller = request.auth
    session = booking_looked_at(session_id, who=caller.who, at=caller.at, kind=BookingKind.SESSION)
    return show_sessions(caller, [session])[0]


@router.patch("/{session_id}", response=SessionShown)
@doing(_saved)
def patch_session(request: Request, session_id: Id, body: SessionPatch) -> Booking:
    """Change what is sent; what a standing invoice bills is not changed (`credit_first`)."""
    return change_booking(
        session_id,
        body.changes(),
        version=body.version,
        kind=BookingKind.SESSION,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.post("/{session_id}/cancellation", response=SessionShown)
@doing(_saved)
def post_cancellation(
    request: Request, session_id: Id, body: CancellationIn = FOR_NOTHING
) -> Booking:
    """Cancel a session, and charge it in full, half or not at all.

    Its draft becomes the charge or goes; an invoice is kept as the charge in full, or credited
    first (`credit_first`). What is invoiced in another system is charged there (`externalised`):
    its record stays.
    """
    return cancel_booking(
        session_id,
        body.charge,
        tell=body.tell,
        version=body.version,
        kind=BookingKind.SESSION,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.delete("/{session_id}/cancellation", response=SessionShown)
@doing(_saved)
def remove_cancellation(request: Request, session_id: Id) -> Booking:
    """Take a cancellation back, if the time is still free; the session is billed as before."""
    return restore_booking(
        session_id, kind=BookingKind.SESSION, who=request.auth.who, at=request.auth.at
    )


@router.post("/{session_id}/draft", response={201: DraftLink})
@doing(_drafted)
def post_session_draft(request: Request, session_id: Id) -> Draft:
    """Make the draft of a session that nothing bills."""
    return draft_session(session_id, who=request.auth.who, at=request.auth.at)
