"""The ways in which sessions are invoiced: which can be chosen, why another cannot, and when."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Words
from storno.organizations.models import Method

CLOSED: Mapping[Method, Words] = {
    Method.EINVOICE: _("E-invoices cannot be sent from here."),
}
"""The ways that nobody can choose, and the reason."""

LONGEST_AFTER = 10_080
"""Minutes after a session within which its invoice goes out by itself: a week."""

LAST_NOTIFICATION = 42
"""Days after the first payment notification."""

MOST_NOTIFICATIONS = 6

FIRST_OVERDUE, LAST_OVERDUE = 5, 90
"""Days after the due day in which reminders may go by themselves: by the fifth what was paid in
time has come, unless there are holidays, which a reminder waits for."""


def method_errors(field: str, method: Method | None) -> Iterator[FieldError]:
    """What is wrong with a chosen way of invoicing; none chosen is the usual one."""
    if method is not None and method in CLOSED:
        yield FieldError(field, "method_not_open", CLOSED[method])


def minutes_errors(field: str, minutes: int | None) -> Iterator[FieldError]:
    """What is wrong with the minutes from the end of a session to its invoice; None is unsaid."""
    if minutes is not None and not 0 <= minutes <= LONGEST_AFTER:
        words = _("Between 0 and %(longest)d minutes.") % {"longest": LONGEST_AFTER}
        yield FieldError(field, "out_of_range", words)


def schedule_errors(field: str, days: Sequence[int] | None) -> Iterator[FieldError]:
    """What is wrong with the days of payment notifications, counted from the first; None is unsaid.

    The first goes when it is asked for, so the days begin with 0.
    """
    if days is None:
        return
    if not days or days[0] != 0:
        yield FieldError(field, "not_from_zero", _("Begin with 0: the first one goes at once."))
    elif list(days) != sorted(set(days)):
        yield FieldError(field, "not_ascending", _("Each day must be later than the one before."))
    elif days[-1] > LAST_NOTIFICATION:
        words = _("At most %(last)d days after the first.") % {"last": LAST_NOTIFICATION}
        yield FieldError(field, "out_of_range", words)
    elif len(days) > MOST_NOTIFICATIONS:
        words = _("At most %(most)d of them.") % {"most": MOST_NOTIFICATIONS}
        yield FieldError(field, "too_many", words)


def overdue_errors(field: str, days: Sequence[int] | None) -> Iterator[FieldError]:
    """What is wrong with the days of reminders, counted from the due day; None is unsaid."""
    if not days:
        return
    if list(days) != sorted(set(days)):
        yield FieldError(field, "not_ascending", _("Each day must be later than the one before."))
    elif days[0] < FIRST_OVERDUE or days[-1] > LAST_OVERDUE:
        bounds = {"shortest": FIRST_OVERDUE, "longest": LAST_OVERDUE}
        words = _("Between %(shortest)d and %(longest)d days.") % bounds
        yield FieldError(field, "out_of_range", words)
    elif len(days) > MOST_NOTIFICATIONS - 1:
        words = _("At most %(most)d of them.") % {"most": MOST_NOTIFICATIONS - 1}
        yield FieldError(field, "too_many", words)
