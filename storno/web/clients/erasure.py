"""Erasing a client, and until when clients are kept: for administrators."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.clients.delete import ClientIsAContact
from storno.clients.looks import note_look
from storno.clients.models import Client
from storno.clients.save import ClientIsErased, ClientIsForgotten
from storno.core.refusals import Blocked, Blocker, Invalid
from storno.diary.erase import (
    ForeseenErasure,
    HasSessionsAhead,
    erase_client,
    foresee_erasure,
)
from storno.diary.retention import due_clients, keep_client, kept, locked_clients
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.say import say_date
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, take_typed


class NumberForm(forms.Form):
    """The number of the client, typed once more by who means it."""

    number = forms.IntegerField(label=_("The number, once more"), min_value=0, max_value=2**31 - 1)


class KeepForm(forms.Form):
    """Until when a client is kept; empty for the organization's setting."""

    keep_until = forms.DateField(
        label=_("Kept until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Left empty, as many years after the last session or invoice as is set."),
    )


@require_GET
@member_page
def erasures(request: HttpRequest, here: Here) -> HttpResponse:
    """The clients whose time is over, and those of whom only what books need is left."""
    here.who.must(Deed.ERASE_CLIENTS)
    with here.reading():
        mine = here.organization.id
        due = due_clients(here.now.settings, who=here.who, at=here.at)
        locked = [
            foresee_erasure(client.id, who=here.who, at=here.at)
            for client in locked_clients(organization_id=mine)[:AT_ONCE]
        ]
        context: dict[str, Any] = {
            "due": [
                {
                    "name": each.client.name,
                    "url": here.url("client_erasure", each.client.id),
                    "told": _now("last used %(day)s · kept until %(until)s")
                    % {"day": say_date(each.last_on), "until": say_date(each.until)},
                }
                for each in due
            ],
            "locked": [
                {
                    "name": each.client.name,
                    "url": here.url("client", each.client.id),
                    "told": " ".join(_stays(each)),
                }
                for each in locked
            ],
        }
        return show(request, here, "clients/erasures.html", **context)


AT_ONCE = 20
"""Locked clients that are shown with what keeps them."""


@require_http_methods(["GET", "POST"])
@member_page
def client_erasure(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Erase a client, once it has been seen what goes and what stays."""
    here.who.must(Deed.ERASE_CLIENTS)
    form = NumberForm(take_typed(request, here, Deed.ERASE_CLIENTS), label_suffix="")
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            erase_client(client_id, number=number, who=here.who, at=here.at)
        except (ClientIsErased, ClientIsForgotten):
            return redirect(here.url("client", client_id))
        except Invalid as wrong:
            take_invalid(form, wrong)
        except Blocked as blocked:
            take_refused(form, blocked)
        else:
            messages.success(request, _now("Number %(number)d is erased.") % {"number": number})
            return redirect(here.url("clients"))
    return _show_erasure(request, here, client_id, form, KeepForm(label_suffix=""))


@require_POST
@member_page
def client_retention(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Choose until when a client is kept."""
    form = KeepForm(take_typed(request, here, Deed.ERASE_CLIENTS), label_suffix="")
    if form.is_valid():
        try:
            keep_client(client_id, form.cleaned_data["keep_until"], who=here.who, at=here.at)
        except (ClientIsErased, ClientIsForgotten):
            return redirect(here.url("client", client_id))
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _now("The day is saved."))
            return redirect(here.url("client_erasure", client_id))
    return _show_erasure(request, here, client_id, NumberForm(label_suffix=""), form)


def _show_erasure(
    request: HttpRequest, here: Here, client_id: UUID, form: NumberForm, keep: KeepForm
) -> HttpResponse:
    with here.reading():
        foreseen = foresee_erasure(client_id, who=here.who, at=here.at)
        client = foreseen.client
        if client.is_erased:
            return redirect(here.url("client", client_id))
        note_look(client.id, who=here.who, at=here.at)
        until = kept(client, here.now.settings, here.at)
        if not keep.is_bound:
            keep.initial = {"keep_until": client.keep_until}
        context: dict[str, Any] = {
            "client": client,
            "form": form,
            "keep": keep,
            "kept": _now("Last used %(day)s; kept until %(until)s.")
            % {"day": say_date(until.last_on), "until": say_date(until.until)},
            "goes": list(_goes(foreseen)),
            "stays": list(_stays(foreseen)),
            "blockers": [_shown(each, client, here) for each in foreseen.blockers],
            "keep_url": here.url("client_retention", client.id),
            "post_url": here.url("client_erasure", client.id),
            "back_url": here.url("client", client.id),
        }
        status = 422 if form.errors or keep.errors else 200
        return show(request, here, "clients/erasure.html", status=status, **context)


def _shown(blocker: Blocker, client: Client, here: Here) -> dict[str, Any]:
    """What must be done first, and the page of the client on which it is done."""
    page = _WHERE.get(blocker.code, "client_invoices")
    return {
        "message": blocker.message,
        "remedy": blocker.remedy,
        "url": here.url(page, client.id),
    }


_WHERE = {HasSessionsAhead.code: "client_sessions", ClientIsAContact.code: "client"}
"""Where what stands in the way is to be found; all else is among the papers."""


def _goes(foreseen: ForeseenErasure) -> Iterator[str]:
    """What is deleted at once."""
    yield _now("E-mail, phone and all that is set besides")
    if foreseen.consents:
        words = ngettext(
            "%(count)d answer about a consent",
            "%(count)d answers about consents",
            foreseen.consents,
        )
        yield words % {"count": foreseen.consents}
    if foreseen.contacts:
        words = ngettext(
            "%(count)d contact, unless it is here for somebody else",
            "%(count)d contacts, but for those who are here for somebody else",
            foreseen.contacts,
        )
        yield words % {"count": foreseen.contacts}
    if foreseen.sessions:
        yield _now("Places and links of the sessions, and the messages about them")
    if foreseen.until is None:
        yield _now("The name and the address: only the number is left")
    yield _now("Files for import that were uploaded within the last day")


def _stays(foreseen: ForeseenErasure) -> Iterator[str]:
    """What books must keep, until when and why."""
    if foreseen.papers_until is not None:
        words = ngettext(
            "%(count)d invoice or credit note stays until %(day)s: books must be kept.",
            "%(count)d invoices and credit notes stay until %(day)s: books must be kept.",
            foreseen.papers,
        )
        yield words % {"count": foreseen.papers, "day": say_date(foreseen.papers_until)}
    if foreseen.bookings_until is not None:
        words = ngettext(
            "%(count)d booked hour stays until %(day)s: booked hours must be documented.",
            "%(count)d booked hours stay until %(day)s: booked hours must be documented.",
            foreseen.bookings,
        )
        yield words % {"count": foreseen.bookings, "day": say_date(foreseen.bookings_until)}
    if foreseen.until is not None:
        words = _now("Name and address are locked until %(day)s, and then erased by themselves.")
        yield words % {"day": say_date(foreseen.until)}
