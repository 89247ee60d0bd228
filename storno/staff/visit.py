"""A visit: the one way in which customer service sees an organization, told in its history.

It ends by itself. What staff may do there is theirs alone; no member's role carries it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.entered import text_errors, tidy
from storno.core.refusals import Absent, Invalid, NotAllowed, invalid
from storno.history.record import Happening, is_told, record
from storno.organizations.models import Organization
from storno.organizations.roles import STAFF_DEEDS, Actor
from storno.organizations.scope import scope
from storno.staff.enlist import staff_of
from storno.staff.models import Visit

LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Visited(Happening):
    """Customer service began to look into the organization. The subject is what it is about."""

    kind: ClassVar = "organization.visited"
    sentence: ClassVar = _("Customer service looked into this: %(reason)s.")
    visit_id: str
    reason: str


def visit(
    person_id: UUID,
    organization_id: UUID,
    reason: str,
    *,
    about_id: UUID | None = None,
    at: datetime,
) -> Actor:
    """Begin a visit, or go on with one about the same; `reason` must not name anybody.

    Each reason of a visit is told, once. Raises Absent, Invalid, NotAllowed.
    """
    staff = staff_of(person_id)
    if staff is None:
        raise NotAllowed
    if not Organization.objects.filter(id=organization_id).exists():
        raise Absent
    reason = _checked(reason)
    going_on = Visit.objects.filter(
        staff=staff, organization_id=organization_id, about_id=about_id, ends_at__gt=at
    )
    with scope(organization_id):
        begun = going_on.order_by("began_at", "id").first() or Visit.objects.create(
            staff=staff,
            organization_id=organization_id,
            about_id=about_id,
            began_at=at,
            ends_at=at + LASTS,
        )
        who = _actor(begun, person_id)
        told = Visited(visit_id=str(begun.id), reason=reason)
        subject_id = about_id or organization_id
        if not is_told(told, subject_id=subject_id, who=who):
            record(told, subject_id=subject_id, who=who, at=at)
    return who


def visit_going_on(person_id: UUID, organization_id: UUID, *, at: datetime) -> Actor | None:
    """The visit to an organization as a whole that is not over; None where there is none.

    Raises Absent of who serves nobody.
    """
    staff = staff_of(person_id)
    if staff is None:
        raise Absent
    going_on = Visit.objects.filter(
        staff=staff, organization_id=organization_id, about_id=None, ends_at__gt=at
    )
    for begun in going_on.order_by("-began_at", "id"):
        return _actor(begun, person_id)
    return None


def visits_before(at: datetime, *, limit: int) -> list[Visit]:
    """The visits that began until a moment, the newest first."""
    begun = Visit.objects.filter(began_at__lte=at).select_related("staff__person", "organization")
    return list(begun.order_by("-began_at", "id")[:limit])


def _checked(reason: str) -> str:
    """A reason that can be told. Raises Invalid."""
    reason = tidy(reason)
    if not reason:
        raise invalid("reason", "required", _("Say why you look into this organization."))
    if errors := tuple(text_errors("reason", reason, longest=100)):
        raise Invalid(errors)
    return reason


def _actor(begun: Visit, person_id: UUID) -> Actor:
    return Actor(begun.organization_id, person_id, STAFF_DEEDS, fresh=True, visit_id=begun.id)
