"""The credit note that would be, or will be, given: shown before it has a number."""

from datetime import datetime

from django.utils.translation import override

from storno.core.ids import new_id
from storno.corrections.facts import Case
from storno.corrections.give_credit import day_of_credit, planned_content
from storno.corrections.plan import CreditPlan
from storno.documents.files import pending_pdf
from storno.documents.letter import credit_note_words
from storno.documents.typeset import unissued_paper
from storno.mailroom.words import Words


def preview_of_credit(case: Case, plan: CreditPlan, *, at: datetime) -> bytes:
    """The planned or held credit note as PDF, marked as pending; inside an open scope."""
    content = planned_content(case, plan, draft_id=new_id(), issued_by=None)
    return pending_pdf(content, on=day_of_credit(case), at=at)


def letter_of_credit(case: Case, plan: CreditPlan) -> Words:
    """What the recipient will be told; where the number will stand there is an ellipsis."""
    content = planned_content(case, plan, draft_id=new_id(), issued_by=None)
    paper = unissued_paper(content, "pending", on=day_of_credit(case))
    with override(paper.language):
        return credit_note_words(paper, number="…", seller=content.seller, address="")
