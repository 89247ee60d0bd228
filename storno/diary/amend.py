"""Changing a draft on its own pages: how its sessions are invoiced follows who pays.

Order of locks: the bookings, the draft.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storno.diary.bill import charged_in, lock_billings
from storno.diary.method import follow_method, keep_choice, method_of
from storno.diary.models import Booking, BookingState
from storno.diary.timing import Drafted, time_drafts
from storno.documents.content import DraftInput
from storno.documents.draft import save_part, save_whole
from storno.documents.models import Draft
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


@deed
def change_draft(
    draft_id: UUID,
    entered: DraftInput,
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save a draft anew; a hold starts again. `version` is the one the editor had opened.

    A draft on hold is on its way, so it must stay one that can be issued: withdraw it to save it
    unfinished. What was entered takes the place of all that was there: a line under the id of one
    that was there bills what that billed, any other is a new one. Raises Absent, HasDeparted,
    StaleDraft, Invalid, Blocked, PaymentIsNoted, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    drafted = _lock_sessions(draft_id, who)
    draft = save_whole(draft_id, entered, version=version, who=who, at=at)
    _follow_payer(draft, drafted, who=who, at=at)
    return draft


@deed
def amend_draft(
    draft_id: UUID,
    amend: Callable[[DraftInput], DraftInput],
    *,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft:
    """Save a part of a draft anew: `amend` gets what it holds and returns what it shall hold.

    A line that it returns under the id of one that was there stays that line, and bills what it
    billed. Raises Absent, HasDeparted, StaleDraft, Invalid, Blocked, PaymentIsNoted, NotAllowed.
    """
    who.must(Deed.WRITE_DRAFTS)
    drafted = _lock_sessions(draft_id, who)
    draft = save_part(draft_id, amend, version=version, who=who, at=at)
    _follow_payer(draft, drafted, who=who, at=at)
    return draft


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A locked session that a draft bills, and who paid for it before."""

    session: Booking
    payer_id: UUID | None


def _lock_sessions(draft_id: UUID, who: Actor) -> list[_Drafted]:
    """Lock the sessions that a draft bills; what somebody chose on it they say from now on."""
    billed = charged_in(draft_id, organization_id=who.organization_id)
    sessions = list(billed.select_for_update(of=("self",)).order_by("id"))
    if not sessions:
        return []
    settings, billings = settings_of(who.organization_id), lock_billings(sessions)
    drafted = []
    for session in sessions:
        billing = billings[session.id]
        if billing.draft is not None and billing.draft.id == draft_id:
            drafted.append(_Drafted(session, billing.draft.recipient_id))
            if keep_choice(session, settings, billing.payer, billing.draft):
                session.version += 1
                session.save(update_fields=["method", "version"])
    return drafted


def _follow_payer(draft: Draft, drafted: Sequence[_Drafted], *, who: Actor, at: datetime) -> None:
    """Invoice sessions as is usual for who pays now, unless their own way was chosen for them."""
    if draft.recipient is None or all(each.payer_id == draft.recipient_id for each in drafted):
        return
    settings, session = settings_of(who.organization_id), drafted[0].session
    method = method_of(session, settings, draft.recipient)
    follow_method(draft, method, who=who, at=at)
    if session.state != BookingState.CANCELLED:  # of a charge a person decides
        time_drafts([Drafted(draft, session, method)], settings, who=who, at=at)
