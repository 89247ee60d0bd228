"""Undoing a cancellation while it is on hold: nothing has happened, and nothing will.

Undo and departure race for the one held draft's row; the deadline decides, so a late worker does
not stretch the time to undo.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker, Refused
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.corrections.stop import remove_held_credit
from storno.documents.models import Standing, State
from storno.history.record import Happening
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class CreditUndone(Happening):
    """A credit was taken back before it went out."""

    kind: ClassVar = "credit.undone"
    sentence: ClassVar = _(
        "The credit note over %(amount_minor)s was taken back; the invoice stays as it was."
    )
    amount_minor: int
    currency: str


class TooLateToUndo(Refused):
    """The credit note has gone out."""

    code = "too_late_to_undo"
    message = _("It is too late to undo: the credit note has gone out.")
    remedy = _("Make a new invoice if it shall be paid after all.")


class NothingToUndo(Refused):
    """There is no credit note on hold; of those that were, some may have gone out in part."""

    code = "nothing_to_undo"
    message = _("No credit note on this invoice is on its way.")
    remedy = _("Its page shows what has gone out, and what was taken back.")


LEAVING_ALREADY = Blocker(
    TooLateToUndo.code,
    _("It is too late to undo: the credit note is leaving right now."),
    TooLateToUndo.remedy,
)
"""What stands in the way of an undo between the deadline and the departure."""


class MadeByDesk(Refused):
    """Customer service made the credit note, so it takes it back."""

    code = "made_by_desk"
    message = _("Customer service made this credit note, because the money has gone back.")
    remedy = _("Ask customer service to take it back.")


def why_nothing_to_undo(standing: Standing) -> Refused:
    """Why an invoice without a credit note on hold has nothing to undo.

    Credited in part, it may still have had another one that was taken back or stopped since.
    """
    return TooLateToUndo() if standing.state == State.CREDITED else NothingToUndo()


@after_due_credit
@deed
def undo_credit(
    invoice_id: UUID,
    *,
    changed_draft: Literal["ask", "discard", "keep"] = "ask",
    who: Actor,
    at: datetime,
) -> None:
    """Withdraw the credit note on hold; the invoice is what it was, sent or overdue.

    Raises Absent, NotAllowed, TooLateToUndo, NothingToUndo, MadeByDesk,
    DraftWasChanged, PaymentIsNoted.
    """
    who.must(Deed.UNDO)
    draft, standing = lock_invoice(invoice_id, who.organization_id, at=at)
    if draft is None:
        raise why_nothing_to_undo(standing)
    if draft.desk_case_id is not None:
        raise MadeByDesk
    undone = CreditUndone(standing.cancelling_minor, draft.currency)
    remove_held_credit(draft, standing, undone, changed=changed_draft, who=who, at=at)
