"""Customer service looks into the organization of a refund case."""

from datetime import datetime
from uuid import UUID

from storno.cases.queries import organization_of
from storno.organizations.roles import Actor
from storno.staff.visit import visit

REASON = "refund case"
"""What the organization's history says of such a visit."""


def look_into_case(case_id: UUID, person_id: UUID, *, at: datetime) -> Actor:
    """Visit the organization of a case because of it. Raises Absent, NotAllowed."""
    return visit(person_id, organization_of(case_id), REASON, about_id=case_id, at=at)
