"""What a client agreed to: the tab of the client, the noting of an answer, and what is wanting."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from storno.clients.consents import (
    AnswerInput,
    Asked,
    answers_of,
    asked_by,
    note_consent,
    present_text,
    template_with,
    wanting_of,
)
from storno.clients.looks import own_client_looked_at
from storno.clients.models import Answer, AnsweredBy, Client, Consent
from storno.clients.queries import client_looked_after
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.people.queries import names_of
from storno.web.access import Here, member_page
from storno.web.clients.head import head_of, may_keep
from storno.web.fields import choices_of
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.say import say_date
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, take_typed


class AnswerForm(forms.Form):
    """What a client answered. The verb checks; the form only reads."""

    answer = forms.ChoiceField(
        label=_("The answer"), choices=choices_of(Answer), widget=forms.RadioSelect
    )
    how = forms.ChoiceField(
        label=_("How"), choices=choices_of(AnsweredBy), widget=forms.RadioSelect
    )
    on = forms.DateField(
        label=_("On"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def entered(self) -> AnswerInput:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        return AnswerInput(Answer(typed["answer"]), AnsweredBy(typed["how"]), typed["on"])


@require_GET
@member_page
def client_consents(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """A client's consents as they stand, and all that was ever answered."""
    here.who.must(Deed.KEEP_CONSENTS)
    with here.reading():
        mine = here.organization.id
        found = client_looked_after(client_id, who=here.who)
        today = here.now.today
        answers = answers_of(client_id, organization_id=mine)
        asked = asked_by(answers, today, organization_id=mine)
        context: dict[str, Any] = {
            "rows": [_row(each, found, here) for each in asked],
            "answers": _answers(answers),
            "settings_url": here.url("settings_consents"),
        }
        head = head_of(here, found, "client_consents")
        return show(request, here, "clients/consents.html", **head, **context)


@require_http_methods(["GET", "POST"])
@member_page
def client_consent(
    request: HttpRequest, here: Here, client_id: UUID, template_id: UUID
) -> HttpResponse:
    """Note what a client answered."""
    here.who.must(Deed.KEEP_CONSENTS)
    form = AnswerForm(take_typed(request, here, Deed.KEEP_CONSENTS), label_suffix="")
    back = here.url("client_consents", client_id)
    if form.is_valid():
        try:
            note_consent(
                client_id, template_id, form.entered(), who=once(request, here), at=here.at
            )
        except (AnsweredBefore, StillInFlight):
            return go(request, back)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except NotAllowed:
            raise
        except Refused as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _now("The answer is noted."))
            return go(request, back)
    return _show_answer(request, here, client_id, template_id, form)


def _show_answer(
    request: HttpRequest, here: Here, client_id: UUID, template_id: UUID, form: AnswerForm
) -> HttpResponse:
    with here.reading():
        mine = here.organization.id
        found = own_client_looked_at(client_id, who=here.who, at=here.at)
        template = template_with(template_id, organization_id=mine)
        if not form.is_bound:
            today = here.now.today
            form.initial = {"answer": Answer.GIVEN, "how": AnsweredBy.PAPER, "on": today}
        return show(
            request,
            here,
            "clients/consent.html",
            status=422 if form.errors else 200,
            form=form,
            text=present_text(template),
            post_url=request.path,
            back_url=here.url("client_consents", client_id),
            back_label=found.name,
            once=new_once(),
        )


def wanting_shown(client: Client, here: Here) -> list[dict[str, str]]:
    """The required consents that a client has not given, each with the way to note it.

    Nothing for who may not read consents, nor of a client who is erased, and so are the answers.
    """
    mine = here.organization.id
    if not here.who.may(Deed.KEEP_CONSENTS) or not client.served or client.is_erased:
        return []
    today = here.now.today
    return [
        {
            "text": _now("%(consent)s: %(wanting)s.")
            % {"consent": each.text.template.name, "wanting": each.wanting},
            "url": here.url("client_consents", client.id),
        }
        for each in wanting_of(client.id, today, organization_id=mine)
    ]


def _row(asked: Asked, client: Client, here: Here) -> dict[str, Any]:
    template, consent = asked.text.template, asked.consent
    told = []
    if consent is not None:
        told += [consent.get_answer_display(), consent.get_how_display(), say_date(consent.on)]
    if asked.holds_until is not None:
        told.append(_now("holds until %(day)s") % {"day": say_date(asked.holds_until)})
    if template.archived_at is not None:
        told.append(_now("no longer asked for"))
    may = may_keep(here, client) and (template.archived_at is None or consent is not None)
    return {
        "name": template.name,
        "statement": asked.text.statement,
        "told": capfirst(" · ".join(told)),
        "wanting": capfirst(str(asked.wanting)),
        "warns": asked.warns,
        "note_url": here.url("client_consent", client.id, template.id) if may else "",
    }


def _answers(consents: list[Consent]) -> list[dict[str, Any]]:
    """All answers in words, and who noted each."""
    names = names_of({each.noted_by for each in consents if each.noted_by})
    return [
        {
            "name": each.text.template.name,
            "version": each.text.version,
            "answer": each.get_answer_display(),
            "how": each.get_how_display(),
            "on": say_date(each.on),
            "by": names.get(each.noted_by, "") if each.noted_by else "",
        }
        for each in consents
    ]
