"""How a session is invoiced: as chosen for it, or as its payer is, or the organization."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from storno.administration.change_settings import SettingsChanges
from storno.clients.models import Client
from storno.clients.save import amend_client
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.bill import method_now
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.models import Booking
from storno.diary.usual import change_way_of_working
from storno.documents.content import DraftInput, for_recipient
from storno.documents.external import ExternalInput, externalise_draft, internalise_draft
from storno.documents.models import Document, Draft, FollowUp, Reason
from storno.organizations.models import Method
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.deeds import HOLD
from tests.diary.practice import Practice, practice
from tests.observe import drafts, refused
from tests.world import FOUNDED

PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def paula() -> Practice:
    return practice()


@pytest.fixture
def elsewhere(paula: Practice) -> Client:
    """An employer whose sessions are invoiced in another system."""
    return invoiced(paula, paula.company(), Method.EXTERNAL)


def invoiced(paula: Practice, payer: Client, method: Method | None) -> Client:
    return amend_client(
        payer.id, lambda now: replace(now, method=method), who=paula.world.who(), at=FOUNDED
    )


def told(paula: Practice, session: Booking) -> tuple[str, bool]:
    """How a session is said to be invoiced, and whether its draft is a record of that."""
    billing, now = paula.billing(session), paula.now(session)
    with scope(paula.id):
        return str(method_now(now, billing, settings_of(paula.id))), billing.is_external


def draft_of(paula: Practice, session: Booking) -> Draft:
    draft = paula.billing(session).draft
    assert draft is not None
    return draft


def paid_by(payer: Client) -> Callable[[DraftInput], DraftInput]:
    return lambda now: for_recipient(now, payer.id)


def test_the_way_follows_who_pays_wherever_that_is_changed(
    paula: Practice, elsewhere: Client, at: datetime
) -> None:
    booked = paula.book(PAST, at=at)
    change_booking(booked.id, BookingChanges(recipient=elsewhere.id), who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
    change_booking(booked.id, BookingChanges(recipient=paula.daisy.id), who=paula.who(), at=at)
    assert told(paula, booked) == ("manual", False)
    draft = draft_of(paula, booked)
    amend_draft(draft.id, paid_by(elsewhere), who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
    amend_draft(draft.id, paid_by(paula.daisy), who=paula.who(), at=at)
    assert told(paula, booked) == ("manual", False)


def test_what_was_chosen_for_the_session_stands_above(
    paula: Practice, elsewhere: Client, at: datetime
) -> None:
    booked = paula.book(PAST, at=at, method=Method.MANUAL)
    amend_draft(draft_of(paula, booked).id, paid_by(elsewhere), who=paula.who(), at=at)
    assert told(paula, booked) == ("manual", False)
    change_booking(booked.id, BookingChanges(method=Method.EXTERNAL), who=paula.who(), at=at)
    change_booking(booked.id, BookingChanges(recipient=paula.daisy.id), who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)


def test_what_was_decided_on_the_draft_is_chosen_for_the_session(
    paula: Practice, elsewhere: Client, at: datetime
) -> None:
    booked = paula.book(PAST, at=at)
    externalise_draft(draft_of(paula, booked).id, who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
    change_booking(booked.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
    delete_draft(draft_of(paula, booked).id, who=paula.who(), at=at)
    draft_session(booked.id, who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
    other = paula.book(PAST + timedelta(hours=2), at=at, recipient=elsewhere.id)
    assert told(paula, other) == ("external", True)
    internalise_draft(draft_of(paula, other).id, who=paula.who(), at=at)
    assert told(paula, other) == ("manual", False)
    amend_draft(draft_of(paula, other).id, paid_by(paula.daisy), who=paula.who(), at=at)
    amend_draft(draft_of(paula, other).id, paid_by(elsewhere), who=paula.who(), at=at)
    assert told(paula, other) == ("manual", False)


def test_what_is_over_does_not_follow_a_new_usual_way(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    invoice = paula.invoice(paula.book(PAST + timedelta(hours=2), at=at), at=at)
    usual = SettingsChanges(method=Method.EXTERNAL)
    assert change_way_of_working(usual, who=paula.world.who(), at=at) == 0
    assert told(paula, booked) == ("manual", False)
    change_booking(booked.id, BookingChanges(price=Decimal(990)), who=paula.who(), at=at)
    assert told(paula, booked) == ("manual", False)
    assert told(paula, paula.book(PAST + timedelta(hours=4), at=at)) == ("external", True)
    credit_invoice(invoice.id, CreditRequest(Reason.WRONG_PRICE), who=paula.who(), at=at)
    assert {draft.external_at is None for draft in drafts(paula.world)} == {True, False}


def test_another_way_chosen_while_the_credit_is_on_hold_is_taken(at: datetime) -> None:
    paula = practice(hold_seconds=1200)
    for chosen, external in ((None, True), (Method.MANUAL, False), (Method.EXTERNAL, True)):
        booked = paula.book(PAST + timedelta(hours=len(drafts(paula.world))), at=at)
        finalised = finalise_draft(
            draft_of(paula, booked).id, send_now=True, who=paula.who(), at=at
        )
        assert isinstance(finalised, Document)
        request = CreditRequest(Reason.WRONG_RECIPIENT, follow_up=FollowUp.EXTERNAL)
        held = credit_invoice(finalised.id, request, who=paula.who(), at=at)
        assert isinstance(held, Held)
        if chosen is not None:
            change_booking(booked.id, BookingChanges(method=chosen), who=paula.who(), at=at)
        depart_due(paula.id, at=at + HOLD)
        assert told(paula, booked) == ("external" if external else "manual", external)


def test_what_is_paid_elsewhere_keeps_its_price_and_payer(
    paula: Practice, elsewhere: Client, at: datetime
) -> None:
    booked = paula.book(PAST, at=at, recipient=elsewhere.id)
    draft = draft_of(paula, booked)
    externalise_draft(draft.id, ExternalInput(paid_by="Vipps"), who=paula.who(), at=at)
    for changes in (
        BookingChanges(price=Decimal(990)),
        BookingChanges(recipient=paula.daisy.id),
        BookingChanges(method=Method.MANUAL),
    ):
        with refused(paula.world, "external_payment_noted"):
            change_booking(booked.id, changes, who=paula.who(), at=at)
    with refused(paula.world, "external_payment_noted"):
        amend_draft(draft.id, paid_by(paula.daisy), who=paula.who(), at=at)
    moved = BookingChanges(starts_at=PAST - timedelta(days=1), place="Room 2")
    change_booking(booked.id, moved, who=paula.who(), at=at)
    assert told(paula, booked) == ("external", True)
