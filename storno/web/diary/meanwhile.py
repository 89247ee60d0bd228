"""What a session costs and who pays, where its draft is changed while the Change form is open.

The draft says it as well and is changed on its own pages. What was typed in the form is not lost
by that: it says of these fields also what they showed, so what was not touched follows the draft.
"""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from storno.diary.change import StaleBooking
from storno.diary.version import own_version
from storno.web.diary.forms import SessionForm
from storno.web.papers.version import version_shown
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
