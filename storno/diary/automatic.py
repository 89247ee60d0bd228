"""Taking into one's own hands what would go out by itself: the invoice of a session.

Order of locks: the bookings, the draft.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.diary.bill import drafted_in
from storno.diary.models import Booking
from storno.documents.draft import lock_draft
from storno.documents.hold import leaves_by_itself
from storno.documents.models import Draft
from storno.history.record import Happening, record
from storno.organizations.models import Method
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class NotAutomatic(Refused):
    """The draft waits for a person."""

    code = "not_automatic"
    message = _("This invoice does not go out by itself.")
    remedy = _("There is nothing to stop.")


@dataclass(frozen=True)
class AutomaticStopped(Happening):
    """Somebody took it into their own hands to issue an invoice."""

    kind: ClassVar = "draft.automatic_stopped"
    sentence: ClassVar = _("It no longer goes out by itself.")


@deed
def bill_by_hand(draft_id: UUID, *, version: int | None = None, who: Actor, at: datetime) -> Draft:
    """Let a draft wait for a person instead of going out by itself, and its sessions as well.

    One whose hold began by itself leaves no more; one that somebody finalised is decided already.
    Raises Absent, HasDeparted, StaleDraft, NotAutomatic, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    drafted = drafted_in(draft_id, organization_id=who.organization_id)
    sessions = list(drafted.select_for_update(of=("self",)).order_by("id"))
    draft = lock_draft(draft_id, version, who=who, at=at)
    is_decided = draft.goes_at is not None and not leaves_by_itself(draft, at=at)
    if draft.issues_at is None or is_decided:
        raise NotAutomatic
    take_in_hand(draft, sessions, who=who, at=at)
    return draft


def take_in_hand(draft: Draft, sessions: Collection[Booking], *, who: Actor, at: datetime) -> None:
    """Let a locked draft, and the locked sessions that it bills, wait for a person."""
    for session in sessions:
        session.method = Method.MANUAL
        session.version += 1
        session.save(force_update=True)
    draft.issues_at = draft.goes_at = None
    draft.version += 1
    draft.save(force_update=True)
    record(AutomaticStopped(), subject_id=draft.id, who=who, at=at)
