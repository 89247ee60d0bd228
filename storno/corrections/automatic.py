"""Drafts that go out by themselves: when their moment has come they are finalised by nobody.

From then on they are on hold like any other, or leave at once where there is none, and `depart.py`
issues them. One whose payment nobody could be told of stays a draft and says so.
"""

from datetime import datetime, timedelta
from uuid import UUID

from storno.corrections.finalise import DraftFinalised
from storno.documents.models import Draft, Kind
from storno.history.record import record_all
from storno.organizations.queries import settings_of
from storno.organizations.roles import system
from storno.organizations.scope import scope

BATCH = 250


def finalise_due(organization_id: UUID, *, at: datetime) -> int:
    """Finalise a batch of what goes out by itself and is due; return how many.

    What somebody has locked is being changed: it is looked at in the next round.
    """
    with scope(organization_id):
        mine = Draft.objects.filter(organization_id=organization_id)
        due = mine.filter(kind=Kind.INVOICE, issues_at__lte=at, goes_at=None, waits_for=None)
        locked = due.select_for_update(skip_locked=True).order_by("issues_at", "id")
        ids = list(locked.values_list("id", flat=True)[:BATCH])
        if not ids:
            return 0
        hold_seconds = settings_of(organization_id).hold_seconds
        leaves = at + timedelta(seconds=hold_seconds)
        mine.filter(id__in=ids).update(goes_at=leaves, finalised_by=None, failure="")
        if hold_seconds:
            happened = DraftFinalised(goes_at=leaves.isoformat())
            who = system(organization_id)
            record_all([(id_, happened) for id_ in ids], who=who, at=at)
        return len(ids)
