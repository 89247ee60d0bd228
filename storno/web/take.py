"""Taking what a form says, and the refusal back into the form that met it, beside its field."""

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Invalid, Refused
from storno.organizations.roles import Deed
from storno.web.access import Here

SENT_BEFORE = _("You have sent this form before, with other content. Check it and send it again.")


def typed_in(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing at all; None while the page is only opened."""
    return request.POST if request.method == "POST" else None


def take_typed(request: HttpRequest, here: Here, deed: Deed) -> QueryDict | None:
    """What was sent by somebody who may do this, as `typed_in` says it. Raises NotAllowed."""
    typed = typed_in(request)
    if typed is not None:
        here.who.must(deed)
    return typed


def take_invalid(form: forms.Form, wrong: Invalid, **names: str) -> None:
    """Put each error beside its field; one about something else stands above the form.

    `names` are the fields that the form calls otherwise than the verb does.
    """
    for error in wrong.errors:
        field = names.get(error.field, error.field)
        text = SENT_BEFORE if error.code == "key_used_for_another_request" else str(error.message)
        form.add_error(field if field in form.fields else None, text)


def take_refused(form: forms.Form, refused: Refused) -> None:
    """Put each reason, with its way out, beside its field or above the form."""
    for blocker in refused.blockers:
        sentence = f"{blocker.message} {blocker.remedy}".strip()
        form.add_error(blocker.field if blocker.field in form.fields else None, sentence)
