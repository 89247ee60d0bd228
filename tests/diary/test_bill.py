"""What the paper of a session says of the client who was served, and who pays it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storno.administration.change_settings import SettingsChanges, change_settings
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.save import amend_client
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.bill import billing_of, method_now
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking
from storno.documents.content import DraftInput, for_recipient
from storno.documents.draft import copy_draft, entered_in
from storno.documents.models import Draft, Particulars, Reason
from storno.documents.payer import clients_served
from storno.documents.warn import warnings_of
from storno.organizations.models import ClientShownAs, Method
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.observe import drafts, refused
from tests.world import FOUNDED

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


def renamed(paula: Practice, name: str) -> None:
    amend_client(
        paula.daisy.id, lambda now: replace(now, name=name), who=paula.world.who(), at=FOUNDED
    )


def test_the_initials_follow_the_clients_name(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at, recipient=paula.company().id)
    (draft,) = drafts(paula.world)
    renamed(paula, "Minnie Mouse")
    assert text_of(paula, draft) == "60 min, M. M."
    invoice = paula.invoice(booked, at=at)
    with scope(paula.id):
        said = Particulars.objects.get(organization_id=paula.id, document_id=invoice.id).parts
    assert said["lines"] == ["60 min, M. M."]
    renamed(paula, "Della Duck Drake")
    credit_invoice(invoice.id, WRONG, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    assert text_of(paula, draft) == "60 min, D. D. D."
    numbers = SettingsChanges(client_shown_as=ClientShownAs.REFERENCE)
    change_settings(numbers, who=paula.world.who(), at=at)
    assert text_of(paula, draft).endswith(f" {paula.daisy.number}")
    assert "D. D." not in text_of(paula, draft)


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        ({"opening_text": "For DAISY's hours"}, ["opening_text"]),
        ({"closing_text": "Daisyn käynti", "buyer_reference": "duck"}, ["closing_text"]),
        ({"case_number": "K-7", "opening_text": "As agreed in May, with D. D."}, []),
    ],
)
def test_who_pays_for_others_is_not_told_their_names(
    texts: dict[str, Any], named: list[str], paula: Practice, at: datetime
) -> None:
    """The employer is called Duck as well, so that word tells nothing."""
    paula.book(PAST, at=at, recipient=paula.company().id)
    (draft,) = drafts(paula.world)
    said = amend_draft(draft.id, lambda now: replace(now, **texts), who=paula.who(), at=at)
    assert warned_in(paula, said) == named
    own = amend_draft(
        draft.id, lambda now: for_recipient(now, paula.daisy.id), who=paula.who(), at=at
    )
    assert warned_in(paula, own) == []


def warned_in(paula: Practice, draft: Draft) -> list[str]:
    with scope(paula.id):
        lines = entered_in(draft).lines
        served = clients_served(lines, organization_id=paula.id)
        found = warnings_of(draft, lines, draft.recipient, served)
    return [error.field for error in found if error.code == "names_client"]


def test_a_line_that_names_the_client_is_warned_of(paula: Practice, at: datetime) -> None:
    paula.book(PAST, at=at, recipient=paula.company().id)

    def named(now: DraftInput) -> DraftInput:
        (line,) = now.lines
        return replace(now, lines=(replace(line, description="Hour of Daisy"),))

    draft = amend_draft(drafts(paula.world)[0].id, named, who=paula.who(), at=at)
    assert warned_in(paula, draft) == ["lines.0.description"]


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


def test_the_method_told_is_what_will_happen(at: datetime) -> None:
    """An automatic draft that somebody took back waits: nobody reads that it goes by itself."""
    paula = practice()
    session = paula.book(at + timedelta(days=1), at=at, method=Method.AUTOMATIC)

    def told() -> Method:
        with scope(paula.id):
            found = Booking.objects.get(organization_id=paula.id, id=session.id)
            return method_now(found, billing_of(found), settings_of(paula.id))

    assert told() is Method.AUTOMATIC
    with scope(paula.id):
        Draft.objects.filter(organization_id=paula.id).update(issues_at=None)
    assert told() is Method.MANUAL
