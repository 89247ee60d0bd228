"""What a draft on hold keeps of the request for a credit note, and the way back."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from storno.corrections.plan import CreditRequest
from storno.corrections.take_lines import CreditLine
from storno.documents.models import Draft, FollowUp, Reason
from storno.payments.refund import GivenBack


def lines_stored(request: CreditRequest) -> list[dict[str, Any]] | None:
    """The asked lines as a draft keeps them, in one spelling."""
    if request.lines is None:
        return None
    return [
        {
            "line": str(line.line_id),
            "quantity": None if line.quantity is None else f"{line.quantity.normalize():f}",
            "amount_minor": line.amount_minor,
        }
        for line in request.lines
    ]


def refund_of(draft: Draft) -> GivenBack | None:
    """How what is owed back with a credit note on hold was given back, if it was."""
    if draft.refunded_on is None:
        return None
    return GivenBack(draft.refunded_on, draft.refund_method)


def request_of(draft: Draft) -> CreditRequest:
    """What was asked when this credit note was put on hold."""
    stored = draft.credit_request
    lines = None
    if stored is not None:
        lines = tuple(
            CreditLine(
                UUID(line["line"]),
                None if line["quantity"] is None else Decimal(line["quantity"]),
                line["amount_minor"],
            )
            for line in stored
        )
    return CreditRequest(
        reason=Reason(draft.reason),
        reason_text=draft.reason_text,
        reason_text_printed=draft.reason_text_printed,
        follow_up=FollowUp(draft.follow_up),
        lines=lines,
        deliver_to=draft.deliver_to,
        tell=draft.tells,
        refund=refund_of(draft),
    )
