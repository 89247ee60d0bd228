"""Taking a refusal back into the form that met it: each sentence stands next to its field."""

from django import forms

from storno.core.refusals import Invalid, Refused


def take_invalid(form: forms.Form, wrong: Invalid) -> None:
    """Put each error beside its field; one about something else stands above the form."""
    for error in wrong.errors:
        form.add_error(error.field if error.field in form.fields else None, str(error.message))


def take_refused(form: forms.Form, refused: Refused) -> None:
    """Put each reason, with its way out, beside its field or above the form."""
    for blocker in refused.blockers:
        sentence = f"{blocker.message} {blocker.remedy}".strip()
        form.add_error(blocker.field if blocker.field in form.fields else None, sentence)
