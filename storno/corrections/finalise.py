"""Finalising a draft: it is issued, or goes on hold and leaves when the hold is over.

Until it leaves it can be edited (documents/draft.py), withdrawn, or sent at once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Refused
from storno.corrections.depart import after_due_credit, issue_and_tell
from storno.corrections.facts import HeldCreditIsDue
from storno.documents.draft import departure, lock_draft
from storno.documents.elsewhere import must_be_ours
from storno.documents.hold import DraftWithdrawn, leaves_by_itself
from storno.documents.issue import get_ready
from storno.documents.models import Document, Draft
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class DraftFinalised(Happening):
    """A draft was finalised and waits for its hold to end."""

    kind: ClassVar = "draft.finalised"
    sentence: ClassVar = _("Finalised; the invoice goes out %(goes_at)s.")
    goes_at: str


class NotOnHold(Refused):
    """The draft is not finalised, so there is nothing to withdraw."""

    code = "not_on_hold"
    message = _("This draft is not on its way.")
    remedy = _("There is nothing to withdraw.")


@after_due_credit
@deed
def finalise_draft(
    draft_id: UUID,
    *,
    send_now: bool = False,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Draft | Document:
    """Put a draft on hold, or issue it: at once without a hold, or when asked to send now.

    A corrected draft leaves no earlier than the credit note it waits for, even if asked to. A draft
    that is already on hold keeps its departure; one that would leave by itself is from now on
    somebody's decision. With one that was to go out by itself the recipient is told of the payment.
    `version` is that of the draft that was shown: what was saved since is refused. Raises
    Absent, HasDeparted, StaleDraft, InvoicedElsewhere, Blocked, NotAllowed.
    """
    who.must(Deed.FINALISE)
    draft = lock_draft(draft_id, version, who=who, at=at)
    must_be_ours(draft)
    held = draft.waits_for
    if held is not None and held.goes_at is not None and held.goes_at <= at:
        assert held.credits_id is not None, "a held credit note names its invoice"
        raise HeldCreditIsDue(held.credits_id, who.organization_id)
    now = circumstances(who.organization_id, at)
    is_decided = draft.goes_at is not None and not leaves_by_itself(draft, at=at)
    draft.finalised_by = who.person_id
    ready, not_ready = get_ready([draft], now)
    for refused in not_ready:
        raise refused.why
    hold_seconds = 0 if send_now else now.settings.hold_seconds
    leaves = departure(draft, hold_seconds=hold_seconds, at=at)
    if leaves <= at:
        (document,) = issue_and_tell(ready, now, who=who, at=at)
        return document
    if draft.goes_at is not None and not send_now:
        if is_decided:
            return draft
        leaves = draft.goes_at
    draft.goes_at = leaves
    draft.failure = ""
    Draft.objects.filter(organization_id=who.organization_id, id=draft.id).update(
        goes_at=leaves, finalised_by=who.person_id, failure=""
    )
    record(DraftFinalised(goes_at=leaves.isoformat()), subject_id=draft.id, who=who, at=at)
    return draft


@deed
def withdraw_draft(draft_id: UUID, *, who: Actor, at: datetime) -> Draft:
    """Make a draft on hold a plain draft again: no number was used, nobody was told.

    Raises Absent, HasDeparted, NotOnHold, NotAllowed.
    """
    who.must(Deed.FINALISE)
    draft = lock_draft(draft_id, who=who, at=at)
    if draft.goes_at is None:
        raise NotOnHold
    draft.goes_at = draft.issues_at = None
    mine = Draft.objects.filter(organization_id=who.organization_id, id=draft.id)
    mine.update(goes_at=None, issues_at=None)
    record(DraftWithdrawn(), subject_id=draft.id, who=who, at=at)
    return draft
