"""The catalogue: what can be put on a line with one choice."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from storno.catalogue.queries import service_with
from storno.catalogue.save import (
    amend_service,
    archive_service,
    create_service,
    restore_service,
)
from storno.core.refusals import Invalid
from storno.organizations.once import AnsweredBefore, StillInFlight
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.catalogue.forms import ServiceForm, initial_of
from storno.web.catalogue.listing import catalogue_page
from storno.web.once import new_once, once
from storno.web.show import show
from storno.web.take import take_invalid, take_typed


@require_GET
@member_page
def catalogue(request: HttpRequest, here: Here) -> HttpResponse:
    """Services and products by name."""
    with here.reading():
        now = here.now
        page = catalogue_page(request, here, now)
        return show(request, here, "catalogue/catalogue.html", **page)


@require_http_methods(["GET", "POST"])
@member_page
def service_new(request: HttpRequest, here: Here) -> HttpResponse:
    """Enter a service."""
    here.who.must(Deed.KEEP_CATALOGUE)
    typed = take_typed(request, here, Deed.KEEP_CATALOGUE)
    with here.reading():
        form = ServiceForm(here.now, typed)
    if form.is_valid():
        try:
            service = create_service(form.entered(), who=once(request, here), at=here.at)
        except (AnsweredBefore, StillInFlight):
            return redirect(here.url("catalogue"))
        except Invalid as wrong:
            take_invalid(form, wrong, tax_rate="tax", tax_category="tax")
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": service.name})
            return redirect(here.url("catalogue"))
    with here.reading():
        status = 422 if form.errors else 200
        context = {**form.parts(), "once": new_once()}
        return show(request, here, "catalogue/service.html", form=form, status=status, **context)


@require_http_methods(["GET", "POST"])
@member_page
def service(request: HttpRequest, here: Here, service_id: UUID) -> HttpResponse:
    """Change a service; lines that took it over keep what they say."""
    typed = take_typed(request, here, Deed.KEEP_CATALOGUE)
    with here.reading():
        found = service_with(service_id, organization_id=here.organization.id)
        now = here.now
        form = ServiceForm(now, typed, initial=initial_of(found))
    if form.is_valid():
        try:
            changed = amend_service(service_id, form.put_into, who=here.who, at=here.at)
        except Invalid as wrong:
            take_invalid(form, wrong, tax_rate="tax", tax_category="tax")
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": changed.name})
            return redirect(here.url("catalogue"))
    with here.reading():
        context = {"service": found, **_profile(here, form)}
        status = 422 if form.errors else 200
        return show(request, here, "catalogue/service.html", status=status, **context)


@require_POST
@member_page
def service_archive(request: HttpRequest, here: Here, service_id: UUID) -> HttpResponse:
    """Offer a service no more."""
    archive_service(service_id, who=here.who, at=here.at)
    messages.success(request, _("Archived; you can restore it at any time."))
    return redirect(here.url("catalogue"))


@require_POST
@member_page
def service_restore(request: HttpRequest, here: Here, service_id: UUID) -> HttpResponse:
    """Offer an archived service again."""
    restore_service(service_id, who=here.who, at=here.at)
    messages.success(request, _("Restored."))
    return redirect(here.url("catalogue"))


def _profile(here: Here, form: ServiceForm) -> dict[str, object]:
    """The service to change, or to read for who may not."""
    if here.who.may(Deed.KEEP_CATALOGUE):
        return {"form": form, **form.parts()}
    return {"told": form.told()}
