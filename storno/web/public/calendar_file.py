"""A session as a file for the client's own calendar (RFC 5545): when, with whom, and its page."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from storno.diary.public import PublicSession


def calendar_file(session: PublicSession, page: str, *, at: datetime) -> bytes:
    """The file. Calendars are shared, so it says no more than the letters do."""
    event = Event()
    event.add("uid", f"{session.id}@{settings.SITE_URL.partition('//')[2]}")
    event.add("dtstamp", at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", _("Appointment with %(clinic)s") % {"clinic": session.clinic.name})
    event.add("url", page)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Storno//Storno//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
