"""How far a refund case is: told by what there is, never stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from storno.cases.models import Approval, Confirmation, HowEnded, RefundCase
from storno.corrections.facts import read_standing
from storno.custody.models import Return
from storno.custody.to_payer import payers_money
from storno.documents.models import Document, Draft, Standing, State
from storno.payouts.models import PayoutBack, PayoutLeft


class CaseState(models.TextChoices):
    """The steps of a refund case, in their order."""

    ASKED = "asked", _("asked: pay the money back")
    CONFIRMED = "confirmed", _("paid back: customer service checks it")
    CHECKED = "checked", _("checked: the credit note goes out soon")
    CREDITED = "credited", _("credited: your taxes are on their way to you")
    CLOSED = "closed", _("closed")
    OVERTAKEN = "overtaken", _("over: the invoice was cancelled without it")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


OPEN = (CaseState.ASKED, CaseState.CONFIRMED)
"""The steps at which somebody still has to do something, or may take the case back."""


@dataclass(frozen=True, slots=True)
class CaseNow:
    """A case with what it is told by; amounts in minor units.

    `held_minor` is the money of the client that the seller has to give back: `beyond_minor` of it
    lies with the operator for whoever paid, and goes back from there. `confirmed` is what was said
    last; it is stale once anything was done on the invoice since. `goes_at`: when the held credit
    note leaves; `approval` is the last one.
    """

    case: RefundCase
    state: CaseState
    standing: Standing
    confirmed: Confirmation | None
    approval: Approval | None
    credit_note: Document | None
    goes_at: datetime | None
    returned: Return | None
    beyond_minor: int

    @property
    def approved_by(self) -> UUID | None:
        """Who has checked it last."""
        return None if self.approval is None else self.approval.approved_by

    @property
    def held_minor(self) -> int:
        """What the client has paid and not got back by the books, and has to from the seller."""
        return self.standing.received_minor - self.standing.returned_minor - self.beyond_minor

    @property
    def is_stale(self) -> bool:
        """Whether money came or went since it was confirmed what was paid back.

        Also if it is the same sum again: one payment went, and another one came.
        """
        confirmed = self.confirmed
        if confirmed is None or self.state != CaseState.CONFIRMED:
            return False
        return (confirmed.held_minor, confirmed.deeds) != (self.held_minor, self.standing.deeds)


def read_case(case: RefundCase) -> CaseNow:
    """How far a case is now; inside its organization's scope."""
    its = {"organization_id": case.organization_id}
    confirmed = Confirmation.objects.filter(**its, case_id=case.id).order_by("-id").first()
    approvals = list(Approval.objects.filter(**its, case_id=case.id).order_by("id"))
    presses = [each.press_id for each in approvals]
    credit_note = Document.objects.filter(**its, draft_id__in=presses).first()
    held = Draft.objects.filter(**its, id__in=presses).first()
    returned = Return.objects.filter(**its, invoice_id=case.invoice_id).first()
    standing = read_standing(case.invoice_id, case.organization_id)
    state = _state(case, confirmed, held, credit_note, returned)
    if state in OPEN and standing.state == State.CREDITED:
        state = CaseState.OVERTAKEN
    return CaseNow(
        case=case,
        state=state,
        standing=standing,
        confirmed=confirmed,
        approval=approvals[-1] if approvals else None,
        credit_note=credit_note,
        goes_at=None if held is None else held.goes_at,
        returned=returned,
        beyond_minor=payers_money(case.invoice_id, case.organization_id),
    )


def _state(
    case: RefundCase,
    confirmed: Confirmation | None,
    held: Draft | None,
    credit_note: Document | None,
    returned: Return | None,
) -> CaseState:
    if case.how_ended:
        ended = {
            HowEnded.DECLINED: CaseState.DECLINED,
            HowEnded.WITHDRAWN: CaseState.WITHDRAWN,
        }
        return ended[HowEnded(case.how_ended)]
    if credit_note is not None:
        return CaseState.CREDITED if _is_owed(returned) else CaseState.CLOSED
    if held is not None:
        return CaseState.CHECKED
    return CaseState.ASKED if confirmed is None else CaseState.CONFIRMED


def _is_owed(returned: Return | None) -> bool:
    """Whether what was withheld has not reached the seller's account: with no payout since."""
    if returned is None or not returned.shares.set_aside_minor:
        return False
    its = {"organization_id": returned.organization_id}
    later = PayoutLeft.objects.filter(**its, payout__made_at__gte=returned.made_at)
    back = PayoutBack.objects.filter(**its).values("payout_id")
    return not later.exclude(payout_id__in=back).exists()
