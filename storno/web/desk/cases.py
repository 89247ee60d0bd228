"""Refund cases for customer service: those that wait, one of them, and what is done in it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from storno.cases.approve import approve_case, decline_case, reopen_case, undo_approval
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import record_confirmation
from storno.cases.look import look_into_case
from storno.cases.queries import cases_in_queue
from storno.core.refusals import Absent, Invalid, Refused
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.support.queries import conversation_with
from storno.support.queue import look_into
from storno.web.desk.case_page import RefusalForm, case_page, record_form
from storno.web.desk.door import Desk, show_desk, staff_page, version_shown
from storno.web.take import take_invalid, take_refused


@require_GET
@staff_page
def desk_cases(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The cases that are not checked yet, those first that somebody has confirmed."""
    rows = [
        {
            "url": reverse("desk_case", args=[each.id]),
            "organization": each.organization.slug,
            "confirmed": desk.said(each.confirmed_at) if each.confirmed_at else None,
            "asked": desk.said(each.asked_at),
        }
        for each in cases_in_queue()
    ]
    return show_desk(request, desk, "desk/cases.html", rows=rows)


@require_GET
@staff_page
def desk_case(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """How far a case is, who had paid, what was confirmed, and what there is to do."""
    return _show(request, desk, case_id)


@require_POST
@staff_page
def desk_case_approval(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Credit the invoice: its client was paid back."""
    version = version_shown(request)
    return _do(
        request,
        desk,
        case_id,
        lambda who: approve_case(case_id, version=version, who=who, at=desk.at),
    )


@require_POST
@staff_page
def desk_case_undo(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Take the credit note back that has not gone out."""
    return _do(request, desk, case_id, lambda who: undo_approval(case_id, who=who, at=desk.at))


@require_POST
@staff_page
def desk_case_open(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Open a declined case again."""
    return _do(request, desk, case_id, lambda who: reopen_case(case_id, who=who, at=desk.at))


@require_POST
@staff_page
def desk_case_refusal(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Decline a case, for a reason that its members read."""
    form = RefusalForm(request.POST, label_suffix="")
    if form.is_valid():
        who = look_into_case(case_id, desk.person.id, at=desk.at)
        reason, version = form.cleaned_data["reason"], version_shown(request)
        try:
            decline_case(case_id, reason, version=version, who=who, at=desk.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            take_refused(form, refused)
        else:
            return redirect("desk_case", case_id)
    return _show(request, desk, case_id, refusal=form)


@require_POST
@staff_page
def desk_case_confirmation(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    """Record what a member has said in a message."""
    who = look_into_case(case_id, desk.person.id, at=desk.at)
    with scope_of(who):
        form = record_form(case_id, request.POST, who, desk)
    if form.is_valid():
        try:
            record_confirmation(
                case_id,
                form.paid(),
                form.message(),
                reason=form.cleaned_data["reason"],
                version=version_shown(request),
                who=who,
                at=desk.at,
            )
        except Invalid as wrong:
            take_invalid(form, wrong, text="reason")
        except Refused as refused:
            take_refused(form, refused)
        else:
            return redirect("desk_case", case_id)
    return _show(request, desk, case_id, record=form)


@require_POST
@staff_page
def desk_case_new(request: HttpRequest, desk: Desk, conversation_id: UUID) -> HttpResponse:
    """Open the refund case of the invoice that is talked about."""
    _waiting, who = look_into(conversation_id, desk.person.id, at=desk.at)
    with scope_of(who):
        invoice_id = conversation_with(conversation_id, who).invoice_id
    if invoice_id is None:
        raise Absent
    try:
        now = ask_for_refund(invoice_id, who=who, at=desk.at)
    except Refused as refused:
        _say_why(request, refused)
        return redirect("desk_conversation", conversation_id)
    return redirect("desk_case", now.case.id)


def _do(
    request: HttpRequest, desk: Desk, case_id: UUID, deed: Callable[[Actor], object]
) -> HttpResponse:
    """Do a deed of one press; what hinders it is said above the case as it is now."""
    who = look_into_case(case_id, desk.person.id, at=desk.at)
    try:
        deed(who)
    except Refused as refused:
        _say_why(request, refused)
    return redirect("desk_case", case_id)


def _say_why(request: HttpRequest, refused: Refused) -> None:
    for blocker in refused.blockers:
        messages.warning(request, f"{blocker.message} {blocker.remedy}".strip())


def _show(request: HttpRequest, desk: Desk, case_id: UUID, **forms: Any) -> HttpResponse:
    who = look_into_case(case_id, desk.person.id, at=desk.at)
    with scope_of(who):
        shown = case_page(case_id, who, desk, **forms)
    status = 422 if any(form.errors for form in forms.values()) else 200
    title = _("Refund case")
    return show_desk(request, desk, "desk/case.html", status=status, title=title, **shown)
