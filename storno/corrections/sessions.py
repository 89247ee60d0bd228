"""What a credit does to the sessions that its invoice billed: nothing, or it cancels them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge
from storno.core.refusals import Blocker
from storno.diary.bill import SESSION
from storno.diary.cancel import call_off
from storno.diary.drop import lock_sessions
from storno.diary.models import Booking
from storno.diary.sight import diaries_of
from storno.documents.models import FollowUp
from storno.organizations.roles import Actor, Deed

if TYPE_CHECKING:
    from storno.corrections.plan import CreditPlan, LineFacts, PlannedLine

NO_SESSION = Blocker(
    "no_session",
    _("This invoice bills no session, so none can be cancelled."),
    _("Choose something else to follow."),
    "follow_up",
)
ONLY_WHOLE = Blocker(
    "session_still_billed",
    _("A part of the session is still invoiced, so it cannot be cancelled."),
    _("Credit all that is left, or keep the session."),
    "follow_up",
)


def session_blockers(follow_up: FollowUp, lines: Sequence["PlannedLine"]) -> tuple[Blocker, ...]:
    """Why the sessions of an invoice cannot be cancelled with it, if that is what shall follow."""
    if follow_up is not FollowUp.CANCEL_SESSION:
        return ()
    if not _billed(lines):
        return (NO_SESSION,)
    left = (line for line in lines if line.facts.line.source_kind == SESSION and line.leaves_some)
    return (ONLY_WHOLE,) if any(left) else ()


def bills_a_session(lines: Sequence["LineFacts"]) -> bool:
    """Whether an invoice with these lines bills a session, which may be cancelled with it."""
    return any(line.line.source_kind == SESSION for line in lines)


def lock_credited_sessions(plan: "CreditPlan", *, who: Actor) -> list[Booking]:
    """Lock the sessions that a credit cancels; none where something else follows.

    Raises NotAllowed where the actor may not write in a diary that they stand in.
    """
    if plan.follow_up is not FollowUp.CANCEL_SESSION:
        return []
    sessions = lock_sessions(_billed(plan.lines), who.organization_id)
    diaries = diaries_of(who)
    for session in sessions:
        who.must(Deed.BOOK)
        diaries.must_book(session.practitioner_id)
    return sessions


def cancel_sessions(
    sessions: Sequence[Booking], *, pressed_by: UUID | None, who: Actor, at: datetime
) -> None:
    """Cancel locked sessions free of charge, as whoever pressed, even if `who` lets it go later."""
    for session in sessions:
        call_off(session, Charge.NOTHING, who=replace(who, person_id=pressed_by), at=at)


def _billed(lines: Sequence["PlannedLine"]) -> list[UUID]:
    sources = ((line.facts.line.source_kind, line.facts.line.source_id) for line in lines)
    return [id_ for kind, id_ in sources if kind == SESSION and id_ is not None]
