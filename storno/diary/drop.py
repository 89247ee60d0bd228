"""Throwing a draft away, and deciding what becomes of the sessions that it bills.

Order of locks: the bookings, the draft.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from storno.catalogue.models import Charge
from storno.diary.bill import SESSION, billings_of, keep_terms
from storno.diary.cancel import call_off
from storno.diary.models import Booking, BookingState
from storno.diary.sight import diaries_of
from storno.documents.draft import drop_draft
from storno.documents.models import DraftLine
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


@deed
def delete_draft(
    draft_id: UUID,
    *,
    session: Literal["cancel", "keep"] = "keep",
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> None:
    """Throw a draft away, as it was when the page asked; no number is touched.

    A session that it billed is cancelled with it and nothing is charged, or kept without a paper:
    it keeps the price and the payer that the draft had. Raises Absent, HasDeparted, StaleDraft,
    NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    sessions = lock_sessions(_billed_by(draft_id, who.organization_id), who.organization_id)
    if session == "cancel":
        _may_be_cancelled(sessions, who)
    billings = billings_of(sessions)
    for booking in sessions:
        keep_terms(booking, billings[booking.id].terms)
        if session == "cancel":
            call_off(booking, Charge.NOTHING, who=who, at=at)
        else:
            booking.version += 1
            booking.save(force_update=True)
    drop_draft(draft_id, version=version, who=who, at=at)


def _billed_by(draft_id: UUID, organization_id: UUID) -> list[UUID]:
    lines = DraftLine.objects.filter(
        organization_id=organization_id, draft_id=draft_id, source_kind=SESSION
    )
    return [id_ for id_ in lines.values_list("source_id", flat=True) if id_ is not None]


def lock_sessions(session_ids: Collection[UUID], organization_id: UUID) -> list[Booking]:
    """Lock those of these sessions that are not cancelled, in the order of their ids."""
    if not session_ids:
        return []
    mine = Booking.objects.select_for_update(of=("self",)).filter(
        organization_id=organization_id, id__in=session_ids
    )
    return list(mine.exclude(state=BookingState.CANCELLED).order_by("id"))


def _may_be_cancelled(sessions: Collection[Booking], who: Actor) -> None:
    """Raise NotAllowed unless the actor may write in the diaries of these sessions."""
    diaries = diaries_of(who) if sessions else None
    for booking in sessions:
        assert diaries is not None
        who.must(Deed.BOOK)
        diaries.must_book(booking.practitioner_id)
