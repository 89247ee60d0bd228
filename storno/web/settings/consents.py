"""What clients are asked to agree to: the list, the form for a further one, and each by itself."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from storno.clients.consents import (
    TemplateInput,
    TooManyTemplates,
    amend_template,
    archive_template,
    create_template,
    present_text,
    restore_template,
    said_in,
    template_with,
    templates_of,
)
from storno.clients.models import ConsentText
from storno.core.refusals import Invalid
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.once import new_once, once
from storno.web.settings.pages import show_part
from storno.web.take import take_invalid, take_refused, take_typed


class TemplateForm(forms.Form):
    """A consent to ask for. The verb checks; the form only reads."""

    name = forms.CharField(
        label=_("Name of the consent"),
        max_length=100,
        help_text=_("A few words that say nothing of anybody, like “Sharing with a colleague”."),
    )
    statement = forms.CharField(
        label=_("The text to agree to"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Changed, it is a new version. Answers stay with the text they were given to."),
    )
    required = forms.BooleanField(
        label=_("Warn where it is missing"),
        required=False,
        help_text=_(
            "On the page of whoever it concerns, on sessions and before booking."
            " It never blocks anything."
        ),
    )
    months = forms.IntegerField(
        label=_("Holds for so many months"),
        required=False,
        min_value=1,
        max_value=240,
        help_text=_("Left empty, it holds without end."),
    )

    def entered(self) -> TemplateInput:
        """What was typed, as the verb takes it."""
        return TemplateInput(**self.cleaned_data)


@require_http_methods(["GET", "POST"])
@member_page
def consents(request: HttpRequest, here: Here) -> HttpResponse:
    """The consents that are asked for, and the form for a further one."""
    form = TemplateForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        try:
            create_template(form.entered(), who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            return redirect(here.url("settings_consents"))
        except Invalid as wrong:
            take_invalid(form, wrong)
        except TooManyTemplates as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _now("This consent is asked for from now on."))
            return redirect(here.url("settings_consents"))
    with here.reading():
        mine = here.organization.id
        rows = _rows(templates_of(mine), here)
        archived = _rows(templates_of(mine, archived=True), here)
    context = {"rows": rows, "archived": archived, "once": new_once()}
    may = here.who.may(Deed.CHANGE_SETTINGS)
    return show_part(request, here, "consents", form, may_change=may, **context)


@require_http_methods(["GET", "POST"])
@member_page
def consent(request: HttpRequest, here: Here, template_id: UUID) -> HttpResponse:
    """One consent that is asked for, to change or put away."""
    here.who.must(Deed.CHANGE_SETTINGS)
    form = TemplateForm(take_typed(request, here, Deed.CHANGE_SETTINGS), label_suffix="")
    if form.is_valid():
        try:
            amend_template(template_id, lambda _said: form.entered(), who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _now("The consent is saved."))
            return redirect(here.url("settings_consents"))
    with here.reading():
        template = template_with(template_id, organization_id=here.organization.id)
        if not form.is_bound:
            form.initial = asdict(said_in(present_text(template)))
    return show_part(request, here, "consent", form, asked=template)


@require_POST
@member_page
def consent_archive(request: HttpRequest, here: Here, template_id: UUID) -> HttpResponse:
    """Ask for a consent no more."""
    archive_template(template_id, who=here.who, at=here.at)
    messages.success(request, _now("Archived; you can restore it at any time."))
    return redirect(here.url("settings_consents"))


@require_POST
@member_page
def consent_restore(request: HttpRequest, here: Here, template_id: UUID) -> HttpResponse:
    """Ask for an archived consent again."""
    restore_template(template_id, who=here.who, at=here.at)
    messages.success(request, _now("Restored."))
    return redirect(here.url("settings_consents"))


def _rows(texts: Iterable[ConsentText], here: Here) -> list[dict[str, str]]:
    may = here.who.may(Deed.CHANGE_SETTINGS)
    return [
        {
            "name": text.template.name,
            "told": " · ".join(_told(text)),
            "statement": text.statement,
            "url": here.url("settings_consent", text.template_id) if may else "",
            "do_url": here.url("settings_consent_restore", text.template_id)
            if may and text.template.archived_at
            else "",
        }
        for text in texts
    ]


def _told(text: ConsentText) -> list[str]:
    template, months = text.template, text.template.months
    return [
        _now("warns where it is missing") if template.required else _now("does not warn"),
        ngettext("holds for %(count)d month", "holds for %(count)d months", months)
        % {"count": months}
        if months
        else _now("holds without end"),
        _now("version %(number)d") % {"number": template.version},
    ]
