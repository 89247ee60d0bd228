"""How customer service works, set by `key=value` beside what is set of the operator."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _

from storno.administration.operate import form_of, kinds_of, read_assignments
from storno.core.refusals import FieldError, Invalid, Words
from storno.custody.operator import KINDS as OPERATORS
from storno.custody.operator import set_operator
from storno.organizations.models import Country, Organization
from storno.organizations.queries import operator
from storno.support.hours import Hours
from storno.support.models import Service

_TIME = re.compile(r"([01]?[0-9]|2[0-3])(:[0-5][0-9])?", re.ASCII)
_MOST_DAYS = 366
_SUNDAY = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanges:
    """What may be changed about customer service; None leaves it as it is."""

    service_days: list[int] | None = None
    """On which days of the week it answers: 1 is Monday."""
    service_opens: str | None = None
    """From when on, by the clock of its country."""
    service_closes: str | None = None
    """Until when, by that clock."""
    service_closed: str | None = None
    """On which days it does not, beside the holidays of its country; empty for none."""
    service_country: Country | None = None
    """In which country it is: FI or NO."""
    service_mailed: bool | None = None
    """Whether it is told by e-mail that a member waits."""


_KINDS = kinds_of(ServiceChanges)

KEYS: tuple[str, ...] = tuple(sorted({**OPERATORS, **_KINDS}))
"""Everything that `storno operator set` knows."""


def hours() -> Hours:
    """When customer service answers."""
    kept = Service.objects.first()
    if kept is None:
        return Hours()
    return Hours(
        frozenset(kept.days), kept.opens, kept.closes, frozenset(kept.closed), kept.country
    )


def is_mailed() -> bool:
    """Whether customer service is told by e-mail that a member waits."""
    return not Service.objects.filter(mailed=False).exists()


def set_operator_and_service(assignments: Iterable[str], *, at: datetime) -> Organization | None:
    """Set what the assignments (`service_opens=9`) say; return the operator, if there is one.

    The operator is created where something of it is set and there is none. Raises Invalid.
    """
    given = list(assignments)
    entered = read_assignments(given, {**OPERATORS, **_KINDS})
    service = _service(form_of(ServiceChanges, entered))
    house = operator()
    if any(key in OPERATORS for key in entered):
        mine = [each for each in given if each.partition("=")[0].strip() in OPERATORS]
        house = set_operator(mine, at=at)
    if service is not None:
        service.save()
    return house


def _service(changes: ServiceChanges) -> Service | None:
    """The one row as it will be; None where nothing of it is set. Raises Invalid."""
    if not any(each is not None for each in asdict(changes).values()):
        return None
    now = Service.objects.first() or Service()
    errors = list(_days_errors(changes.service_days))
    opens, closes = _time(changes.service_opens), _time(changes.service_closes)
    if changes.service_opens is not None and opens is None:
        errors.append(FieldError("service_opens", "not_a_time", _NO_TIME))
    if changes.service_closes is not None and closes is None:
        errors.append(FieldError("service_closes", "not_a_time", _NO_TIME))
    now.opens, now.closes = opens or now.opens, closes or now.closes
    if not errors and now.opens >= now.closes:
        errors.append(FieldError("service_closes", "too_early", _("It closes after it opens.")))
    if changes.service_closed is not None:
        closed = _dates(changes.service_closed)
        now.closed = closed or []
        if closed is None:
            errors.append(FieldError("service_closed", "not_days", _NO_DAYS))
    if errors:
        raise Invalid(errors)
    if changes.service_days is not None:
        now.days = sorted(set(changes.service_days))
    now.country = changes.service_country or now.country
    if changes.service_mailed is not None:
        now.mailed = changes.service_mailed
    return now


_NO_TIME: Words = _("Write a time of day like 8 or 8:30.")
_NO_DAYS: Words = _("Write days like 2026-12-24, with commas between them; at most 366.")


def _days_errors(days: list[int] | None) -> Iterable[FieldError]:
    if days is not None and not all(1 <= each <= _SUNDAY for each in days):
        yield FieldError("service_days", "not_a_weekday", _("Write days from 1 (Monday) to 7."))


def _time(text: str | None) -> time | None:
    if text is None or not _TIME.fullmatch(text):
        return None
    hour, _colon, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def _dates(text: str) -> list[date] | None:
    """The days of a list; None where one is none, or there are too many."""
    try:
        days = [date.fromisoformat(each.strip()) for each in text.split(",") if each.strip()]
    except ValueError:
        return None
    return sorted(set(days)) if len(days) <= _MOST_DAYS else None
