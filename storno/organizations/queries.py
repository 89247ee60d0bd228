"""Reading an organization's own rows; each needs the scope."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from storno.organizations.models import Seller, Settings


def seller_of(organization_id: UUID) -> Seller:
    """The organization as it stands on its documents."""
    return Seller.objects.get(organization_id=organization_id)


def settings_of(organization_id: UUID) -> Settings:
    """How the organization works."""
    return Settings.objects.get(organization_id=organization_id)


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
    seller = seller_of(organization_id)
    return Circumstances(seller, settings_of(organization_id), day_of(seller, at))
