"""Talking with customer service: all conversations, one of them, a new one, and its files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS as DAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from storno.cases.queries import last_case_id
from storno.core.pages import Place
from storno.core.refusals import Absent, Invalid, Refused
from storno.documents.queries import document
from storno.organizations.customer_service import has_customer_service
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.support.hours import WEEKDAYS, Hours
from storno.support.models import Conversation, Side
from storno.support.operate import hours
from storno.support.queries import (
    Line,
    Stretch,
    attachment_with,
    conversation_with,
    conversations_of,
    messages_of,
    numbers_of,
    open_about,
    unread_in,
)
from storno.support.read import mark_read
from storno.support.talk import begin, write
from storno.web.access import Here, member_page
from storno.web.once import new_once, once
from storno.web.say import Said, say_moment
from storno.web.show import show
from storno.web.support.file import file_response
from storno.web.support.forms import SayForm
from storno.web.take import take_invalid, take_refused, take_typed


@require_GET
@member_page
def conversations(request: HttpRequest, here: Here) -> HttpResponse:
    """All conversations, the last spoken in first."""
    with here.reading():
        after = request.GET.get("after", "")
        page = conversations_of(here.who, after=Place.read(after) if after else None)
        numbers = numbers_of((each.conversation for each in page.items), here.who)
        rows = [
            {
                "title": _title(each.conversation, numbers),
                "url": here.url("conversation", each.conversation.id),
                "last": each.last.text if each.last else "",
                "when": _said(each.conversation.last_at, here),
                "unread": each.unread,
            }
            for each in page.items
        ]
        may = here.who.may(Deed.ASK) and has_customer_service(here.now.settings)
        new_url = here.url("conversation_new") if may else ""
        older_url = here.url("conversations", after=page.next) if page.next else ""
        context = {"rows": rows, "new_url": new_url, "older_url": older_url, **_hours(here)}
        return show(request, here, "support/conversations.html", **context)


@require_http_methods(["GET", "POST"])
@member_page
def conversation_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask customer service, about an invoice or anything."""
    here.who.must(Deed.ASK)
    typed = take_typed(request, here, Deed.ASK)
    form = SayForm(typed, request.FILES or None, label_suffix="")
    asked = request.POST.get("invoice") or request.GET.get("invoice", "")
    with here.reading():
        invoice_id = _about(asked, here)
        open_ = open_about(invoice_id, here.who)
    if open_ is not None and request.method == "GET":
        return redirect(here.url("conversation", open_.id))
    if form.is_valid():
        try:
            made = begin(form.said(), invoice_id=invoice_id, who=once(request, here), at=here.at)
        except AnsweredBefore as before:
            return redirect(here.url("conversation", UUID(before.answer.body)))
        except StillInFlight:
            return redirect(here.url("conversations"))
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            take_refused(form, refused)
        else:
            return redirect(here.url("conversation", made.id))
    with here.reading():
        about = "" if invoice_id is None else document(invoice_id, here.organization.id).number
        context = {"form": form, "once": new_once(), "invoice": asked, "about": about}
        status = 422 if form.errors else 200
        context |= _hours(here)
        return show(request, here, "support/conversation_new.html", status=status, **context)


@require_http_methods(["GET", "POST"])
@member_page
def conversation(request: HttpRequest, here: Here, conversation_id: UUID) -> HttpResponse:
    """One conversation; new messages appear by themselves."""
    typed = take_typed(request, here, Deed.ASK)
    form = SayForm(typed, request.FILES or None, label_suffix="")
    if form.is_valid():
        try:
            write(conversation_id, form.said(), who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            return redirect(here.url("conversation", conversation_id))
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Refused as refused:
            take_refused(form, refused)
        else:
            return redirect(f"{here.url('conversation', conversation_id)}#last")
    with here.reading():
        found = conversation_with(conversation_id, here.who)
        before = before_in(request)
        said = messages_of(found.id, here.who, before=before)
        is_new = before is None and bool(unread_in([found.id], here.who))
    if is_new and here.who.may(Deed.ASK):
        mark_read(found.id, said.lines[-1].message.id, who=here.who, at=here.at)
    with here.reading():
        context = _shown(found, said, here) | {"form": form, "once": new_once(), **_hours(here)}
        context["is_last"] = before is None
        status = 422 if form.errors else 200
        return show(request, here, "support/conversation.html", status=status, **context)


@require_GET
@member_page
def conversation_file(_request: HttpRequest, here: Here, attachment_id: UUID) -> HttpResponse:
    """A file of a message: always to be saved, never shown in the page's own name."""
    with here.reading():
        return file_response(attachment_with(attachment_id, here.who))


def _about(asked: str, here: Here) -> UUID | None:
    """The invoice that the address names. Raises Absent where it is not there."""
    if not asked:
        return None
    try:
        return document(UUID(asked), here.organization.id).id
    except ValueError:
        raise Absent from None


def before_in(request: HttpRequest) -> UUID | None:
    """Before which message the address asks for what was said. Raises Absent."""
    asked = request.GET.get("before", "")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise Absent from None


def _shown(found: Conversation, said: Stretch, here: Here) -> dict[str, Any]:
    invoice_id, url = found.invoice_id, here.url("conversation", found.id)
    return {
        "title": _title(found, numbers_of([found], here.who)),
        "invoice_url": here.url("invoice", invoice_id) if invoice_id else "",
        "case_url": _case_url(found, here),
        "lines": [_line(each, here) for each in said.lines],
        "earlier_url": f"{url}?before={said.earlier}" if said.earlier else "",
        "last_url": url,
        "is_closed": found.closed_at is not None,
        "may_write": here.who.may(Deed.ASK) and found.closed_at is None,
    }


def _case_url(found: Conversation, here: Here) -> str:
    """The refund case of the invoice that is talked about, if there is one."""
    if found.invoice_id is None:
        return ""
    case_id = last_case_id(found.invoice_id, found.organization_id)
    return here.url("refund_case", case_id) if case_id else ""


def _line(line: Line, here: Here) -> dict[str, Any]:
    message = line.message
    mine = message.side == Side.MEMBER
    return {
        "mine": mine,
        "by": _("You") if message.said_by == here.person.id else Side(message.side).label,
        "text": message.text,
        "when": _said(message.said_at, here),
        "files": [
            {"name": file.name, "url": here.url("conversation_file", file.id)}
            for file in line.files
        ],
    }


def _title(found: Conversation, numbers: Mapping[UUID, str]) -> str:
    if found.invoice_id is None or found.invoice_id not in numbers:
        return _("Question to customer service")
    return _("About invoice %(number)s") % {"number": numbers[found.invoice_id]}


def say_hours(kept: Hours) -> str:
    """When customer service answers, in words."""
    opens, closes = (f"{each.hour}:{each.minute:02}" for each in (kept.opens, kept.closes))
    city = kept.zone.key.rpartition("/")[2]
    span = {"opens": opens.removesuffix(":00"), "closes": closes.removesuffix(":00"), "city": city}
    if set(kept.days) == set(WEEKDAYS):
        return _("weekdays from %(opens)s to %(closes)s (%(city)s)") % span
    days = ", ".join(str(DAYS[each - 1]) for each in sorted(kept.days))
    return _("%(days)s from %(opens)s to %(closes)s (%(city)s)") % {"days": days, **span}


def _said(at: datetime, here: Here) -> Said:
    return say_moment(at, here.at, here.now.seller.time_zone)


def _hours(here: Here) -> dict[str, Any]:
    """Whether somebody answers now, and from when on."""
    kept = hours()
    return {
        "is_open": kept.is_open(here.at),
        "answers_from": _said(kept.answers_from(here.at), here),
        "hours": say_hours(kept),
        "is_staffed": here.is_staffed,
        "contact": here.now.settings.support_contact,
    }
