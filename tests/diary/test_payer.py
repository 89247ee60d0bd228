"""Somebody else pays for a session: the paper names no client, and bears the case number."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest

from storno.clients.contacts import ContactInput, add_contact
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.models import Booking
from storno.documents.content import DraftInput, for_recipient
from storno.documents.draft import create_draft, entered_in
from storno.documents.models import Draft, FollowUp, Particulars, Reason
from storno.documents.payer import client_billed
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.diary.practice import Practice, practice
from tests.observe import drafts
from tests.world import line

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
CASE = ContactInput(relation="employer", case_number="2026/118")


def draft_of(paula: Practice, booked: Booking) -> Draft:
    draft = paula.billing(booked).draft
    assert draft is not None
    return draft


def to(paula: Practice, draft: Draft, payer_id: UUID, at: datetime) -> tuple[str, str]:
    """Change the recipient; return what the line says, and the case number."""
    choose = partial(for_recipient, recipient_id=payer_id)
    amend_draft(draft.id, choose, who=paula.who(), at=at)
    return said(paula, draft)


def said(paula: Practice, draft: Draft) -> tuple[str, str]:
    with scope(paula.id):
        now = entered_in(Draft.objects.get(organization_id=paula.id, id=draft.id))
    return now.lines[0].description, now.case_number


@pytest.mark.parametrize(
    ("shown_as", "text"), [("initials", "60 min, D. D."), ("reference", "60 min, client 1")]
)
def test_another_payer_reads_no_name(shown_as: str, text: str, at: datetime) -> None:
    paula = practice(client_shown_as=shown_as)
    employer = paula.company()
    with scope(paula.id):
        type(employer).objects.filter(organization_id=paula.id, id=employer.id).update(
            language="en"
        )
    add_contact(paula.daisy.id, employer.id, CASE, who=paula.who(), at=at)
    draft = draft_of(paula, paula.book(TEN, at=at))
    assert said(paula, draft) == ("60 min", "")
    assert to(paula, draft, employer.id, at) == (text, "2026/118")
    assert to(paula, draft, employer.id, at) == (text, "2026/118")
    assert to(paula, draft, paula.company("Other AS").id, at)[1] == ""
    assert to(paula, draft, paula.daisy.id, at) == ("60 min", "")


def test_after_a_credit_the_employer_is_billed_and_told_no_name(at: datetime) -> None:
    """Scenario 0: the invoice went to Daisy, and her employer should have got it."""
    paula = practice()
    employer = paula.company()
    add_contact(paula.daisy.id, employer.id, CASE, who=paula.who(), at=at)
    booked = paula.book(TEN, at=at)
    first = paula.invoice(booked, at=at)
    wrong = CreditRequest(Reason.WRONG_RECIPIENT, follow_up=FollowUp.DRAFT)
    credit_invoice(first.id, wrong, who=paula.who(), at=at)
    draft = draft_of(paula, booked)
    with scope(paula.id):
        billed = client_billed(draft)
    assert billed == paula.daisy
    to(paula, draft, employer.id, at)
    second = paula.invoice(booked, at=at)
    assert second.recipient_id == employer.id
    with scope(paula.id):
        parts = Particulars.objects.get(organization_id=paula.id, document_id=second.id).parts
    assert (parts["lines"], parts["case_number"]) == (["60 min, D. D."], "2026/118")
    assert "Daisy" not in str(parts)
    assert paula.now(booked).description == "60 min"


def test_what_bills_no_session_is_left_as_it_is(at: datetime) -> None:
    paula = practice()
    employer = paula.company()
    add_contact(paula.daisy.id, employer.id, CASE, who=paula.who(), at=at)
    entered = DraftInput(
        paula.daisy.id, (line(description="Certificate", category=TaxCategory.OUTSIDE_SCOPE),)
    )
    draft = create_draft(entered, who=paula.who(), at=at)
    assert to(paula, draft, employer.id, at) == ("Certificate", "")
    with scope(paula.id):
        assert client_billed(draft) is None
    assert len(drafts(paula.world)) == 1
