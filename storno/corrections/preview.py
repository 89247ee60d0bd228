"""The credit note that would be, or will be, given: shown before it has a number."""

from datetime import datetime

from storno.core.ids import new_id
from storno.corrections.facts import Case
from storno.corrections.give_credit import day_of_credit, planned_content
from storno.corrections.plan import CreditPlan
from storno.documents.files import pending_pdf


def preview_of_credit(case: Case, plan: CreditPlan, *, at: datetime) -> bytes:
    """The planned or held credit note as PDF, marked as pending; inside an open scope."""
    content = planned_content(case, plan, draft_id=new_id(), issued_by=None)
    return pending_pdf(content, on=day_of_credit(case), at=at)
