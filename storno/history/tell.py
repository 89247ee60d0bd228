"""Telling what happened, in sentences and in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from storno.history.models import Event
from storno.history.record import KINDS
from storno.people.models import Person
from storno.printing.labels import Language, format_day, format_money, format_time

PAGE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One happening as it is read: when, by whom (empty: by itself), and the sentence."""

    event: Event
    who: str
    sentence: str


def events_of(
    organization_id: UUID, subject_ids: Sequence[UUID], *, limit: int = 200
) -> list[Event]:
    """What happened to these subjects, newest first; inside an open scope."""
    return list(
        Event.objects.filter(organization_id=organization_id, subject_id__in=subject_ids).order_by(
            "-id"
        )[:limit]
    )


def list_events(
    organization_id: UUID,
    *,
    subject_id: UUID | None = None,
    only: Q | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> tuple[list[Event], UUID | None]:
    """A page of all that happened, or of what happened to one subject, newest first; in a scope.

    `only`: a condition on the events, of a room that knows their subjects.
    """
    events = Event.objects.filter(only or Q(), organization_id=organization_id)
    if subject_id is not None:
        events = events.filter(subject_id=subject_id)
    if before is not None:
        events = events.filter(id__lt=before)
    found = list(events.order_by("-id")[: limit + 1])
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def tell(events: Sequence[Event], *, language: Language, time_zone: str) -> list[Told]:
    """The sentences of events, with the names of who acted, in one more statement.

    Whoever has no name yet is told by the e-mail address, and one who is no longer known as that.
    """
    told_of = {event.person_id for event in events if event.person_id}
    told_of |= {id_ for event in events for id_ in _people_in(event.facts).values()}
    people = Person.objects.filter(id__in=told_of)
    names = {person.id: str(person) for person in people.only("id", "name", "email")}
    zone = ZoneInfo(time_zone)
    return [
        Told(
            event,
            names.get(event.person_id, _("somebody who has left"))
            if event.person_id
            else str(KINDS[event.kind].done_by),
            _sentence(event, names, language, zone),
        )
        for event in events
    ]


def _people_in(facts: Mapping[str, Any]) -> dict[str, UUID]:
    """The facts that stand for people, which they only bear by their ids."""
    return {name: UUID(value) for name, value in facts.items() if name.endswith("_person")}


def _sentence(event: Event, names: Mapping[UUID, str], language: Language, zone: ZoneInfo) -> str:
    words = _readable(event.facts, event.at, language, zone)
    for name, person_id in _people_in(event.facts).items():
        words[name] = names.get(person_id, _("somebody who has left"))
    return str(KINDS[event.kind].sentence) % words


def _readable(
    facts: Mapping[str, Any], told_at: datetime, language: Language, zone: ZoneInfo
) -> dict[str, str]:
    """Facts as words: `_minor` as money, `_at` as a moment seen from then, `_on` as a day."""
    words: dict[str, str] = {}
    for name, value in facts.items():
        if name.endswith("_minor"):
            words[name] = format_money(value, facts["currency"], language)
        elif name.endswith("_at"):
            words[name] = _moment(datetime.fromisoformat(value), told_at, language, zone)
        elif name.endswith("_on"):
            words[name] = format_day(date.fromisoformat(value), language)
        else:
            words[name] = str(value)
    return words


def _moment(at: datetime, told_at: datetime, language: Language, zone: ZoneInfo) -> str:
    """A moment as part of a sentence: at 14:32, or with its day where that is another one."""
    day, time = at.astimezone(zone).date(), format_time(at, zone, language)
    with override(language):
        time = pgettext("time of day", "%(time)s") % {"time": time}
        if day == told_at.astimezone(zone).date():
            return _("at %(time)s") % {"time": time}
        return _("on %(day)s at %(time)s") % {"day": format_day(day, language), "time": time}
