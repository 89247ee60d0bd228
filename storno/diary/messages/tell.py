"""What clients are told of their sessions: letters put into the queue with the deed itself.

A letter is written when it leaves, from how the session stands then (`compose.py`); so of several
changes in a row one letter tells, and what was overtaken says nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q

from storno.catalogue.models import Message
from storno.clients.models import Client, Contact
from storno.clients.reach import Way, leaves, ways_wanted
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.sight import diaries_of
from storno.mailroom.models import Letter, LetterState, Medium
from storno.mailroom.queue import Envelope, queue
from storno.organizations.models import MessageBy, Settings
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor

LETTERS: dict[Message, str] = {message: f"session_{message}" for message in Message}
"""The kinds of letters, by what they tell. Their subject is a session, or a series of them."""

REMINDED_BEFORE = timedelta(hours=24)
"""How long before a session its reminder leaves."""

SETTLES = timedelta(minutes=1)
"""How long what can be undone waits to be told, so that of several changes the last one is."""

_UNDONE = (Message.CHANGE, Message.CANCELLATION)


MOST_LETTERS = 100
"""So many letters about one session are shown."""


def tell_client(
    session: Booking, message: Message, *, wanted: bool | None = None, at: datetime
) -> list[Letter]:
    """Queue what a session sends of what has happened to it, within the caller's transaction.

    `wanted` is what somebody ticked; else the session decides, and tells nothing of the past.
    """
    if session.kind != BookingKind.SESSION:
        return []
    if wanted is None:
        wanted = tells_by_itself(session, message, at=at)
    return _queue(session.id, session, message, at=at) if wanted else []


def tells_by_itself(session: Booking, message: Message, *, at: datetime) -> bool:
    """Whether a session tells of this where nobody ticks anything: never of what has begun."""
    return message in session.messages and session.starts_at > at


def tell_client_of_series(
    series_id: UUID,
    sessions: Sequence[Booking],
    message: Message,
    *,
    wanted: bool | None = None,
    at: datetime,
) -> list[Letter]:
    """Queue one letter about all sessions of a series that send this message and are to come.

    `wanted` is what somebody ticked; else the sessions decide.
    """
    for session in sessions:
        is_due = message in session.messages if wanted is None else wanted
        if is_due and session.starts_at > at:
            return _queue(series_id, session, message, at=at)
    return []


def tell_it_stands(session: Booking, *, at: datetime) -> list[Letter]:
    """Queue that a cancelled session stands again, where its cancellation has been told."""
    told = Letter.objects.filter(
        organization_id=session.organization_id,
        subject_id__in=[session.id, session.series_id],
        kind=LETTERS[Message.CANCELLATION],
    ).exclude(state__in=[LetterState.QUEUED, LetterState.WITHDRAWN])
    wanted = session.starts_at > at and told.exists()
    return tell_client(session, Message.CONFIRMATION, wanted=wanted, at=at)


def tell_they_stand(series_id: UUID, sessions: Sequence[Booking], *, at: datetime) -> list[Letter]:
    """Queue one letter that sessions of a series stand again, where their cancellation was told."""
    told = Letter.objects.filter(
        organization_id=sessions[0].organization_id,
        subject_id=series_id,
        kind=LETTERS[Message.CANCELLATION],
    ).exclude(state__in=[LetterState.QUEUED, LetterState.WITHDRAWN])
    if not told.exists():
        return []
    return tell_client_of_series(series_id, sessions, Message.CONFIRMATION, at=at)


def what_is_told(session: Booking) -> tuple[datetime, datetime, str, bool]:
    """What of a session its client is told again when it changes: when, where, and how it meets."""
    return session.starts_at, session.ends_at, session.place, bool(session.video)


def mark_of(session: Booking) -> str:
    """What of a session its client is told, as a hash: where it was is kept nowhere else."""
    return sha256(repr(what_is_told(session)).encode()).hexdigest()


def keep_what_stood(sessions: Sequence[Booking], before: Mapping[UUID, str]) -> None:
    """Let changed sessions remember how their client knew them, not saved.

    While a letter about an earlier change has yet to be written, that is how they were before it.
    """
    if not sessions:
        return
    waiting = Letter.objects.filter(
        organization_id=sessions[0].organization_id,
        subject_id__in={each.id for each in sessions} | {each.series_id for each in sessions},
        kind=LETTERS[Message.CHANGE],
        state=LetterState.QUEUED,
    )
    about = set(waiting.values_list("subject_id", flat=True))
    for session in sessions:
        if not session.stood or not about & {session.id, session.series_id}:
            session.stood = before[session.id]


def keep_reminder(session: Booking, *, at: datetime) -> None:
    """Let a session that is to be saved say when its reminder is due, if one is still to go.

    What is booked or moved to within a day of its beginning has none: its letter says enough.
    """
    due = session.starts_at - REMINDED_BEFORE
    is_on = session.kind == BookingKind.SESSION and session.state == BookingState.BOOKED
    has_one = is_on and Message.REMINDER in session.messages and due > at
    session.remind_at = due if has_one else None


def letters_of_session(session: Booking) -> list[Letter]:
    """What was told of a session, or of its series since it was booked; the oldest first."""
    letters = Letter.objects.filter(
        organization_id=session.organization_id,
        subject_id__in=[session.id, *([session.series_id] if session.series_id else [])],
        kind__in=LETTERS.values(),
        queued_at__gte=session.created_at,
    )
    return list(letters.order_by("id")[:MOST_LETTERS])


def untold_of(who: Actor, *, at: datetime) -> tuple[tuple[Letter, Booking], ...]:
    """The letters that failed about sessions to come, the newest first, in diaries open to `who`.

    Of a series it is the next session.
    """
    mine = Letter.objects.filter(organization_id=who.organization_id, state=LetterState.FAILED)
    letters = list(mine.filter(kind__in=LETTERS.values()).order_by("-id")[:MOST_LETTERS])
    about = [letter.subject_id for letter in letters]
    if not about:
        return ()
    coming = Booking.objects.filter(diaries_of(who).readable, organization_id=who.organization_id)
    coming = coming.filter(Q(id__in=about) | Q(series_id__in=about), starts_at__gt=at)
    found: dict[UUID | None, Booking] = {}
    for session in coming.select_related("client").order_by("-starts_at", "-id"):
        found[session.id] = found[session.series_id] = session
    return tuple(
        (letter, found[letter.subject_id]) for letter in letters if letter.subject_id in found
    )


def ways_of(client: Client, settings: Settings, message: Message | None = None) -> list[Way]:
    """Each way to a client, or to a contact that is told, as things are now; none twice.

    With a `message`, the ways of those who want this one.
    """
    return [way for way, _contact in told_by_way(client, settings, message).values()]


def told_by_way(
    client: Client, settings: Settings, message: Message | None = None
) -> dict[tuple[Medium, str], tuple[Way, Contact | None]]:
    """The ways of `ways_of`, by medium and address, with whose it is; None: the client's own."""
    reminds = message is Message.REMINDER
    if reminds and not client.wants_reminders:
        return {}
    mine, by, country = settings.organization_id, settings.message_by, settings.seller.country
    contacts = Contact.objects.filter(organization_id=mine, client_id=client.id, told=True)
    beside = [(each.party, each) for each in contacts.select_related("party").order_by("id")]
    found: dict[tuple[Medium, str], tuple[Way, Contact | None]] = {}
    for party, contact in [(client, None), *beside]:
        if reminds and not party.wants_reminders:
            continue
        for way in ways_wanted(party, country):
            if by in (way.medium, MessageBy.BOTH) and leaves(way.medium):
                found.setdefault((way.medium, way.address), (way, contact))
    return found


def _queue(subject_id: UUID, session: Booking, message: Message, *, at: datetime) -> list[Letter]:
    assert session.client is not None, "a session has a client"
    mine, kind = session.organization_id, LETTERS[message]
    underway = _under_way(subject_id, mine, message)
    return queue(
        (
            Envelope(kind, subject_id, way.address, way.language, way.medium)
            for way in ways_of(session.client, settings_of(mine), message)
            if (way.medium, way.address) not in underway
        ),
        organization_id=mine,
        at=at,
        wait=SETTLES if message in _UNDONE else timedelta(0),
    )


def _under_way(subject_id: UUID, organization_id: UUID, message: Message) -> set[tuple[str, str]]:
    """To whom a letter has yet to be written that will say the same, as it stands then.

    A change that a confirmation has overtaken says nothing any more.
    """
    same = {message, Message.CONFIRMATION} if message is Message.CHANGE else {message}
    letters = Letter.objects.filter(
        organization_id=organization_id,
        subject_id=subject_id,
        kind__in=[LETTERS[each] for each in same],
        state=LetterState.QUEUED,
    )
    return {(each.medium, each.to_address) for each in letters if not was_confirmed_since(each)}


def was_confirmed_since(letter: Letter) -> bool:
    """Whether a letter of a change was overtaken by a confirmation, which says how it stands now.

    So it is of a session that is moved, cancelled and taken back within a minute.
    """
    if letter.kind != LETTERS[Message.CHANGE]:
        return False
    later = Letter.objects.filter(
        organization_id=letter.organization_id,
        subject_id=letter.subject_id,
        kind=LETTERS[Message.CONFIRMATION],
        medium=letter.medium,
        to_address=letter.to_address,
        id__gt=letter.id,
    )
    return later.exclude(state__in=[LetterState.FAILED, LetterState.WITHDRAWN]).exists()
