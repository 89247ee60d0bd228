"""What a client was told of a session, and what is to come, in words."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.catalogue.models import Message
from storno.catalogue.save import told_of
from storno.clients.models import Client, ToldBy
from storno.clients.reach import number_of
from storno.core.phone import readable
from storno.diary.messages.tell import LETTERS, letters_of_session, ways_of
from storno.diary.models import Booking
from storno.mailroom.models import Letter, LetterState, Medium
from storno.mailroom.way_out import is_server_missing
from storno.organizations.models import MessageBy
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.say import say_departure, say_moment

_ICONS = {Medium.EMAIL: "mailbox", Medium.SMS: "phone"}

NOBODY_IS_TOLD = gettext_lazy("The client has no address for messages, so none is sent.")

_MESSAGES = {kind: message for message, kind in LETTERS.items()}


def told_shown(session: Booking, now: Circumstances, here: Here) -> dict[str, Any]:
    """The letters about a session with how each fared, and what it still sends; empty if none."""
    letters, sends = letters_of_session(session), told_of(session.messages)
    client = session.client
    assert client is not None, "a session has a client"
    if not letters and not sends:
        return {}
    return {
        "sends": ", ".join(str(each.label) for each in sends),
        "reminder": _reminder(session, client, now, here),
        "unreachable": _unreachable(client, now) if sends else "",
        "letters": [_letter(letter, session, now, here) for letter in letters],
    }


def _reminder(session: Booking, client: Client, now: Circumstances, here: Here) -> str:
    if session.remind_at is None:
        return ""
    if not client.wants_reminders:
        return _("No reminder leaves: %(name)s wants none.") % {"name": client}
    when = say_departure(session.remind_at, here.at, now.seller.time_zone)
    return _("The reminder leaves %(when)s.") % {"when": when}


def say_reach(form: forms.Form, client: Client | None, now: Circumstances) -> None:
    """Say beside the messages to be ticked where they go, or why they do not."""
    if client is not None:
        going = _("They go to %(address)s.") % {"address": reached(client, now)}
        form.fields["messages"].help_text = _unreachable(client, now) or going


def _unreachable(client: Client, now: Circumstances) -> str:
    """Why some messages do not reach the client, and where that is mended."""
    by = MessageBy(now.settings.message_by)
    if client.told_by == ToldBy.NONE:
        return _("Not told: %(name)s wants no messages.") % {"name": client}
    by_sms = by is not MessageBy.EMAIL and not is_server_missing(Medium.SMS)
    has_number = bool(number_of(client, now.seller.country))
    has_email = bool(client.email) and by is not MessageBy.SMS
    if not has_email and not (by_sms and has_number):
        return str(NOBODY_IS_TOLD)
    if by_sms and client.phone and not has_number:
        return _("The client's phone number cannot get an SMS. Check it.")
    return ""


def reached(client: Client | None, now: Circumstances) -> str:
    """Where a message about a session goes: each address; empty where there is none."""
    ways = ways_of(client, now.settings) if client else []
    return ", ".join(
        readable(way.address, country=now.seller.country)
        if way.medium == Medium.SMS
        else way.address
        for way in ways
    )


def _letter(letter: Letter, session: Booking, now: Circumstances, here: Here) -> dict[str, Any]:
    failed = letter.state == LetterState.FAILED
    may_send = failed and session.starts_at > here.at and here.who.may(Deed.SEND)
    to = letter.to_address
    return {
        "what": capfirst(str(Message(_MESSAGES[letter.kind]).label)),
        "medium": str(Medium(letter.medium).label),
        "to": readable(to, country=now.seller.country) if letter.medium == Medium.SMS else to,
        "state": _state(letter),
        "again_url": here.url("booking_letter", session.id, letter.id) if may_send else "",
        "why": f"{letter.get_failure_display()} {letter.reply}".strip() if failed else "",
        "when": say_moment(letter.sent_at or letter.queued_at, here.at, now.seller.time_zone),
        "icon": "warning" if failed else _ICONS[Medium(letter.medium)],
    }


def _state(letter: Letter) -> str:
    if letter.next_attempt_at is not None and is_server_missing(Medium(letter.medium)):
        return _("waiting: no server is set")
    return str(letter.get_state_display())
