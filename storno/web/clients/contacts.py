"""Contacts of a client: chosen or entered, changed, taken away."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from storno.clients.contacts import (
    ContactInput,
    add_contact,
    change_contact,
    remove_contact,
    said_of,
)
from storno.clients.looks import note_look, own_client_looked_at
from storno.clients.models import Client, Contact
from storno.clients.queries import (
    client_looked_after,
    client_with,
    contact_with,
    recipients_of,
    search_clients,
)
from storno.clients.sight import as_seen
from storno.core.refusals import Absent, Invalid, Refused
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.clients.forms import ClientForm
from storno.web.go import go
from storno.web.once import new_once, once
from storno.web.sections import Parts, sections
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, take_typed
from storno.web.touched import TouchedForm

WHO_IT_IS: Parts = (
    (
        gettext_lazy("Somebody new"),
        (("kind",), ("name",), ("email", "phone"), ("method",)),
    ),
)
FURTHER: Parts = (
    (
        gettext_lazy("Address"),
        (("contact",), ("business_id",), ("street",), ("postcode", "city"), ("country",)),
    ),
    (
        gettext_lazy("How invoices are made"),
        (("language", "channel"), ("term_days",), ("term_agreed",), ("buyer_reference",)),
    ),
    (gettext_lazy("For others too"), (("shared",),)),
)
"""What most contacts need at once, and what can wait. That it is no client is understood."""
LONGEST_SEARCH = 100


class ContactForm(TouchedForm):
    """What is said of a contact. The verb checks; the form only reads."""

    relation = forms.CharField(
        label=gettext_lazy("Relation"),
        required=False,
        help_text=gettext_lazy("For example: employer, mother, insurer."),
    )
    recipient = forms.BooleanField(
        label=gettext_lazy("Invoice recipient"),
        required=False,
        help_text=gettext_lazy("Usually pays. Each session may have another recipient."),
    )
    told = forms.BooleanField(label=gettext_lazy("Gets notifications"), required=False)
    case_number = forms.CharField(
        label=gettext_lazy("Case number"),
        required=False,
        help_text=gettext_lazy("Printed on invoices to this contact."),
    )

    def entered(self) -> ContactInput:
        """What was typed, as the verb takes it."""
        return ContactInput(**self.cleaned_data)

    def put_into(self, said: ContactInput) -> ContactInput:
        """A contact with what was changed in the form."""
        typed = self.entered()
        return replace(said, **{name: getattr(typed, name) for name in self.touched})


@require_http_methods(["GET", "POST"])
@member_page
def contact_new(request: HttpRequest, here: Here, client_id: UUID) -> HttpResponse:
    """Put somebody beside a client: one who is there already, or one who is entered."""
    here.who.must(Deed.KEEP_CLIENTS)
    typed = take_typed(request, here, Deed.KEEP_CLIENTS)
    form = ContactForm(typed, label_suffix="")
    chosen = _chosen(request, here)
    new = None if chosen else ClientForm(typed, label_suffix="")
    if form.is_valid() and (new is None or new.is_valid()):
        try:
            _add(request, here, client_id, chosen, form, new)
        except (AnsweredBefore, StillInFlight):
            return redirect(_back(here, client_id))
        except Invalid as wrong:
            _take(wrong, form, new)
        except Refused as refused:
            take_refused(form, refused)
        else:
            messages.success(request, _("The contact is saved."))
            return redirect(_back(here, client_id))
    return _show_new(request, here, client_id, chosen, form, new)


def _add(
    request: HttpRequest,
    here: Here,
    client_id: UUID,
    chosen: Client | None,
    form: ContactForm,
    new: ClientForm | None,
) -> Contact:
    if chosen is not None:
        party: Any = chosen.id
    else:
        assert new is not None
        party = replace(new.entered(), served=False)
    return add_contact(client_id, party, form.entered(), who=once(request, here), at=here.at)


def _take(wrong: Invalid, form: ContactForm, new: ClientForm | None) -> None:
    """Put each error into the form whose field it is about."""
    for error in wrong.errors:
        it = new if new is not None and error.field in new.fields else form
        take_invalid(it, Invalid([error]))


def _show_new(
    request: HttpRequest,
    here: Here,
    client_id: UUID,
    chosen: Client | None,
    form: ContactForm,
    new: ClientForm | None,
) -> HttpResponse:
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    with here.reading():
        client = own_client_looked_at(client_id, who=here.who, at=here.at)
        if new is not None:
            seller = here.now.seller
            if not new.is_bound:
                new.initial = {"language": seller.language, "country": seller.country}
            new.suit(seller)
        faults = form.errors or (new is not None and new.errors)
        return show(
            request,
            here,
            "clients/contact_new.html",
            status=422 if faults else 200,
            client=client,
            chosen=chosen,
            form=form,
            new=new,
            who_it_is=sections(new, WHO_IT_IS) if new is not None else [],
            further=sections(new, FURTHER) if new is not None else [],
            sought=sought,
            offered=[] if chosen else list(_offered(client, sought, here)),
            page_url=here.url("contact_new", client.id),
            back_url=_back(here, client.id),
            once=new_once(),
        )


def _offered(client: Client, sought: str, here: Here) -> Iterator[dict[str, str]]:
    """Who can be chosen: those who are found, else whoever may pay for every client."""
    if sought:
        found = as_seen(search_clients(sought, organization_id=here.organization.id), here.who)
    else:
        found = [each for each in recipients_of(client) if each.shared]
    for each in found:
        if each.id != client.id:
            yield {
                "name": each.name,
                "told": each.city or each.email,
                "url": here.url("contact_new", client.id, party=str(each.id)),
            }


def _chosen(request: HttpRequest, here: Here) -> Client | None:
    """Who was chosen of those who are there; nobody for an address that names none."""
    try:
        party_id = UUID(request.GET.get("party", ""))
    except ValueError:
        return None
    with here.reading():
        return client_with(party_id, organization_id=here.organization.id)


@require_http_methods(["GET", "POST"])
@member_page
def contact(request: HttpRequest, here: Here, client_id: UUID, contact_id: UUID) -> HttpResponse:
    """Change what is said of a contact."""
    here.who.must(Deed.KEEP_CLIENTS)
    form = ContactForm(take_typed(request, here, Deed.KEEP_CLIENTS), label_suffix="")
    if form.is_valid():
        try:
            change_contact(client_id, contact_id, form.put_into, who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            messages.success(request, _("The contact is saved."))
            # Not to the place on the page: a browser that is there already would load nothing.
            return go(request, here.url("client", client_id))
    with here.reading():
        found = contact_with(contact_id, client_id=client_id, who=here.who)
        note_look(client_id, who=here.who, at=here.at)
        if not form.is_bound:
            said = said_of(found)
            form.initial = {name: getattr(said, name) for name in form.fields}
        context = {
            "contact": found,
            "form": form,
            "post_url": request.path,
            "remove_url": here.url("contact_remove", client_id, contact_id),
            "party_url": here.url("client", found.party_id),
            "back_url": _back(here, client_id),
            "back_label": found.client.name,
        }
        status = 422 if form.errors else 200
        return show(request, here, "clients/contact.html", status=status, **context)


@require_POST
@member_page
def contact_remove(
    request: HttpRequest, here: Here, client_id: UUID, contact_id: UUID
) -> HttpResponse:
    """Take a contact away from a client."""
    try:
        remove_contact(client_id, contact_id, who=here.who, at=here.at)
    except Absent:
        with here.reading():
            client_looked_after(client_id, who=here.who)
        messages.info(request, _("The contact was removed already."))
    else:
        messages.success(request, _("The contact is removed."))
    return redirect(_back(here, client_id))


def _back(here: Here, client_id: UUID) -> str:
    return f"{here.url('client', client_id)}#contacts"
