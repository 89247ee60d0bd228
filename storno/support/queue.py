"""The queue of customer service, read outside of any scope, and the way from it to what was asked.

It bears ids and moments only; what is in a conversation is seen in a visit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q

from storno.core.refusals import Absent
from storno.organizations.roles import Actor
from storno.staff.enlist import all_staff
from storno.staff.models import Staff
from storno.staff.visit import visit
from storno.support.models import Waiting

PAGE = 50
ANSWERING = "answering a question"
"""The reason of a visit that begins in the queue."""


class Part(StrEnum):
    """Parts of the queue: who waits, what one has oneself, what has its answer, what is over."""

    WAITING = "waiting"
    MINE = "mine"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Load:
    """How many open conversations a colleague has, and in how many of them a member waits."""

    staff: Staff
    has: int
    waiting: int


def queue_rows(
    part: Part = Part.WAITING, *, staff: Staff | None = None, limit: int = PAGE
) -> list[Waiting]:
    """A part of the queue: who waits longest first; what is over, the last closed first."""
    rows = Waiting.objects.select_related("organization", "staff__person").filter(_in(part, staff))
    if part is Part.CLOSED:
        return list(rows.order_by("-closed_at", "id")[:limit])
    return list(rows.order_by("waits_since", "id")[:limit])  # who does not wait comes last


def counts(staff: Staff) -> dict[Part, int]:
    """How many conversations are in each open part of the queue."""
    open_ = [part for part in Part if part is not Part.CLOSED]
    asked = {part.value: Count("id", filter=_in(part, staff)) for part in open_}
    found = Waiting.objects.filter(closed_at=None).aggregate(**asked)
    return {part: found[part.value] for part in open_}


def loads() -> list[Load]:
    """What each colleague has, in the order in which they began."""
    has = {
        row["staff_id"]: row
        for row in Waiting.objects.filter(closed_at=None, staff__ended_at=None)
        .exclude(staff=None)
        .values("staff_id")
        .annotate(has=Count("id"), waiting=Count("waits_since"))
    }
    nothing = {"has": 0, "waiting": 0}
    return [
        Load(each, row["has"], row["waiting"])
        for each in all_staff()
        for row in (has.get(each.id, nothing),)
    ]


def look_into(conversation_id: UUID, person_id: UUID, *, at: datetime) -> tuple[Waiting, Actor]:
    """Visit the organization of a conversation because of it. Raises Absent, NotAllowed."""
    found = Waiting.objects.select_related("organization", "staff__person")
    waiting = found.filter(id=conversation_id).first()
    if waiting is None:
        raise Absent
    who = visit(person_id, waiting.organization_id, ANSWERING, about_id=waiting.id, at=at)
    return waiting, who


def _in(part: Part, staff: Staff | None) -> Q:
    if part is Part.CLOSED:
        return Q(closed_at__isnull=False)
    open_ = Q(closed_at=None)
    if part is Part.MINE:
        return open_ & Q(staff=staff, staff__isnull=False)
    return open_ & Q(waits_since__isnull=part is Part.ANSWERED)
