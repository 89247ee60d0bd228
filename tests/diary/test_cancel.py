"""Cancelling: the time is free again, and the paper says what is still charged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.catalogue.models import Charge
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft
from storno.diary.cancel import cancel_booking, restore_booking, share, usual_charge
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.models import BookingState
from storno.documents.content import DraftInput
from storno.documents.draft import entered_in
from storno.documents.models import Reason
from storno.organizations.models import Method
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import drafts, history, refused
from tests.world import line

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Less than a day after the tests' moment, so cancelling is late."""
FAR = TEN + timedelta(days=9)
PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


@pytest.fixture
def paula() -> Practice:
    return practice()


def test_cancelled_without_charge_the_draft_goes_with_it(paula: Practice, at: datetime) -> None:
    booked = paula.book(FAR, at=at)
    cancel_booking(booked.id, who=paula.who(), at=at)
    now = paula.now(booked)
    assert (now.state, now.charge, now.cancelled_late) == ("cancelled", "nothing", False)
    assert (now.cancelled_at, now.cancelled_by) == (at, paula.paula.person_id)
    assert drafts(paula.world) == []
    assert history(paula.world, booked.id) == ["booking.made", "booking.cancelled"]
    paula.book(FAR, at=at)


@pytest.mark.parametrize(
    ("charge", "price", "kind"),
    [
        (Charge.HALF, Decimal(595), "session.cancelled_at_half"),
        (Charge.FULL, Decimal(1190), "session.cancelled_in_full"),
    ],
)
def test_a_charge_is_a_draft_with_its_own_text(
    charge: Charge, price: Decimal, kind: str, paula: Practice, at: datetime
) -> None:
    booked = paula.book(TEN, at=at)
    cancel_booking(booked.id, charge, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        (only,) = entered_in(draft).lines
    assert (only.unit_price, only.source_id) == (price, booked.id)
    assert only.description.endswith(": 60 min")
    now = paula.now(booked)
    assert (now.charge, now.cancelled_late, now.unit_price) == (charge, True, Decimal(1190))
    assert history(paula.world, booked.id) == ["booking.made", kind]
    paula.book(TEN, at=at)


def test_a_session_without_a_draft_is_charged_as_well(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    delete_draft(drafts(paula.world)[0].id, who=paula.who(), at=at)
    cancel_booking(booked.id, Charge.HALF, who=paula.who(), at=at)
    assert paula.billing(booked).terms.unit_price == 595


def test_the_proposal_is_the_services(paula: Practice, at: datetime) -> None:
    soon, far, block = paula.book(TEN, at=at), paula.book(FAR, at=at), paula.block(PAST, at=at)
    billing = paula.billing(soon)
    with scope(paula.id):
        assert usual_charge(far, billing, at=at) == Charge.NOTHING
        assert usual_charge(soon, billing, at=at) == Charge.HALF
        assert usual_charge(block, billing, at=at) == Charge.NOTHING
        exactly = FAR - timedelta(hours=24)
        assert usual_charge(far, billing, at=exactly) == Charge.NOTHING
        assert usual_charge(far, billing, at=exactly + timedelta(seconds=1)) == Charge.HALF


def test_an_activity_costs_nothing(paula: Practice, at: datetime) -> None:
    blocked = paula.block(TEN, at=at)
    cancel_booking(blocked.id, Charge.FULL, who=paula.who(), at=at)
    assert (paula.now(blocked).charge, drafts(paula.world)) == ("nothing", [])


def test_an_invoice_is_kept_as_the_charge_or_credited_first(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    paula.invoice(booked, at=at)
    for charge in (Charge.NOTHING, Charge.HALF):
        with refused(paula.world, "credit_first"):
            cancel_booking(booked.id, charge, who=paula.who(), at=at)
    cancel_booking(booked.id, Charge.FULL, who=paula.who(), at=at)
    assert paula.now(booked).state == "cancelled"
    assert paula.billing(booked).invoice is not None


def test_cancelled_it_is_not_changed_nor_cancelled_again(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    cancel_booking(booked.id, who=paula.who(), at=at)
    with refused(paula.world, "booking_cancelled"):
        cancel_booking(booked.id, who=paula.who(), at=at)
    with refused(paula.world, "booking_cancelled"):
        change_booking(booked.id, BookingChanges(place="x"), who=paula.who(), at=at)
    with refused(paula.world, "booking_cancelled"):
        draft_session(booked.id, who=paula.who(), at=at)


@pytest.mark.parametrize("charge", list(Charge))
def test_a_cancellation_is_taken_back_whole(charge: Charge, paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, price=Decimal("990.01"))
    cancel_booking(booked.id, charge, who=paula.who(), at=at)
    restore_booking(booked.id, who=paula.who(), at=at)
    now = paula.now(booked)
    assert (now.state, now.charge, now.cancelled_at, now.cancelled_by) == ("booked", "", None, None)
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        (only,) = entered_in(draft).lines
    assert (only.description, only.unit_price) == ("60 min", Decimal("990.01"))
    assert history(paula.world, booked.id)[-1] == "booking.restored"


def test_its_time_may_be_taken_by_then(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    cancel_booking(booked.id, who=paula.who(), at=at)
    paula.block(TEN + HOUR / 2, at=at)
    with refused(paula.world, "time_is_taken"):
        restore_booking(booked.id, who=paula.who(), at=at)


def test_what_is_not_cancelled_is_not_taken_back(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    with refused(paula.world, "not_cancelled"):
        restore_booking(booked.id, who=paula.who(), at=at)
    with refused(paula.world, "absent"):
        cancel_booking(uuid4(), who=paula.who(), at=at)


def test_half_a_cent_goes_up() -> None:
    assert share(Decimal("0.01"), Charge.HALF) == Decimal("0.01")
    assert share(Decimal("99.99"), Charge.HALF) == Decimal("50.00")
    assert share(Decimal("99.9999"), Charge.FULL) == Decimal("99.9999")


@pytest.mark.parametrize("charge", [Charge.HALF, Charge.FULL])
def test_an_invoiced_charge_is_credited_before_the_session_stands_again(
    charge: Charge, paula: Practice, at: datetime
) -> None:
    booked = paula.book(TEN, at=at)
    cancel_booking(booked.id, charge, who=paula.who(), at=at)
    invoice = paula.invoice(booked, at=at)
    with refused(paula.world, "credit_first"):
        restore_booking(booked.id, who=paula.who(), at=at)
    credit_invoice(invoice.id, CreditRequest(Reason.OTHER), who=paula.who(), at=at)
    restore_booking(booked.id, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        (only,) = entered_in(draft).lines
    assert (only.description, only.unit_price) == ("60 min", Decimal(1190))
    assert paula.billing(booked).terms.unit_price == 1190


def test_an_invoice_that_was_kept_is_the_sessions_again(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    paula.invoice(booked, at=at)
    later = at + timedelta(minutes=1)
    cancel_booking(booked.id, Charge.FULL, who=paula.who(), at=later)
    restore_booking(booked.id, who=paula.who(), at=later)
    assert (paula.now(booked).state, paula.billing(booked).price_locked) == ("booked", True)


def test_what_else_the_draft_bills_stays(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    book = line("200.00", category=TaxCategory.OUTSIDE_SCOPE, description="Book")
    amend_draft(
        draft.id, lambda now: replace(now, lines=(*now.lines, book)), who=paula.who(), at=at
    )
    cancel_booking(booked.id, who=paula.who(), at=at)
    (left,) = drafts(paula.world)
    with scope(paula.id):
        assert [each.description for each in entered_in(left).lines] == ["Book"]
    restore_booking(booked.id, who=paula.who(), at=at)
    assert len(drafts(paula.world)) == 2


def test_the_charge_of_what_is_invoiced_elsewhere_is_invoiced_there(
    paula: Practice, at: datetime
) -> None:
    booked = paula.book(TEN, at=at, method=Method.EXTERNAL)
    delete_draft(drafts(paula.world)[0].id, who=paula.who(), at=at)
    cancel_booking(booked.id, Charge.HALF, who=paula.who(), at=at)
    (draft,) = drafts(paula.world)
    assert (draft.external_at, paula.billing(booked).terms.unit_price) == (at, Decimal(595))


def test_half_of_several_is_half_of_what_they_come_to(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, price=Decimal("33.33"))
    (draft,) = drafts(paula.world)
    amend_draft(draft.id, thrice, who=paula.who(), at=at)
    assert paula.billing(booked).terms.unit_price == Decimal("99.99")
    cancel_booking(booked.id, Charge.HALF, who=paula.who(), at=at)
    assert paula.billing(booked).terms.unit_price == Decimal("50.00")
    (draft,) = drafts(paula.world)
    with scope(paula.id):
        (charged,) = entered_in(draft).lines
    assert (charged.quantity, charged.unit_price) == (Decimal(1), Decimal(50))
    restore_booking(booked.id, who=paula.who(), at=at)
    assert paula.billing(booked).terms.unit_price == Decimal("99.99")


def thrice(entered: DraftInput) -> DraftInput:
    (line,) = entered.lines
    return replace(entered, lines=(replace(line, quantity=Decimal(3)),))


def test_what_the_question_showed_is_what_is_charged(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    shown = paula.version(booked)
    amend_draft(draft.id, thrice, who=paula.who(), at=at)
    with refused(paula.world, "booking_changed_meanwhile"):
        cancel_booking(booked.id, Charge.HALF, version=shown, who=paula.who(), at=at)
    shown = paula.version(booked)
    delete_draft(draft.id, who=paula.who(), at=at)
    again = draft_session(booked.id, who=paula.who(), at=at)
    assert paula.version(booked) not in (shown, shown + 1)
    cancel_booking(booked.id, version=paula.version(booked), who=paula.who(), at=at)
    assert again not in drafts(paula.world)


def test_each_state_of_a_session_has_a_version_of_its_own(paula: Practice, at: datetime) -> None:
    booked = paula.book(PAST, at=at)
    seen = [paula.version(booked)]
    amend_draft(drafts(paula.world)[0].id, thrice, who=paula.who(), at=at)
    seen.append(paula.version(booked))
    invoice = paula.invoice(booked, at=at)
    seen.append(paula.version(booked))
    credit_invoice(invoice.id, CreditRequest(Reason.WRONG_PRICE), who=paula.who(), at=at)
    seen.append(paula.version(booked))
    assert len(set(seen)) == 4


def test_what_is_invoiced_elsewhere_is_not_charged_here(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at, method=Method.EXTERNAL)
    (record,) = drafts(paula.world)
    assert usual_charge(booked, paula.billing(booked), at=at) == Charge.NOTHING
    for charge in (Charge.HALF, Charge.FULL):
        with refused(paula.world, "externalised"):
            cancel_booking(booked.id, charge, who=paula.who(), at=at)
    cancel_booking(booked.id, who=paula.who(), at=at)
    assert (paula.now(booked).charge, drafts(paula.world)) == ("nothing", [record])
    restore_booking(booked.id, who=paula.who(), at=at)
    assert drafts(paula.world) == [record]


def test_what_was_noted_comes_back(paula: Practice, at: datetime) -> None:
    for hour, state in enumerate(("booked", "held", "no_show")):
        booked = paula.book(PAST + hour * HOUR, at=at)
        if state != "booked":
            noted = BookingChanges(state=BookingState(state))
            change_booking(booked.id, noted, who=paula.who(), at=at)
        cancel_booking(booked.id, who=paula.who(), at=at)
        assert paula.now(booked).state == "cancelled"
        restore_booking(booked.id, who=paula.who(), at=at)
        assert (paula.now(booked).state, paula.now(booked).noted_before) == (state, "")


def test_late_is_only_what_was_still_to_come(paula: Practice, at: datetime) -> None:
    soon, over, gone = (paula.book(when, at=at) for when in (TEN, PAST, PAST + HOUR))
    cancel_booking(soon.id, who=paula.who(), at=at)
    cancel_booking(over.id, who=paula.who(), at=at)
    draft = paula.billing(gone).draft
    assert draft is not None
    delete_draft(draft.id, session="cancel", who=paula.who(), at=at)
    late = [paula.now(each).cancelled_late for each in (soon, over, gone)]
    assert late == [True, False, False]
