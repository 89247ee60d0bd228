"""What the paper of a session says of the client who was served, and who pays it."""

from datetime import UTC, datetime

import pytest

from storno.clients.contacts import ContactInput, add_contact
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.change import BookingChanges, change_booking
from storno.documents.content import for_recipient
from storno.documents.draft import copy_draft, entered_in
from storno.documents.models import Draft, Particulars, Reason
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.observe import drafts, refused

PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
WRONG = CreditRequest(Reason.WRONG_RECIPIENT)


@pytest.fixture
def paula() -> Practice:
    return practice()


def text_of(paula: Practice, draft: Draft) -> str:
    with scope(paula.id):
        (line,) = entered_in(Draft.objects.get(organization_id=paula.id, id=draft.id)).lines
    return line.description


def test_another_payer_reads_initials_and_no_name(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at, recipient=paula.company().id)
    (draft,) = drafts(paula.world)
    assert text_of(paula, draft) == "60 min, D. D."
    invoice = paula.invoice(booked, at=at)
    with scope(paula.id):
        said = Particulars.objects.get(organization_id=paula.id, document_id=invoice.id).parts
    assert said["lines"] == ["60 min, D. D."]
    assert "Daisy" not in str(said)


def test_or_a_number(at: datetime) -> None:
    paula = practice(client_shown_as="reference")
    paula.book(PAST, at=at, recipient=paula.company().id)
    assert text_of(paula, drafts(paula.world)[0]).startswith("60 min, ")
    assert text_of(paula, drafts(paula.world)[0]).endswith(" 1")


def test_the_words_follow_the_recipient_wherever_that_is_changed(
    paula: Practice, at: datetime
) -> None:
    booked = paula.book(PAST, at=at)
    employer = paula.company()
    (draft,) = drafts(paula.world)
    assert text_of(paula, draft) == "60 min"
    amend_draft(draft.id, lambda now: for_recipient(now, employer.id), who=paula.who(), at=at)
    assert text_of(paula, draft) == "60 min, D. D."
    change_booking(booked.id, BookingChanges(recipient=paula.daisy.id), who=paula.who(), at=at)
    assert text_of(paula, draft) == "60 min"


def test_the_corrected_draft_says_it_once(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at, recipient=paula.company().id)
    invoice = paula.invoice(booked, at=at)
    credit_invoice(invoice.id, WRONG, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    assert text_of(paula, draft) == "60 min, D. D."
    amend_draft(draft.id, lambda now: for_recipient(now, paula.daisy.id), who=paula.who(), at=at)
    assert text_of(paula, draft) == "60 min"


def test_a_copy_keeps_the_words_and_serves_nobody(paula: Practice, at: datetime) -> None:
    paula.book(PAST, at=at, recipient=paula.company().id)
    (draft,) = drafts(paula.world)
    copied = copy_draft(draft.id, who=paula.who(), at=at)
    assert text_of(paula, copied) == "60 min, D. D."
    amend_draft(copied.id, lambda now: for_recipient(now, paula.daisy.id), who=paula.who(), at=at)
    assert text_of(paula, copied) == "60 min, D. D."


def test_a_standing_recipient_pays_unless_another_is_named(paula: Practice, at: datetime) -> None:
    employer = paula.company()
    entered = ContactInput(relation="employer", case_number="K-7", recipient=True)
    add_contact(paula.daisy.id, employer.id, entered, who=paula.who(), at=at)
    booked = paula.book(PAST, at=at)
    (draft,) = drafts(paula.world)
    assert (draft.recipient_id, draft.case_number) == (employer.id, "K-7")
    assert paula.now(booked).recipient_id == employer.id
    own = paula.book(PAST.replace(hour=12), at=at, recipient=paula.daisy.id)
    assert paula.billing(own).terms.recipient_id == paula.daisy.id


def test_whoever_was_served_is_not_deleted(paula: Practice, at: datetime) -> None:
    from storno.clients.delete import delete_client

    paula.book(PAST, at=at, recipient=paula.company().id)
    with refused(paula.world, "client_has_papers"):
        delete_client(paula.daisy.id, who=paula.who(), at=at)
