"""Series of sessions: booked by a rule, changed and cancelled as a whole or from a day on."""

from datetime import date
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from storno.api.answers import Told, doing, reading
from storno.api.bearer import Caller, Request
from storno.api.v1.sessions import FIELDS, CancellationIn, SessionIn, SessionShown, show_sessions
from storno.api.values import (
    Asked,
    Body,
    Chosen,
    Day,
    Id,
    Price,
    Shown,
    ShownPrice,
    ShownTime,
    Text,
    Time,
    price_text,
    time_text,
    unsent,
)
from storno.catalogue.models import Message
from storno.diary.models import Booking, Series
from storno.diary.queries import memberships_of
from storno.diary.series.book import SeriesBooked, SeriesInput, Skip, book_series
from storno.diary.series.cancel import Cancelled, cancel_series
from storno.diary.series.change import Changed, SeriesChanges, change_series
from storno.diary.series.find import left_out, series_with, sessions_of
from storno.diary.series.restore import restore_series
from storno.organizations.models import Method

router = Router(tags=["series"])


class SeriesIn(SessionIn):
    """A new series: its first session, and the `rule` by which its local time recurs.

    `rule` is an RRULE of RFC 5545 with FREQ (DAILY, WEEKLY, MONTHLY), INTERVAL, BYDAY, BYMONTHDAY,
    and COUNT or UNTIL: at most 200 sessions within two years. `time_zone` is the organization's
    unless it is sent. Every day that is taken or closed is named (`time_is_taken`,
    `day_is_closed`) and nothing is booked, unless `skip` leaves such days out. With `book_closed`
    closed days are booked all the same.
    """

    rule: Text
    time_zone: Text = ""
    skip: list[Chosen[Skip]] = Field(default_factory=list)
    book_closed: bool = False

    def series(self) -> SeriesInput:
        """The series as the room takes it. Raises Invalid."""
        return SeriesInput(
            session=self.entered(),
            rule=self.rule,
            time_zone=self.time_zone,
            skip=frozenset(self.skip),
            book_closed=self.book_closed,
        )


class SeriesPatch(Body):
    """What shall be other than it is in each session, or in those from the day `since` on.

    These are a series of their own then. `begins` is the local time of day. What was changed by
    hand in a session stays; what has begun keeps its time and place. With `leave_invoiced` invoiced
    sessions keep what they bill, else they are named (`credit_first`). `messages` are what the
    sessions to come send. With another `practitioner` only what is to come is changed, and is a
    series of its own; the client is not told of that.
    """

    since: Day = unsent()
    practitioner: Id = unsent()
    begins: Time = unsent()
    minutes: int = unsent()
    place: Text = unsent()
    video: Text = unsent()
    price: Price = unsent()
    recipient: Id = unsent()
    method: Chosen[Method] = unsent()
    messages: list[Chosen[Message]] = unsent()
    leave_invoiced: bool = False
    version: int | None = None

    def changes(self) -> SeriesChanges:
        """The changes as the room takes them."""
        of_the_deed = {"since", "leave_invoiced", "version"}
        sent = {name: getattr(self, name) for name in self.model_fields_set - of_the_deed}
        if "messages" in sent:
            sent["messages"] = tuple(sent["messages"])
        return SeriesChanges(**sent)


class SeriesCancellationIn(CancellationIn):
    """How much is charged for what is cancelled too late, from which day on.

    With `leave_invoiced` invoiced sessions stay, else they are named (`credit_first`).
    """

    since: Day = unsent()
    leave_invoiced: bool = False


FOR_NOTHING = SeriesCancellationIn()


class RestorationAsked(Asked):
    """From which day on a cancellation is taken back; `version` as in a change."""

    since: Day | None = None
    version: int | None = None


class SeriesShown(Shown):
    """A series with its sessions by time, the cancelled ones as well.

    Each of its days begins at `begins` in `time_zone`; a session that differs from the series was
    changed by hand. `left_out` are days of the rule that were taken or closed. `method` is null
    where it is what is usual.
    """

    id: UUID
    rule: str
    first_on: date
    begins: ShownTime
    time_zone: str
    minutes: int
    service: UUID
    clients: list[UUID]
    practitioner: UUID | None
    price: ShownPrice
    recipient: UUID
    method: Method | None
    place: str
    video: str
    left_out: list[date]
    sessions: list[SessionShown]
    version: int


class SeriesDone(Shown):
    """The series as it is now, and the sessions that were left because they are invoiced."""

    series: SeriesShown
    left: list[UUID]


def _shown(caller: Caller, series: Series) -> SeriesShown:
    sessions = sessions_of(series)
    members = memberships_of(caller.who.organization_id, {series.practitioner_id})
    practitioner = members.get(series.practitioner_id)
    return SeriesShown(
        id=series.id,
        rule=series.rule,
        first_on=series.first_on,
        begins=time_text(series.begins),
        time_zone=series.time_zone,
        minutes=series.minutes,
        service=series.service_id,
        clients=[series.client_id],
        practitioner=None if practitioner is None else practitioner.id,
        price=price_text(series.unit_price),
        recipient=series.recipient_id,
        method=Method(series.method) if series.method else None,
        place=series.place,
        video=series.video,
        left_out=left_out(series, sessions),
        sessions=show_sessions(caller, sessions),
        version=series.version,
    )


def _booked(caller: Caller, booked: SeriesBooked) -> Told:
    return Told(201, _shown(caller, booked.series))


def _changed(caller: Caller, done: Changed) -> Told:
    return _done(caller, done.series, done.left)


def _cancelled(caller: Caller, done: Cancelled) -> Told:
    return _done(caller, done.series, done.left)


def _restored(caller: Caller, series: Series) -> Told:
    return Told(200, _shown(caller, series))


def _done(caller: Caller, series: Series, left: list[Booking]) -> Told:
    ids = [session.id for session in left]
    return Told(200, SeriesDone(series=_shown(caller, series), left=ids))


@router.post("", response={201: SeriesShown})
@doing(_booked, fields=FIELDS)
def post_series(request: Request, body: SeriesIn) -> SeriesBooked:
    """Book a series: every session with the draft that bills it, or nothing."""
    return book_series(body.series(), who=request.auth.who, at=request.auth.at)


@router.get("/{series_id}", response=SeriesShown)
@reading
def get_series(request: Request, series_id: Id) -> SeriesShown:
    """A series and its sessions."""
    return _shown(request.auth, series_with(series_id, who=request.auth.who))


@router.patch("/{series_id}", response=SeriesDone)
@doing(_changed)
def patch_series(request: Request, series_id: Id, body: SeriesPatch) -> Changed:
    """Change all sessions of a series, or those from a day on, or nothing."""
    return change_series(
        series_id,
        body.changes(),
        since=body.since,
        leave_invoiced=body.leave_invoiced,
        version=body.version,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.post("/{series_id}/cancellation", response=SeriesDone)
@doing(_cancelled)
def post_series_cancellation(
    request: Request, series_id: Id, body: SeriesCancellationIn = FOR_NOTHING
) -> Cancelled:
    """Cancel the sessions of a series that are to come, all or those from a day on.

    Only those that are cancelled too late are charged.
    """
    return cancel_series(
        series_id,
        body.charge,
        since=body.since,
        leave_invoiced=body.leave_invoiced,
        tell=body.tell,
        version=body.version,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.delete("/{series_id}/cancellation", response=SeriesShown)
@doing(_restored)
def remove_series_cancellation(
    request: Request, series_id: Id, asked: Query[RestorationAsked]
) -> Series:
    """Take back what was cancelled last in a series, all of it or from a day on, or nothing."""
    return restore_series(
        series_id,
        since=asked.since,
        version=asked.version,
        who=request.auth.who,
        at=request.auth.at,
    )
