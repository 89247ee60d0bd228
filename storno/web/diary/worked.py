"""What the pages of the diary say of hours: beside a day, before something is booked, and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from storno.core.refusals import Invalid
from storno.diary.book import practitioner
from storno.diary.free import when_free
from storno.diary.hours.opening import plans_of
from storno.diary.hours.plan import Plan, Why
from storno.diary.hours.warn import warn_shut, warnings_of
from storno.diary.models import Booking
from storno.diary.queries import Range
from storno.organizations.queries import Circumstances
from storno.printing.labels import format_time
from storno.web.access import Here
from storno.web.diary.forms import BookingForm, SessionForm
from storno.web.diary.times import day_and_clock, midnight, say_hours
from storno.web.diary.whose import Whose
from storno.web.say import reader_language, say_moment, say_short
from storno.web.zones import town_of

MOST_FREE = 5
"""So many free times are offered."""

AHEAD = timedelta(days=60)
"""So far ahead they are looked for."""


def note_of(day: date, plans: Mapping[UUID, Plan], all_: Whose) -> str:
    """What there is to say of a day in these diaries: that it is closed, who is away, the hours."""
    any_plan = next(iter(plans.values()))
    notes = [str(any_plan.closed[day])] if day in any_plan.closed else []
    on_day = {person_id: plan.on(day) for person_id, plan in plans.items()}
    away = [
        person_id
        for person_id, hours in on_day.items()
        if hours.shut is not None and hours.shut.why is Why.AWAY
    ]
    if len(plans) == 1:
        (hours,) = on_day.values()
        if away:
            notes.append(_("Away"))
        elif hours.said and hours.spans:
            notes.append(_("Working hours %(hours)s") % {"hours": say_hours(hours.spans)})
        elif hours.said and not notes:
            notes.append(_("No working day"))
    elif away:
        notes.append(_("Away: %(names)s") % {"names": ", ".join(map(all_.name, away))})
    return " · ".join(notes)


def warned(booking: Booking, now: Circumstances) -> list[str]:
    """Why a booking is at no time of work."""
    found = warnings_of([booking], settings=now.settings)[booking.id]
    return [str(error.message) for error in found]


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time at which something could be booked: in words, and as the form takes it."""

    words: str
    value: str


def before_booking(form: BookingForm, here: Here, person_id: UUID | None = None) -> dict[str, Any]:
    """What a form says of the day and the diary that stand in it, before something is booked.

    Inside a scope. `person_id` is whose diary it is where the form does not ask.
    """
    now, day = form.now, _typed_day(form)
    if person_id is None:
        person_id = _chosen(form, here)
    if person_id is None or day is None:
        return {}
    since = midnight(day, now.seller.time_zone)
    ids, until = [person_id], since + timedelta(hours=12)
    hours = plans_of(ids, since, until, settings=now.settings)[person_id].on(day)
    if hours.shut is not None:
        return {"closed": str(warn_shut(day, hours.shut).message)}
    if not hours.said:
        return {}
    if not hours.spans:
        return {"closed": _("This is no working day.")}
    return {"open": _("Working hours on this day: %(hours)s") % {"hours": say_hours(hours.spans)}}


def free_times(form: SessionForm, here: Here) -> list[FreeTime]:
    """The next times at which what stands in the form could be booked; inside a scope."""
    day, zone = _typed_day(form), form.now.seller.time_zone
    try:
        membership_id = UUID(str(form["practitioner"].value()))
        service, minutes = _service(form), _typed_minutes(form)
        if day is None or not (service or minutes):
            return []
        since = max(here.at, midnight(day, zone))
        free = when_free(
            membership_id,
            Range(since, since + AHEAD),
            service=UUID(service) if service else None,
            minutes=minutes,
            most=MOST_FREE,
            apart=True,
            settings=form.now.settings,
            who=here.who,
        )
    except (ValueError, Invalid):  # said beside its field once it is sent
        return []
    return [
        FreeTime(say_moment(start, here.at, zone).words, _as_typed(start, zone))
        for start in free.starts
    ]


def _service(form: SessionForm) -> str:
    """The id of the service that stands in the form; the only one stands there from the start."""
    chosen = str(form["service"].value() or "")
    return str(form.offered[0].id) if not chosen and len(form.offered) == 1 else chosen


def taken_time(value: str) -> dict[str, str]:
    """Day and time of a free time that was chosen, as the form has them; of another text none."""
    try:
        chosen = datetime.fromisoformat(value)
    except ValueError:
        return {}
    return {"day": f"{chosen:%Y-%m-%d}", "time": f"{chosen:%H:%M}"}


def _as_typed(start: datetime, time_zone: str) -> str:
    day, clock = day_and_clock(start, time_zone)
    return f"{day}T{clock:%H:%M}"


def _typed_day(form: BookingForm) -> date | None:
    value = form["day"].value()
    if isinstance(value, date):
        return value
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _typed_minutes(form: BookingForm) -> int | None:
    value = str(form["minutes"].value() or "")
    return int(value) if value.isdecimal() and len(value) < 6 else None


def _chosen(form: BookingForm, here: Here) -> UUID | None:
    """Whose diary is chosen in the form."""
    try:
        return practitioner(UUID(str(form["practitioner"].value())), here.who)
    except (ValueError, Invalid):
        return None


def for_client(booking: Booking, time_zone: str) -> str:
    """When a session begins where its client lives, if the clocks there show another time.

    Whoever comes to a place reads its clocks; by video or telephone they read their own.
    """
    client = booking.client
    if client is None or not client.time_zone or (booking.place and not booking.video):
        return ""
    ours = day_and_clock(booking.starts_at, time_zone)
    theirs = day_and_clock(booking.starts_at, client.time_zone)
    if theirs == ours:
        return ""
    time = format_time(booking.starts_at, ZoneInfo(client.time_zone), reader_language())
    if theirs[0] != ours[0]:
        time = _("%(day)s at %(time)s") % {"day": say_short(theirs[0], ours[0]), "time": time}
    return _("%(time)s in %(town)s") % {"time": time, "town": town_of(client.time_zone)}
