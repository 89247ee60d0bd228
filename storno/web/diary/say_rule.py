"""The rule of a series in words: every 2 weeks on Mondays and Thursdays."""

from collections.abc import Sequence
from datetime import date

from babel.lists import format_list
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from storno.core.refusals import Words
from storno.diary.models import Booking, Series
from storno.diary.series.find import rule_of
from storno.diary.series.recurrence import Frequency, Rule
from storno.web.say import reader_language, say_date

_ON: tuple[Words, ...] = (
    pgettext_lazy("every week on", "Mondays"),
    pgettext_lazy("every week on", "Tuesdays"),
    pgettext_lazy("every week on", "Wednesdays"),
    pgettext_lazy("every week on", "Thursdays"),
    pgettext_lazy("every week on", "Fridays"),
    pgettext_lazy("every week on", "Saturdays"),
    pgettext_lazy("every week on", "Sundays"),
)
_NTH: dict[int, Words] = {
    1: pgettext_lazy("every month on", "the first %(weekday)s"),
    2: pgettext_lazy("every month on", "the second %(weekday)s"),
    3: pgettext_lazy("every month on", "the third %(weekday)s"),
    4: pgettext_lazy("every month on", "the fourth %(weekday)s"),
    5: pgettext_lazy("every month on", "the fifth %(weekday)s"),
    -1: pgettext_lazy("every month on", "the last %(weekday)s"),
}


def say_series(series: Series) -> str:
    """How a series recurs, as the beginning of a sentence."""
    return capfirst(say_rule(rule_of(series), series.first_on))


def say_rule(rule: Rule, first_on: date) -> str:
    """How often a rule recurs and on which days; one that is hard to say is shown as it is."""
    every = {"count": rule.interval}
    match rule.frequency:
        case Frequency.DAILY if not (rule.weekdays or rule.month_days):
            return ngettext("every day", "every %(count)d days", rule.interval) % every
        case Frequency.WEEKLY:
            usual = rule.weekdays or ((0, first_on.weekday()),)
            named = [str(_ON[day]) for _which, day in usual]
            words = ngettext(
                "every week on %(days)s", "every %(count)d weeks on %(days)s", rule.interval
            )
            return words % (every | {"days": _listed(named)})
        case Frequency.MONTHLY if named := _days_of_month(rule, first_on):
            words = ngettext(
                "every month on %(days)s", "every %(count)d months on %(days)s", rule.interval
            )
            return words % (every | {"days": _listed(named)})
    return _("by the rule %(rule)s") % {"rule": rule}


def say_days_in(sessions: Sequence[Booking]) -> str:
    """The days of a rule for which sessions stand, wherever they were moved."""
    return ", ".join(say_date(each.recurrence_on) for each in sessions if each.recurrence_on)


def _days_of_month(rule: Rule, first_on: date) -> list[str]:
    """The days of a month that a rule names; none where they are hard to say."""
    if rule.weekdays and not rule.month_days:
        if not all(which in _NTH for which, _day in rule.weekdays):
            return []
        return [str(_NTH[which]) % {"weekday": WEEKDAYS[day]} for which, day in rule.weekdays]
    days = rule.month_days or (first_on.day,)
    if rule.weekdays or min(days) < -1:
        return []
    return [_("the last day") if day == -1 else _("day %(day)d") % {"day": day} for day in days]


def _listed(words: list[str]) -> str:
    return format_list(words, locale=reader_language())
