"""What is in the way of a booking, named as far as whoever books may see it."""

from django import forms
from django.utils.translation import gettext as _

from storno.core.refusals import Absent
from storno.diary.queries import booking_with
from storno.diary.slot import TimeIsTaken
from storno.web.access import Here
from storno.web.diary.agenda import title_of
from storno.web.diary.times import say_when


def take_taken(form: forms.Form, taken: TimeIsTaken, here: Here) -> None:
    """Say beside the time what stands there already."""
    form.add_error("time", f"{in_the_way(taken, here)} {taken.remedy}")


def in_the_way(taken: TimeIsTaken, here: Here) -> str:
    """What stands there already, as a sentence; opens a scope."""
    with here.reading():
        zone = here.now.seller.time_zone
        other = taken.in_the_way
        when = say_when(other.starts_at, other.ends_at, here.at, zone)
        try:
            seen = booking_with(other.id, who=here.who)
        except Absent:
            return _("This time is busy: %(when)s.") % {"when": when}
        words = {"title": title_of(seen), "when": when}
        return _("%(title)s is booked then: %(when)s.") % words
