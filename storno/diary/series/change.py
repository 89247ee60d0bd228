"""Changing a series, or what of it comes from one day on: that is a series of its own then.

As calendars do it, what was changed by hand in one session stays in it; all else follows the
series. When and where a session was that has begun is on record, so only what is still to be billed
of it follows. Order of locks: the diary, the series, its sessions, their drafts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Message
from storno.catalogue.save import told_of
from storno.clients.care import take_into_care
from storno.core.entered import tidy
from storno.core.insert import sent_together
from storno.core.refusals import Invalid
from storno.diary.bill import keep_terms, local_day, lock_billings
from storno.diary.book import payer
from storno.diary.book import practitioner as person_of
from storno.diary.change import Changes, as_in_diary, leave_client
from storno.diary.messages.tell import (
    keep_reminder,
    keep_what_stood,
    mark_of,
    tell_client_of_series,
)
from storno.diary.method import follow_method, method_of
from storno.diary.models import Booking, BookingKind, BookingState, Series
from storno.diary.rules import booking_errors
from storno.diary.series.find import (
    SomeAreInvoiced,
    begins_at,
    first_to_come,
    lock_from,
    lock_series,
    must_all_be_free,
)
from storno.diary.series.split import leaves_some, split_series
from storno.diary.slot import span, time_errors
from storno.diary.timing import Drafted, time_drafts
from storno.diary.what_changed import Said, said_by, what_changed, with_terms
from storno.documents.content import DraftInput
from storno.documents.draft import save_parts
from storno.documents.models import DraftLine
from storno.history.record import Happening, record, record_all
from storno.organizations.models import Method, Seller
from storno.organizations.once import deed
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class SeriesChanged(Happening):
    """A series was changed."""

    kind: ClassVar = "series.changed"
    sentence: ClassVar = _("Series changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChanges(Changes):
    """What shall be other than it is in each session; None leaves it.

    `begins` is the local time of day; the days stay. With another `practitioner` only what is to
    come is changed, and is a series of its own.
    """

    begins: time | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The series as it is now, and the sessions whose terms were left because they are invoiced."""

    series: Series
    left: list[Booking]


@dataclass(frozen=True, slots=True)
class Usual:
    """What the sessions of a series have in common; a session that differs was changed by hand."""

    begins: time
    fold: int
    minutes: int
    place: str
    video: str
    unit_price: Decimal
    recipient_id: UUID
    method: str


def usual_of(series: Series) -> Usual:
    """What the sessions of a series have in common."""
    return Usual(**{field.name: getattr(series, field.name) for field in fields(Usual)})


@deed
def change_series(
    series_id: UUID,
    changes: SeriesChanges,
    *,
    since: date | None = None,
    leave_invoiced: bool = False,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Changed:
    """Change all sessions of a series, or those from one of its days on, or nothing.

    Price, recipient and method of an invoiced session wait for a credit: that is refused, or with
    `leave_invoiced` these sessions keep them. Raises Absent, Invalid, NotAllowed, NotYoursToOpen,
    StaleBooking, TimesAreTaken, SomeAreInvoiced, HasDeparted, Blocked, PaymentIsNoted.
    """
    who.must(Deed.BOOK)
    to = given_to(changes, who)
    series = lock_series(series_id, version, to=to, who=who)
    giver, before = series.practitioner_id, usual_of(series)
    if is_given := to not in (None, giver):
        since = first_to_come(series, since, at=at)
    sessions = lock_from(series, since)
    if since is not None and leaves_some(series, since):
        series = split_series(series, since, who=who, at=at)
    fill(series, changes, to=to, who=who, at=at)
    if to is not None and is_given:
        take_into_care(series.client_id, to, given=True, who=who, at=at)
    series.version += 1
    series.save(force_update=True)
    standing = [each for each in sessions if each.state != BookingState.CANCELLED]
    rows = {each.id: _row(each) for each in standing}
    said = {each.id: said_by(each) for each in standing}
    stood = {each.id: mark_of(each) for each in standing}
    moved = place(standing, before, series, at=at)
    _send(standing, changes.messages, at=at)
    seller = seller_of(who.organization_id)
    left = _bill(
        standing if changes.of_billing else _on_other_days(moved, rows, seller),
        before,
        series,
        changes,
        said=said,
        leave_invoiced=leave_invoiced,
        who=who,
        at=at,
    )
    touched = [each for each in standing if _row(each) != rows[each.id]]
    told_anew = [each for each in touched if mark_of(each) != stood[each.id]]
    keep_what_stood(told_anew, stood)
    for session in touched:
        keep_reminder(session, at=at)
    _write(touched, later=series.begins > before.begins)
    _time(touched, series, chosen=changes.method is not None, who=who, at=at)
    tell_client_of_series(series.id, told_anew, Message.CHANGE, at=at)
    _record(series, touched, said, seller, who=who, at=at)
    if is_given:
        leave_client(series.client_id, giver, who=who, at=at)
    return Changed(series, left)


_COLUMNS = (
    "practitioner_id",
    "starts_at",
    "ends_at",
    "place",
    "video",
    "unit_price",
    "price_includes_tax",
    "recipient_id",
    "method",
    "messages",
    "remind_at",
    "stood",
)


def _row(session: Booking) -> dict[str, Any]:
    return {name: getattr(session, name) for name in _COLUMNS}


def given_to(changes: SeriesChanges, who: Actor) -> UUID | None:
    """The person in whose diary a series shall stand, where that is said. Raises Invalid."""
    return None if changes.practitioner is None else person_of(changes.practitioner, who)


def fill(
    series: Series, changes: SeriesChanges, *, to: UUID | None, who: Actor, at: datetime
) -> None:
    """Put what was entered into the row of a series, which is `to` somebody's; not saved.

    Raises Invalid.
    """
    entered = {
        "practitioner_id": to,
        "begins": changes.begins and changes.begins.replace(tzinfo=None, fold=0),
        "fold": None if changes.begins is None else 0,
        "minutes": changes.minutes,
        "place": None if changes.place is None else tidy(changes.place),
        "video": None if changes.video is None else changes.video.strip(),
        "unit_price": changes.price,
        "recipient": None if changes.recipient is None else payer(changes.recipient, who),
        "method": changes.method,
    }
    for name, value in entered.items():
        if value is not None:
            setattr(series, name, value)
    starts_at, ends_at = span(begins_at(series, series.first_on), series.minutes)
    first = Booking(
        kind=BookingKind.SESSION,
        client_id=series.client_id,
        place=series.place,
        video=series.video,
        unit_price=series.unit_price,
        method=series.method,
    )
    errors = (*time_errors(starts_at, ends_at, at=at), *booking_errors(first))
    if errors:
        raise Invalid(errors)


def place(
    sessions: Collection[Booking], before: Usual, series: Series, *, at: datetime
) -> list[Booking]:
    """Put the sessions to come where, when and with whom the series has them now.

    Return those that moved, or stand in another diary. Not saved. Raises TimesAreTaken, Invalid.
    """
    moved = []
    for session in sessions:
        if session.starts_at <= at:
            continue
        if session.place == before.place:
            session.place = series.place
        if session.video == before.video:
            session.video = series.video
        is_given = session.practitioner_id != series.practitioner_id
        session.practitioner_id = series.practitioner_id
        if _move(session, before, series) or is_given:
            moved.append(session)
    must_all_be_free(moved, series)
    return moved


def _record(
    series: Series,
    touched: Collection[Booking],
    said: Mapping[UUID, Said],
    seller: Seller,
    *,
    who: Actor,
    at: datetime,
) -> None:
    """Have the histories of the series and of its sessions tell what was changed."""
    told = (
        (each.id, happened)
        for each in touched
        for happened in what_changed(said[each.id], said_by(each), seller.currency)
    )
    record_all(told, who=who, at=at)
    record(SeriesChanged(), subject_id=series.id, who=who, at=at)


def _send(
    sessions: Collection[Booking], messages: tuple[Message, ...] | None, *, at: datetime
) -> None:
    """Let the sessions to come send these messages, where somebody chose; not saved."""
    for session in sessions:
        if messages is not None and session.starts_at > at:
            session.messages = list(told_of(messages))


def _move(session: Booking, before: Usual, series: Series) -> bool:
    """Move a session as far as nobody has moved it by hand; tell whether it moved."""
    day, was = session.recurrence_on, (session.starts_at, session.ends_at)
    assert day is not None, "a session of a series has its day"
    minutes = session.minutes
    starts_at = session.starts_at
    was_usual = Series(begins=before.begins, fold=before.fold, time_zone=series.time_zone)
    if starts_at == begins_at(was_usual, day):
        starts_at = begins_at(series, day)
    if minutes == before.minutes:
        minutes = series.minutes
    session.starts_at, session.ends_at = span(starts_at, minutes)
    return (session.starts_at, session.ends_at) != was


def _on_other_days(
    moved: Collection[Booking], rows: Mapping[UUID, Mapping[str, Any]], seller: Seller
) -> list[Booking]:
    """The sessions that moved to another day, where the series has another zone than the seller."""
    found = []
    for session in moved:
        was = Booking(starts_at=rows[session.id]["starts_at"])
        if local_day(was, seller) != local_day(session, seller):
            found.append(session)
    return found


def _bill(
    sessions: Collection[Booking],
    before: Usual,
    series: Series,
    changes: SeriesChanges,
    *,
    said: dict[UUID, Said],
    leave_invoiced: bool,
    who: Actor,
    at: datetime,
) -> list[Booking]:
    """Bring what bills sessions in line with the series; return those that are invoiced.

    Raises SomeAreInvoiced, Invalid, HasDeparted, Blocked, PaymentIsNoted.
    """
    billings, seller = lock_billings(sessions), seller_of(who.organization_id)
    locked = [each for each in sessions if billings[each.id].price_locked]
    if changes.of_billing and locked and not leave_invoiced:
        raise SomeAreInvoiced.of(locked)
    settings = settings_of(who.organization_id)
    amend: dict[UUID, Callable[[DraftInput], DraftInput]] = {}
    methods: dict[UUID, Method] = {}
    for session in sessions:
        billing = billings[session.id]
        if billing.price_locked:
            continue
        keep_terms(session, billing, settings)
        said[session.id] = with_terms(said[session.id], session)
        _take(session, before, series)
        if billing.draft is not None:
            amend[billing.draft.id] = _after(
                amend.get(billing.draft.id), as_in_diary(session, seller)
            )
            methods[billing.draft.id] = method_of(session, settings)
    if amend:
        chosen = changes.method is not None
        for draft in save_parts(amend, who=who, at=at):
            follow_method(draft, methods[draft.id], chosen=chosen, who=who, at=at)
    return locked if changes.of_billing else []


def _time(
    touched: Collection[Booking], series: Series, *, chosen: bool, who: Actor, at: datetime
) -> None:
    """Let what goes out by itself go when the sessions say now, a hundred read as one."""
    mine, settings = series.organization_id, settings_of(series.organization_id)
    sessions: dict[UUID | None, Booking] = {session.id: session for session in touched}
    for session in touched:
        session.client = series.client
        if session.recipient_id == series.recipient_id:
            session.recipient = series.recipient
    lines = DraftLine.objects.filter(organization_id=mine, source_id__in=sessions)
    drafted = [
        Drafted(line.draft, each, method_of(each, settings), chosen)
        for line in lines.select_related("draft").select_for_update(of=("draft",)).order_by("id")
        for each in (sessions[line.source_id],)
    ]
    time_drafts(drafted, settings, who=who, at=at)


def _take(session: Booking, before: Usual, series: Series) -> None:
    """Let a session say of what it bills what the series says, where nobody changed it."""
    if session.unit_price == before.unit_price:
        session.unit_price = series.unit_price
    if session.recipient_id == before.recipient_id:
        session.recipient = series.recipient
    if session.method == before.method:
        session.method = series.method


def _after(
    first: Callable[[DraftInput], DraftInput] | None, then: Callable[[DraftInput], DraftInput]
) -> Callable[[DraftInput], DraftInput]:
    """Both changes of a draft that bills several sessions."""
    return then if first is None else lambda entered: then(first(entered))


def _write(sessions: Collection[Booking], *, later: bool) -> None:
    """Write sessions so that none is ever where another still is: the last first if they go later.

    (The constraint that nobody is booked twice is held at each row.)
    """
    with sent_together():
        for session in sorted(sessions, key=lambda each: each.starts_at, reverse=later):
            session.version += 1
            Booking.objects.filter(organization_id=session.organization_id, id=session.id).update(
                version=session.version, **_row(session)
            )
