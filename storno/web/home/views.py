"""Where one arrives: the root, the choice of an organization, Home and help."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from storno.administration.create import create_organization
from storno.administration.seller import SellerChanges
from storno.administration.slug import free_slug
from storno.core.clock import read_clock
from storno.core.refusals import Invalid
from storno.organizations.models import OrganizationKind, PaidCredit, Wording
from storno.organizations.queries import names_of, organizations_of
from storno.organizations.roles import Deed
from storno.people.models import Person
from storno.reports.needs import Needs, read_needs
from storno.staff.enlist import staff_of
from storno.web.access import Here, member_page
from storno.web.home.forms import OrganizationForm
from storno.web.home.needed import first_steps, needs_in_words, to_decide
from storno.web.papers.rows import invoice_rows
from storno.web.papers.ways_out import contact_of_service
from storno.web.show import show
from storno.web.take import take_invalid, typed_in


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the one organization, customer service to its pages, all others to the choice."""
    if not isinstance(request.user, Person):
        return redirect_to_login("/")
    mine = organizations_of(request.user.id)
    if len(mine) == 1:
        return redirect("home", mine[0].slug)
    if not mine and staff_of(request.user.id):
        return redirect("desk")
    return redirect("organizations")


@require_http_methods(["GET", "POST"])
def organizations(request: HttpRequest) -> HttpResponse:
    """Choose an organization, or begin one."""
    if not isinstance(request.user, Person):
        return redirect_to_login(request.get_full_path())
    form = OrganizationForm(typed_in(request))
    if form.is_valid():
        try:
            made = create_organization(
                slug=form.cleaned_data["slug"] or free_slug(form.cleaned_data["name"]),
                country=form.cleaned_data["country"],
                profile=form.cleaned_data["profile"],
                seller=SellerChanges(name=form.cleaned_data["name"]),
                admin=request.user,
                at=read_clock(),
            )
        except Invalid as wrong:
            take_invalid(form, wrong)
        else:
            return redirect("home", made.slug)
    return _choice(request, form)


def _choice(request: HttpRequest, form: OrganizationForm) -> HttpResponse:
    assert isinstance(request.user, Person)
    mine = [
        {"name": name, "url": reverse("home", args=[organization.slug])}
        for organization, name in names_of(organizations_of(request.user.id))
    ]
    status = 422 if form.errors else 200
    desk_url = reverse("desk") if staff_of(request.user.id) else ""
    context = {"form": form, "mine": mine, "desk_url": desk_url}
    return render(request, "home/organizations.html", context, status=status)


@require_GET
@member_page
def home(request: HttpRequest, here: Here) -> HttpResponse:
    """What needs me."""
    with here.reading():
        now = here.now
        needs = read_needs(now, who=here.who, at=here.at)
        return show(
            request,
            here,
            "home/home.html",
            needs=needs_in_words(needs, here, now),
            to_decide=list(to_decide(needs, here, now)),
            more_to_decide=needs.more_to_decide,
            first=first_steps(needs, here, now),
            rows=invoice_rows(needs.latest, here, now),
            drafts=needs.drafts,
            new_url=here.url("draft_new") if _invoices(needs, here) else "",
        )


def _invoices(needs: Needs, here: Here) -> bool:
    """Whether somebody begins invoices here: the operator does so once it has sent one."""
    is_operator = here.organization.kind == OrganizationKind.OPERATOR
    return here.who.may(Deed.WRITE_DRAFTS) and (needs.issued_any or not is_operator)


@require_GET
@member_page
def help_page(request: HttpRequest, here: Here) -> HttpResponse:
    """The answers to what people ask when something must be put right."""
    with here.reading():
        now = here.now.settings
        return show(
            request,
            here,
            "home/help.html",
            hold_minutes=now.hold_seconds // 60,
            is_practice=now.wording == Wording.PRACTICE,
            paid_by_service=now.paid_credit == PaidCredit.DESK,
            service=contact_of_service(now),
        )
