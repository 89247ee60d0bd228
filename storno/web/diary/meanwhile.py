"""What is changed while the Change form of a booking is open: what was typed in it is not lost.

What a session costs and who pays is said by its draft as well, which is changed on its own pages:
the form says of these fields also what they showed, so what was not touched follows the draft.
Where the booking itself was changed, whoever typed sees both and decides anew.
"""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from storno.diary.change import StaleBooking
from storno.diary.version import own_version
from storno.web.diary.forms import BookingForm, SessionForm
from storno.web.papers.version import version_shown
from storno.web.say import say_date
from storno.web.take import take_refused

OF_BILLING = ("price", "recipient", "method")


def touched_in(sent: Mapping[str, str]) -> set[str]:
    """The fields that say otherwise than they showed, or do not say what they showed."""
    return {
        name for name in OF_BILLING if name in sent and sent[name] != sent.get(f"initial-{name}")
    }


def catch_up(form: SessionForm, version: int, told: Mapping[str, str]) -> None:
    """Let the form say of what was not touched in it what holds now; refuse what was overtaken.

    `version` is the one of now, which the form bears from then on if only the draft was changed;
    `told` what holds now in words. Raises StaleBooking where more than that was changed.
    """
    for name in OF_BILLING:
        form.fields[name].show_hidden_initial = True
    if not isinstance(form.data, QueryDict) or not form.is_bound:
        return
    sent = form.data = form.data.copy()
    touched, overtaken = touched_in(sent), []
    for name in OF_BILLING:
        now = str(form.fields[name].prepare_value(form.initial[name]))
        shown = sent.get(f"initial-{name}", now)
        sent[f"initial-{name}"] = now
        if name not in touched:
            sent[name] = now
        elif now not in (shown, sent[name]):
            overtaken.append(name)
    shown_version = version_shown(sent)
    is_same = shown_version is None or own_version(shown_version) == own_version(version)
    if is_same and shown_version is not None:
        sent["version"] = str(version)
    if not overtaken:
        return
    if not is_same:
        raise StaleBooking
    take_refused(form, StaleBooking())
    for name in overtaken:
        form.add_error(name, _("It is %(now)s now.") % {"now": told[name]})


def bear_what_is_shown(form: BookingForm) -> None:
    """Let a form bear what its fields show, to know later what was typed in it."""
    for field in form.visible_fields():
        field.field.show_hidden_initial = True


def without_version(sent: QueryDict) -> QueryDict:
    """What was typed, to be read as what holds now."""
    typed = sent.copy()
    typed.pop("version", None)
    return typed


def say_overtaken(form: BookingForm) -> None:
    """Say above a form that the booking was changed meanwhile, and beside fields what holds now.

    What was not touched says what holds now. The form is read without its version, so it bears the
    one of now: sent once more, it is what somebody decided who saw both.
    """
    if not form.non_field_errors():
        take_refused(form, StaleBooking())
    assert isinstance(form.data, QueryDict), "it was sent"
    typed, touched = form.data.copy(), form.changed_data
    for field in form.visible_fields():
        shown = typed.getlist(form.add_initial_prefix(field.name))
        if not shown or field.name in OF_BILLING:
            continue
        if field.name not in touched:
            typed.setlist(field.name, _sent(field))
        elif field.field.has_changed(field.initial, shown if _is_several(field) else shown[0]):
            form.add_error(field.name, _("It is %(now)s now.") % {"now": _in_words(field)})
    form.data = typed


def _is_several(field: forms.BoundField) -> bool:
    return isinstance(field.field, forms.MultipleChoiceField)


def _sent(field: forms.BoundField) -> list[str]:
    """What a browser would send of a field that shows what holds."""
    if _is_several(field):
        return [str(each) for each in field.initial]
    if isinstance(field.field, forms.ChoiceField):
        return [str(field.initial)]
    return [field.field.widget.format_value(field.initial) or ""]


def _in_words(field: forms.BoundField) -> str:
    """What holds, as people read it."""
    said = _sent(field)
    if isinstance(field.initial, date):
        said = [say_date(field.initial)]
    elif isinstance(field.field, forms.ChoiceField):
        labels = {str(each.data["value"]): str(each.data["label"]) for each in field.subwidgets}
        said = [labels.get(each, "") for each in said]
    return ", ".join(said) or _("empty")
