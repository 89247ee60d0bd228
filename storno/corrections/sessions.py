"""What a credit does to the sessions that its invoice billed: nothing, or it cancels them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.core.refusals import Blocker
from storno.diary.bill import SESSION, billed_in
from storno.diary.cancel import call_off
from storno.diary.messages.tell import tell_client
from storno.diary.models import Booking, BookingState
from storno.diary.sight import must_book_for
from storno.documents.models import FollowUp
from storno.organizations.roles import Actor

if TYPE_CHECKING:
    from storno.corrections.plan import CreditPlan
    from storno.corrections.take_lines import LineFacts, PlannedLine

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
    if not billed_in(planned.facts.line for planned in lines):
        return (NO_SESSION,)
    left = (line for line in lines if line.facts.line.source_kind == SESSION and line.leaves_some)
    return (ONLY_WHOLE,) if any(left) else ()


def bills_a_session(lines: Sequence["LineFacts"]) -> bool:
    """Whether an invoice with these lines bills a session, which may be cancelled with it."""
    return bool(billed_in(line.line for line in lines))


def lock_credited_sessions(plan: "CreditPlan", *, who: Actor) -> list[Booking]:
    """Lock the sessions that a credit cancels; none where something else follows.

    Raises NotAllowed where the actor may not write in a diary that they stand in.
    """
    if plan.follow_up is not FollowUp.CANCEL_SESSION:
        return []
    billed = billed_in(planned.facts.line for planned in plan.lines)
    mine = Booking.objects.filter(organization_id=who.organization_id, id__in=billed)
    locked = mine.exclude(state=BookingState.CANCELLED).select_for_update(of=("self",))
    sessions = list(locked.order_by("id"))
    must_book_for(sessions, who)
    return sessions


def cancel_sessions(
    sessions: Sequence[Booking],
    *,
    tell: bool | None,
    pressed_by: UUID | None,
    who: Actor,
    at: datetime,
) -> None:
    """Cancel locked sessions free of charge, as whoever pressed, even if `who` lets it go later.

    `tell` is whether their clients get a message; None as each session says.
    """
    for session in sessions:
        call_off(session, Charge.NOTHING, who=replace(who, person_id=pressed_by), at=at)
        tell_client(session, Message.CANCELLATION, wanted=tell, at=at)
