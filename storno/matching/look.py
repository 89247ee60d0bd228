"""Customer service looks into the operator's books, for money that nothing could be told for."""

from datetime import datetime
from uuid import UUID

from storno.core.refusals import Absent
from storno.organizations.queries import operator
from storno.organizations.roles import Actor
from storno.staff.visit import visit

REASON = "money that waits"
"""What the operator's history says of such a visit."""


def look_into_money(person_id: UUID, *, at: datetime) -> Actor:
    """Visit the operator because of the money on its account. Raises Absent, NotAllowed."""
    house = operator()
    if house is None:
        raise Absent
    return visit(person_id, house.id, REASON, about_id=house.id, at=at)
