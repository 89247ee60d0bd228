"""Creating an organization: its name in addresses, its seller, its settings and first member."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.administration.change_settings import put_settings
from storno.administration.invitation_letter import send_welcome
from storno.administration.profiles import PROFILES, Profile
from storno.administration.seller import SellerChanges, put_seller
from storno.core.entered import email_errors
from storno.core.refusals import FieldError, Invalid, invalid
from storno.history.record import Happening, record
from storno.organizations.actors import SLUG
from storno.organizations.countries import COUNTRIES
from storno.organizations.models import (
    Membership,
    Organization,
    OrganizationKind,
    PaidCredit,
    Seller,
    Settings,
)
from storno.organizations.roles import Actor, Role
from storno.organizations.scope import scope
from storno.people.introduce import introduce_person
from storno.people.models import Person


@dataclass(frozen=True)
class OrganizationCreated(Happening):
    """The organization began to exist here."""

    kind: ClassVar = "organization.created"
    sentence: ClassVar = _("The organization was created.")


def create_organization(
    *,
    slug: str,
    country: str,
    profile: str,
    seller: SellerChanges,
    admin: Person | str | None,
    at: datetime,
    operated: bool = False,
    kind: OrganizationKind = OrganizationKind.SELLER,
) -> Organization:
    """Create an organization with `admin` as its administrator; `seller.name` is needed.

    `admin` is a person, or the e-mail address of one who is made known where nobody has it; None
    where nobody signs in.
    `operated` says that customer service stands behind this installation: without it members
    credit paid invoices themselves, so that nobody is stuck. Somebody who cannot sign in yet gets a
    letter. Numbers need no row until somebody changes them. Raises Invalid.
    """
    if errors := list(_errors(slug=slug, country=country, profile=profile, admin=admin)):
        raise Invalid(errors)
    rules, first = COUNTRIES[country], PROFILES[Profile(profile)]
    own_clients = bool(first.by_members.own_clients)
    organization = Organization(slug=slug, kind=kind, own_clients=own_clients, created_at=at)
    its_seller = Seller(
        organization=organization,
        country=country,
        currency=rules.currency,
        time_zone=rules.time_zone,
        language=rules.languages[0],
    )
    put_seller(replace(seller, name=seller.name or ""), its_seller)
    settings = Settings(organization=organization, seller=its_seller)
    by_operator = first.by_operator
    if not operated:
        by_operator = replace(by_operator, paid_credit=PaidCredit.MEMBERS)
    put_settings(by_operator, settings, country=country)
    put_settings(first.by_members, settings, country=country)
    with scope(organization.id):
        _take_slug(organization)
        person = introduce_person(email=admin) if isinstance(admin, str) else admin
        if person is not None:
            roles = [Role.ADMINISTRATOR.value]
            Membership.objects.create(
                organization=organization, person=person, roles=roles, since=at
            )
        its_seller.save(force_insert=True)
        settings.save(force_insert=True)
        creator = Actor(organization.id, None if person is None else person.id, frozenset())
        record(OrganizationCreated(), subject_id=organization.id, who=creator, at=at)
        if person is not None and not person.has_usable_password():
            send_welcome(person, organization_name=its_seller.name)
    return organization


def _take_slug(organization: Organization) -> None:
    """Write the directory row, unless the name is taken. Raises Invalid."""
    Organization.objects.bulk_create([organization], ignore_conflicts=True)
    if not Organization.objects.filter(id=organization.id).exists():
        raise invalid("slug", "taken", _("This short name is taken. Choose another."))


def _errors(
    *, slug: str, country: str, profile: str, admin: Person | str | None
) -> Iterator[FieldError]:
    if not SLUG.fullmatch(slug):
        yield FieldError(
            "slug",
            "not_a_slug",
            _("Use 2 to 50 small letters (a to z), digits and hyphens, like anna-virtanen."),
        )
    if country not in COUNTRIES:
        yield FieldError(
            "country",
            "unknown",
            _("Choose one of %(choices)s.") % {"choices": ", ".join(COUNTRIES)},
        )
    if profile not in set(Profile):
        yield FieldError(
            "profile",
            "unknown",
            _("Choose one of %(choices)s.") % {"choices": ", ".join(Profile)},
        )
    if isinstance(admin, str):
        yield from email_errors("admin", admin.strip(), required=True)
