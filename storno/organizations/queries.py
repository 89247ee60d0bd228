"""Reading an organization's own rows, which needs the scope, and the directory, which does not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from storno.core.pages import Page, Place, checked_limit, page_of
from storno.core.refusals import Absent
from storno.organizations.actors import SLUG
from storno.organizations.models import (
    ApiToken,
    Invitation,
    Membership,
    Organization,
    OrganizationKind,
    Seller,
    Settings,
)
from storno.organizations.roles import Role
from storno.organizations.scope import scope


def seller_of(organization_id: UUID) -> Seller:
    """The organization as it stands on its documents."""
    return Seller.objects.get(organization_id=organization_id)


def settings_of(organization_id: UUID) -> Settings:
    """How the organization works, with its seller and whose client money it is."""
    rows = Settings.objects.select_related("seller", "organization")
    settings = rows.get(organization_id=organization_id)
    settings.seller.organization = settings.organization
    return settings


def day_of(seller: Seller, at: datetime) -> date:
    """The calendar day in the organization's zone: the day documents are dated."""
    return at.astimezone(ZoneInfo(seller.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every paper of an organization depends on: who sells, how they work, and the day."""

    seller: Seller
    settings: Settings
    today: date


def circumstances(organization_id: UUID, at: datetime) -> Circumstances:
    """Read the circumstances of this moment."""
    settings = settings_of(organization_id)
    return Circumstances(settings.seller, settings, day_of(settings.seller, at))


def organization_called(slug: str) -> Organization:
    """The organization with this name in addresses; no scope needed. Raises Absent."""
    found = Organization.objects.filter(slug=slug).first() if SLUG.fullmatch(slug) else None
    if found is None:
        raise Absent
    return found


def organizations_of(person_id: UUID) -> list[Organization]:
    """The organizations that a person belongs to, by slug; no scope needed."""
    return list(Organization.objects.filter(memberships__person_id=person_id).order_by("slug"))


def names_of(organizations: list[Organization]) -> list[tuple[Organization, str]]:
    """Each organization with the name on its documents, which only its own scope shows.

    Opens one scope after the other, so it is called outside of any.
    """
    named = []
    for organization in organizations:
        with scope(organization.id):
            named.append((organization, seller_of(organization.id).name))
    return named


def administrators_of(organization_id: UUID) -> list[Membership]:
    """The administrators of an organization who can sign in; no scope needed."""
    members = Membership.objects.filter(organization_id=organization_id, person__is_active=True)
    return list(members.filter(roles__contains=[Role.ADMINISTRATOR]).select_related("person"))


def zone_of(person_id: UUID) -> str | None:
    """The time zone that all organizations of a person are in; None for none, or several.

    Opens one scope after the other, so it is called outside of any.
    """
    zones = set()
    for organization in organizations_of(person_id):
        with scope(organization.id):
            zones.add(seller_of(organization.id).time_zone)
    return zones.pop() if len(zones) == 1 else None


def members_of(
    organization_id: UUID, *, after: Place | None = None, limit: int = 50
) -> Page[Membership]:
    """The members with their persons, those who joined first at the top; no scope needed.

    Raises Invalid for a limit out of range.
    """
    rows = Membership.objects.filter(organization_id=organization_id)
    if after is not None:
        rows = rows.filter(id__gt=after.id)
    return page_of(
        rows.select_related("person").order_by("id")[: checked_limit(limit) + 1],
        limit=limit,
        place=lambda membership: Place("", membership.id),
    )


def invitations_of(organization_id: UUID) -> list[Invitation]:
    """Who is asked to join and has not answered, the newest first."""
    return list(Invitation.objects.filter(organization_id=organization_id).order_by("-id"))


def tokens_of(organization_id: UUID, *, person_id: UUID | None = None) -> list[ApiToken]:
    """The tokens that are not revoked, the newest first, of one member or of all."""
    tokens = ApiToken.objects.filter(membership__organization_id=organization_id, revoked_at=None)
    if person_id is not None:
        tokens = tokens.filter(membership__person_id=person_id)
    return list(tokens.select_related("membership__person").order_by("-id"))


def tokens_named(ids: Collection[UUID], organization_id: UUID) -> dict[UUID, str]:
    """The labels of tokens by their ids, of revoked ones as well; no scope needed."""
    tokens = ApiToken.objects.filter(membership__organization_id=organization_id, id__in=ids)
    return dict(tokens.values_list("id", "label"))


def operator() -> Organization | None:
    """The organization that keeps client money on this installation; no scope needed."""
    return Organization.objects.filter(kind=OrganizationKind.OPERATOR).first()


def all_organizations() -> list[UUID]:
    """Every organization of this installation, for work that each needs; no scope needed."""
    return list(Organization.objects.order_by("id").values_list("id", flat=True))
