"""The letters about sessions, written when they leave, in the language of who is told.

They say when it is and where to look, and nothing else: neither the service nor what it costs, no
place and no note. A letter that was overtaken is withdrawn: it would tell something untrue. So is
one to an address of nobody who is told any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from storno.catalogue.models import Message
from storno.clients.models import Client, Contact
from storno.clients.shown import shown_to_others
from storno.diary.messages.tell import LETTERS, mark_of, told_by_way, was_confirmed_since
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.words import clock, from_to, full_day, short_day, zone_called, zone_of
from storno.mailroom.deliver import moment_of_try
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter, LetterState, Medium
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import ONE_SEGMENT, Sms, places, shortened
from storno.mailroom.words import Words, mail_of
from storno.organizations.links import Target, link_to, signed_short
from storno.organizations.models import ClientShownAs, LinkKind, Seller, Settings
from storno.organizations.queries import settings_of
from storno.printing.labels import Language, language_called

MOST_TIMES = 60
"""So many times of a series are named by one letter."""

_MESSAGES = {kind: message for message, kind in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class _Told:
    """What a letter is about: one session or several, to whom, and where they can be seen."""

    message: Message
    sessions: Sequence[Booking]
    whose: str
    seller: Seller
    language: Language
    address: str

    @property
    def first(self) -> Booking:
        return self.sessions[0]


def compose_session_letter(letter: Letter) -> Mail | Sms:
    """Write a letter about a session or a series. Raises Withdrawn if it no longer holds."""
    told = _told(letter)
    with override(told.language):
        if letter.medium == Medium.SMS:
            return Sms(_sms(told))
        return mail_of(
            _words(told),
            language=told.language,
            from_name=told.seller.name,
            reply_to=told.seller.email,
        )


def page_of(session: Booking, contact: Contact | None = None) -> str:
    """The address of a session's own page, the same in each letter to its client, or to a contact.

    Until when it opens is for the session to say, which may be moved: the link has no last day.
    That of a contact opens for as long as the contact is told.
    """
    holder_id = None if contact is None else contact.id
    target = Target(LinkKind.SESSION, session.id, date.max, holder_id)
    link = link_to(target, organization_id=session.organization_id)
    return f"{settings.SITE_URL}/s/{signed_short(link)}"


def _told(letter: Letter) -> _Told:
    mine, message = letter.organization_id, _MESSAGES[letter.kind]
    at = moment_of_try(letter)
    sessions = _still_so(letter, message, at)
    if not sessions or was_confirmed_since(letter) or _is_news_of_nothing(letter, sessions):
        raise Withdrawn
    client, now = sessions[0].client, settings_of(mine)
    assert client is not None, "a session has a client"
    told = told_by_way(client, now, message)
    try:
        _way, contact = told[Medium(letter.medium), letter.to_address]
    except KeyError:
        raise Withdrawn from None
    return _Told(
        message=message,
        sessions=sessions,
        whose="" if contact is None else _initials(client, letter, now),
        seller=now.seller,
        language=language_called(letter.language),
        address=page_of(sessions[0], contact),
    )


def _still_so(letter: Letter, message: Message, at: datetime) -> list[Booking]:
    """The sessions of which a letter still tells the truth, by time."""
    rows = Booking.objects.filter(organization_id=letter.organization_id, kind=BookingKind.SESSION)
    rows = rows.select_related("client").order_by("starts_at", "id")
    one = rows.filter(id=letter.subject_id).first()
    if message is Message.CANCELLATION:
        cancelled = rows.filter(series_id=letter.subject_id, cancelled_at__gte=letter.queued_at)
        candidates = list(cancelled[:MOST_TIMES]) if one is None else [one]
        return [each for each in candidates if each.state == BookingState.CANCELLED]
    coming = rows.filter(series_id=letter.subject_id, starts_at__gt=at)
    candidates = list(coming[:MOST_TIMES]) if one is None else [one]
    standing = [each for each in candidates if each.state == BookingState.BOOKED]
    if message is Message.CHANGE:  # what was moved and moved back is as it was known
        standing = [each for each in standing if each.stood != mark_of(each)]
    if message is Message.REMINDER:  # with another reminder to come it was moved away
        standing = [each for each in standing if each.remind_at is None]
    return [each for each in standing if each.starts_at > at]


def _is_news_of_nothing(letter: Letter, sessions: Sequence[Booking]) -> bool:
    """Whether a cancellation goes to somebody who was never told of the booking, but should be.

    So it is of what was booked and cancelled before its confirmation could leave.
    """
    if letter.kind != LETTERS[Message.CANCELLATION]:
        return False
    earlier = Letter.objects.filter(
        organization_id=letter.organization_id,
        subject_id__in={letter.subject_id, sessions[0].series_id or sessions[0].id, sessions[0].id},
        kind__in=LETTERS.values(),
        medium=letter.medium,
        to_address=letter.to_address,
        id__lt=letter.id,
    )
    states = set(earlier.values_list("kind", "state"))
    withdrawn = (LETTERS[Message.CONFIRMATION], str(LetterState.WITHDRAWN))
    return withdrawn in states and {state for _kind, state in states} == {withdrawn[1]}


def _initials(client: Client, letter: Letter, now: Settings) -> str:
    shown_as = ClientShownAs(now.client_shown_as)
    return shown_to_others(client, shown_as, language=letter.language)


def _sms(told: _Told) -> str:
    """The few words of an SMS; a long name of the clinic is cut, the address never."""
    zone = zone_of(told.first, told.seller)
    when = _("%(day)s at %(time)s") % {
        "day": short_day(told.first.starts_at, zone, told.language),
        "time": clock(told.first.starts_at, zone, told.language),
    }
    if more := len(told.sessions) - 1:
        when = ngettext("%(when)s and %(count)d more", "%(when)s and %(count)d more", more) % {
            "when": when,
            "count": more,
        }
    said = {
        Message.CONFIRMATION: _("booked for %(when)s."),
        Message.REMINDER: _("reminder of %(when)s."),
        Message.CHANGE: _("changed to %(when)s."),
        Message.CANCELLATION: _("cancelled: %(when)s."),
    }[told.message] % {"when": when}
    rest = f"{f' ({told.whose})' if told.whose else ''}: {said} {told.address}"
    return f"{shortened(told.seller.name, max(ONE_SEGMENT - places(rest), 10))}{rest}"


def _words(told: _Told) -> Words:
    """The words of an e-mail; its subject says no more than a day."""
    zone = zone_of(told.first, told.seller)
    day = short_day(told.first.starts_at, zone, told.language)
    subjects = {
        Message.CONFIRMATION: _("Your appointment on %(day)s"),
        Message.REMINDER: _("Reminder: your appointment on %(day)s"),
        Message.CHANGE: _("Changed: your appointment on %(day)s"),
        Message.CANCELLATION: _("Cancelled: your appointment on %(day)s"),
    }
    said = {
        Message.CONFIRMATION: _("Your appointment with %(clinic)s is booked."),
        Message.REMINDER: _("You have an appointment with %(clinic)s."),
        Message.CHANGE: _("Your appointment with %(clinic)s was changed. Now it is:"),
        Message.CANCELLATION: _("Your appointment with %(clinic)s is cancelled."),
    }[told.message] % {"clinic": told.seller.name}
    initials = told.whose.removesuffix(".")  # the sentence ends in a full stop of its own
    whose = _("This is about %(whose)s.") % {"whose": initials} if initials else ""
    is_on = told.message is not Message.CANCELLATION
    see = _("See your appointments") if len(told.sessions) > 1 else _("See your appointment")
    unwanted = _("You can turn reminders off on the page of your appointment.")
    answer = _("Questions? Your answer to this e-mail goes to %(seller)s.")
    return Words(
        subject=subjects[told.message] % {"day": day},
        greeting=_("Hello,"),
        paragraphs=tuple(part for part in (said, whose) if part),
        facts=(
            *(
                (
                    full_day(each.starts_at, zone, told.language),
                    from_to(each, zone, told.language),
                )
                for each in told.sessions
            ),
            (_("Time zone"), zone_called(zone, told.language)),
        ),
        link=(see, told.address) if is_on else None,
        after=(
            *((unwanted,) if told.message is Message.REMINDER else ()),
            *((answer % {"seller": told.seller.name},) if told.seller.email else ()),
        ),
        sender=tuple(line for line in (told.seller.name, told.seller.phone) if line),
    )
