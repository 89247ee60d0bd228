"""One conversation: what was said, the answer, a note, who has it, and its end."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.cases.queries import case_of_invoice
from storno.cases.state import CaseNow, CaseState
from storno.core.refusals import Absent, Invalid, Refused
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.people.queries import names_of
from storno.staff.enlist import all_staff
from storno.support.models import Conversation, Side, Waiting
from storno.support.queries import (
    Line,
    attachment_with,
    conversation_with,
    messages_of,
    numbers_of,
    unread_in,
)
from storno.support.queue import look_into
from storno.support.read import mark_read
from storno.support.replies import replies, reply_with
from storno.support.talk import answer, close, hand_to, reopen
from storno.web.desk.door import Desk, show_desk, staff_page, version_shown
from storno.web.desk.queue import name_of
from storno.web.once import new_once, promised
from storno.web.support.file import file_response
from storno.web.support.forms import SayForm
from storno.web.support.views import before_in
from storno.web.take import take_invalid, take_refused, typed_in


class AnswerForm(SayForm):
    """An answer, or a note."""

    is_note = forms.BooleanField(
        label=gettext_lazy("Internal note: only customer service sees it"), required=False
    )


@require_http_methods(["GET", "POST"])
@staff_page
def desk_conversation(request: HttpRequest, desk: Desk, conversation_id: UUID) -> HttpResponse:
    """What was said; new messages appear by themselves, and an answer goes by what was shown."""
    waiting, who = look_into(conversation_id, desk.person.id, at=desk.at)
    begun = {"text": _reply_in(request)}
    form = AnswerForm(typed_in(request), request.FILES or None, initial=begun, label_suffix="")
    if form.is_valid():
        try:
            answer(
                conversation_id,
                form.said(),
                version=version_shown(request),
                is_note=form.cleaned_data["is_note"],
                who=promised(request, who, desk.staff.id),
                at=desk.at,
            )
        except (AnsweredBefore, StillInFlight):
            return _back(conversation_id)
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            take_refused(form, refused)
        else:
            return _back(conversation_id)
    return _show(request, desk, waiting, who, form)


@require_POST
@staff_page
def desk_hand(request: HttpRequest, desk: Desk, conversation_id: UUID) -> HttpResponse:
    """Take it, hand it over, or put it back."""
    asked = request.POST.get("to", "")
    to = _id(asked) if asked else None
    return _do(
        request,
        desk,
        conversation_id,
        lambda who: hand_to(
            conversation_id, to, version=version_shown(request), who=who, at=desk.at
        ),
    )


@require_POST
@staff_page
def desk_end(request: HttpRequest, desk: Desk, conversation_id: UUID) -> HttpResponse:
    """Close it, or open it again."""
    end = reopen if request.POST.get("to") == "open" else close
    return _do(
        request,
        desk,
        conversation_id,
        lambda who: end(conversation_id, version=version_shown(request), who=who, at=desk.at),
    )


@require_GET
@staff_page
def desk_file(
    _request: HttpRequest, desk: Desk, conversation_id: UUID, attachment_id: UUID
) -> HttpResponse:
    """A file of a message of this conversation."""
    _waiting, who = look_into(conversation_id, desk.person.id, at=desk.at)
    with scope_of(who):
        file = attachment_with(attachment_id, who)
        if file.message.conversation_id != conversation_id:
            raise Absent
        return file_response(file)


def _do(
    request: HttpRequest,
    desk: Desk,
    conversation_id: UUID,
    deed: Callable[[Actor], object],
) -> HttpResponse:
    """Do a deed of one press; what came meanwhile is said above what is there now."""
    _waiting, who = look_into(conversation_id, desk.person.id, at=desk.at)
    try:
        deed(who)
    except Refused as refused:
        messages.warning(request, f"{refused.message}")
    return _back(conversation_id)


def _back(conversation_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('desk_conversation', args=[conversation_id])}#last")


def _reply_in(request: HttpRequest) -> str:
    """The saved reply that the address asks for, or nothing. Raises Absent."""
    asked = request.GET.get("reply", "")
    reply = reply_with(_id(asked)) if asked else None
    return "" if reply is None else reply.text


def _id(text: str) -> UUID:
    """The id that a form sends. Raises Absent."""
    try:
        return UUID(text)
    except ValueError:
        raise Absent from None


def _show(
    request: HttpRequest, desk: Desk, waiting: Waiting, who: Actor, form: AnswerForm
) -> HttpResponse:
    with scope_of(who):
        before = before_in(request)
        found = conversation_with(waiting.id, who)
        said = messages_of(found.id, who, before=before)
        is_new = before is None and bool(unread_in([found.id], who))
        names = names_of({each.message.said_by for each in said.lines})
        url = reverse("desk_conversation", args=[found.id])
        context = {
            "title": _title(found, who),
            "whose": seller_of(who.organization_id).name,
            "version": found.version,
            "is_closed": found.closed_at is not None,
            "lines": [_line(each, found, names, desk) for each in said.lines],
            "earlier_url": f"{url}?before={said.earlier}" if said.earlier else "",
            "last_url": url,
            "is_last": before is None,
            "case": _case_of(found),
        }
    if is_new:
        mark_read(found.id, said.lines[-1].message.id, who=who, at=desk.at)
    context |= {
        "has": name_of(waiting.has_it, desk),
        "is_mine": waiting.has_it == desk.staff,
        "colleagues": [
            {"id": each.person_id, "name": name_of(each, desk)}
            for each in all_staff()
            if each.id != desk.staff.id and each.id != waiting.staff_id
        ],
        "me": desk.person.id,
        "hand_url": reverse("desk_hand", args=[waiting.id]),
        "end_url": reverse("desk_end", args=[waiting.id]),
        "replies": replies(),
        "form": form,
        "once": new_once(),
    }
    status = 422 if form.errors else 200
    return show_desk(request, desk, "desk/conversation.html", status=status, **context)


def _title(found: Conversation, who: Actor) -> str:
    number = numbers_of([found], who).get(found.invoice_id) if found.invoice_id else None
    if number is None:
        return _("Question to customer service")
    return _("About invoice %(number)s") % {"number": number}


def _case_of(found: Conversation) -> dict[str, str] | None:
    """The refund case of the invoice that is talked about, or where one is opened."""
    if found.invoice_id is None:
        return None
    now = case_of_invoice(found.invoice_id, found.organization_id)
    return {
        "url": "" if now is None else reverse("desk_case", args=[now.case.id]),
        "new_url": reverse("desk_case_new", args=[found.id]) if _takes_case(now) else "",
    }


def _takes_case(now: CaseNow | None) -> bool:
    return now is None or now.state == CaseState.WITHDRAWN


def _line(line: Line, found: Conversation, names: Mapping[UUID, str], desk: Desk) -> dict[str, Any]:
    message = line.message
    mine = message.said_by == desk.person.id
    return {
        "mine": message.side != Side.MEMBER,
        "note": message.side == Side.NOTE,
        "by": _("You") if mine else names.get(message.said_by, ""),
        "text": message.text,
        "when": desk.said(message.said_at),
        "files": [
            {"name": file.name, "url": reverse("desk_file", args=[found.id, file.id])}
            for file in line.files
        ],
    }
