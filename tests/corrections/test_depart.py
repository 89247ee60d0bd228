"""Departure: what was on hold goes out, each thing once; what cannot go holds up nobody else."""

import logging
import os
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection, connections

from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import BATCH, depart_credit, depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import register_payment
from storno.corrections.undo import undo_credit
from storno.documents.models import Document, Draft, DraftLine, Kind
from storno.ledger.models import Transfer
from storno.numbering.models import Series, SeriesPlan
from storno.organizations.models import Seller, Settings
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.deeds import CANCELLED, CORRECT, HOLD, hold_credit, hold_draft, pay
from tests.observe import (
    documents,
    drafts,
    everything,
    held_credit,
    history,
    letters,
    next_numbers,
    numbers,
    refused,
    standing,
    stands,
)
from tests.world import World, found


def test_a_held_invoice_leaves_at_its_time_and_not_before(at: datetime) -> None:
    world = found()
    held = hold_draft(world, at)
    before = everything(world)
    assert depart_due(world.id, at=at + HOLD - timedelta(microseconds=1)) == 0
    assert everything(world) == before
    assert depart_due(world.id, at=at + HOLD) == 1
    (invoice,) = documents(world)
    assert (invoice.number, invoice.issued_at, invoice.draft_id) == (
        "2026-0001",
        at + HOLD,
        held.id,
    )
    assert invoice.issued_by == world.alice.id
    assert drafts(world) == []
    assert letters(world) == [("document", "daisy@example.com")]
    assert history(world, invoice.id) == ["invoice.issued"]


def test_departing_twice_issues_once(at: datetime) -> None:
    world = found()
    hold_draft(world, at)
    assert depart_due(world.id, at=at + HOLD) == 1
    after = everything(world)
    assert depart_due(world.id, at=at + HOLD) == 0
    assert everything(world) == after


def test_a_late_worker_dates_the_invoice_on_the_day_of_issue(at: datetime) -> None:
    """The document's date is the day on which it is really issued, and the term runs from it."""
    world = found()
    hold_draft(world, at)
    depart_due(world.id, at=at + timedelta(days=3))
    (invoice,) = documents(world)
    assert (invoice.issued_on.isoformat(), invoice.due_on and invoice.due_on.isoformat()) == (
        "2026-06-19",
        "2026-07-03",
    )


@pytest.mark.parametrize(("shares", "number"), [(False, "2027-K1"), (True, "2027-0001")])
def test_cancelled_before_new_year_and_issued_after_it_is_of_the_new_year(
    shares: bool, number: str
) -> None:
    """Number, date, retention and booking are those of the day of issue; the supply keeps its."""
    world = found()
    eve = datetime(2026, 12, 31, 21, 50, tzinfo=UTC)
    with scope(world.id):
        SeriesPlan.objects.create(
            organization_id=world.id,
            kind="credit_note",
            format="{year}-K{number}",
            shares_invoices=shares,
        )
    invoice = world.invoice(at=eve)
    hold_credit(world, invoice, at=eve)
    assert depart_due(world.id, at=eve + HOLD) == 1
    note = documents(world)[1]
    assert (note.number, note.issued_on, note.delivered_on, note.retain_until) == (
        number,
        date(2027, 1, 1),
        date(2026, 12, 31),
        date(2033, 12, 31),
    )
    with scope(world.id):
        booked = [transfer.booked_on for transfer in Transfer.objects.order_by("booked_on")]
    assert booked == [date(2026, 12, 31)] * 2 + [date(2027, 1, 1)] * 2
    assert world.invoice(at=eve + HOLD).number == ("2027-0002" if shares else "2027-0001")


def test_more_than_a_batch_leaves_in_order(at: datetime) -> None:
    world = found()
    for count in range(4):
        hold_draft(world, at + timedelta(seconds=count))
    with scope(world.id):
        lines = list(Draft.objects.filter(organization_id=world.id).order_by("goes_at"))
    first = [draft.id for draft in lines]
    assert BATCH == 250
    assert depart_due(world.id, at=at + HOLD + timedelta(minutes=1)) == 4
    assert [document.draft_id for document in documents(world)] == first
    assert numbers(world) == ["2026-0001", "2026-0002", "2026-0003", "2026-0004"]


def test_an_invoice_that_cannot_be_issued_leaves_the_batch_with_its_reason(at: datetime) -> None:
    """Daisy lost her address and Emma did not: hers goes, and Daisy's is a draft again."""
    world = found()
    stuck = hold_draft(world, at)
    emma = create_client(
        ClientInput(
            kind=ClientKind.PERSON,
            name="Emma",
            email="emma@example.com",
            street="Mannerheimintie 2",
            postcode="00100",
            city="Helsinki",
        ),
        who=world.who(),
        at=at,
    )
    other = world.draft(recipient=emma, at=at)
    finalise_draft(other.id, who=world.who(), at=at)
    with scope(world.id):
        Client.objects.filter(organization_id=world.id, id=world.daisy.id).update(street="")
    assert depart_due(world.id, at=at + HOLD + timedelta(minutes=1)) == 1
    assert numbers(world) == ["2026-0001"]
    (left,) = drafts(world)
    assert (left.id, left.goes_at, left.failure) == (stuck.id, None, "recipient_incomplete")
    assert history(world, stuck.id)[-1] == "draft.issue_failed"
    assert depart_due(world.id, at=at + timedelta(days=1)) == 0


def test_a_seller_who_left_the_vat_register_meanwhile_issues_no_vat(at: datetime) -> None:
    world = found()
    stuck = hold_draft(world, at)
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(vat_registered=False)
    assert depart_due(world.id, at=at + HOLD) == 0
    (left,) = drafts(world)
    assert (left.id, left.failure) == (stuck.id, "not_vat_registered")
    assert next_numbers(world) == {}


def test_what_the_database_refuses_leaves_the_batch_and_the_others_go(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A draft whose invoice exists already (as nobody could have made it) is refused alone."""
    world = found()
    first, wrong, last = (hold_draft(world, at + timedelta(seconds=count)) for count in range(3))
    issued = world.invoice(at=at)
    with scope(world.id):
        impostor = Draft.objects.get(id=wrong.id)
        impostor.id = issued.draft_id
        impostor.save(force_insert=True)
        DraftLine.objects.filter(draft_id=wrong.id).update(draft_id=impostor.id)
        Draft.objects.filter(id=wrong.id).delete()
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=at + HOLD + timedelta(minutes=1)) == 2
    assert numbers(world) == ["2026-0001", "2026-0002", "2026-0003"]
    assert [document.draft_id for document in documents(world)][1:] == [first.id, last.id]
    (left,) = drafts(world)
    assert (left.goes_at, left.failure) == (None, "could_not_be_issued")


def hold_what_cannot_go(world: World, at: datetime) -> Document:
    """An invoice with a credit note on hold whose press has gone out already, as nobody could."""
    invoice, other = world.invoice(at=at), world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    with scope(world.id):
        mine = Draft.objects.filter(organization_id=world.id)
        impostor = mine.get(id=held.draft.id)
        mine.filter(waits_for_id=held.draft.id).update(waits_for_id=None)
        mine.filter(id=held.draft.id).delete()
        impostor.id = other.draft_id
        impostor.save(force_insert=True)
        mine.filter(replaces_id=invoice.id).update(waits_for_id=impostor.id)
    return invoice


@pytest.mark.parametrize("by_a_deed", [True, False])
def test_a_credit_note_that_a_defect_keeps_back_frees_its_invoice(
    at: datetime, caplog: pytest.LogCaptureFixture, by_a_deed: bool
) -> None:
    world = found()
    invoice = hold_what_cannot_go(world, at)
    with caplog.at_level(logging.CRITICAL):
        if by_a_deed:
            pay(world, invoice, 100, at=at + HOLD)
        else:
            assert depart_due(world.id, at=at + HOLD) == 0
    assert stands(world, invoice) == (
        {"state": "part_paid", "open": 125_400, "received": 100}
        if by_a_deed
        else {"state": "sent", "open": 125_500}
    )
    assert drafts(world) == []
    assert [kind for kind in history(world, invoice.id) if kind.startswith("credit.")] == [
        "credit.held",
        "credit.failed",
        "credit.draft_dropped",
    ]
    with refused(world, "nothing_to_undo"):
        undo_credit(invoice.id, who=world.who(), at=at + HOLD)
    assert isinstance(credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + HOLD), Held)


def test_a_format_without_room_gives_its_own_reason(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    world = found()
    with scope(world.id):
        SeriesPlan.objects.create(organization_id=world.id, kind="invoice", format="{number:030}")
    hold_draft(world, at)
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=at + HOLD) == 0
    (left,) = drafts(world)
    assert (left.goes_at, left.failure) == (None, "number_too_long")
    assert documents(world) == []


def test_a_held_credit_note_goes_before_the_invoices(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_draft(world, at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + timedelta(minutes=5))
    assert depart_due(world.id, at=at + HOLD + timedelta(minutes=5)) == 2
    assert sorted(numbers(world)) == ["2026-0001", "2026-0002", "2026-K1"]
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.issued_by, note.corrects_id) == (world.alice.id, invoice.id)
    assert history(world, invoice.id) == ["invoice.issued", "credit.held", "invoice.credited"]


def test_a_credit_note_that_cannot_be_issued_holds_up_nobody_else(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes back as a draft does, its member is told, and its invoice is free."""
    world = found()
    invoice, other = world.invoice(at=at), world.invoice(at=at)
    credit_invoice(other.id, CANCELLED, who=world.who(), at=at)
    depart_due(world.id, at=at + HOLD)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at + HOLD)
    hold_draft(world, at + HOLD)
    with scope(world.id):
        series = Series.objects.get(organization_id=world.id, kind="credit_note")
        Series.objects.filter(id=series.id).update(format="{number:030}")
    late = at + 2 * HOLD
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=late) == 1
    assert numbers(world, Kind.INVOICE) == ["2026-0001", "2026-0002", "2026-0003"]
    assert held_credit(world, invoice) is None
    assert history(world, invoice.id)[-1] == "credit.failed"
    assert ("credit_stopped", world.alice.email) in letters(world)
    entered = PaymentInput(125_500, at.date(), MoneyKind.CASH)
    register_payment(invoice.id, entered, who=world.who(), at=late)
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}


def test_a_corrected_draft_of_a_credit_note_that_cannot_go_leaves_no_more(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Two invoices for one thing would both be owed."""
    world = found()
    with scope(world.id):
        SeriesPlan.objects.create(
            organization_id=world.id, kind="credit_note", format="{number:030}"
        )
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    finalise_draft(corrected.id, who=world.who(), at=at)
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=at + timedelta(days=1)) == 0
    assert numbers(world) == ["2026-0001"]
    (kept,) = drafts(world)
    assert (kept.id, kept.goes_at, kept.waits_for_id, kept.replaces_id) == (
        corrected.id,
        None,
        None,
        None,
    )
    assert history(world, invoice.id)[-2:] == ["credit.failed", "credit.draft_kept"]


def test_a_credit_departs_once_and_not_before_its_time(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    before = everything(world)
    early = at + HOLD - timedelta(microseconds=1)
    assert depart_credit(invoice.id, organization_id=world.id, at=early) is None
    assert everything(world) == before
    note = depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    assert note is not None
    assert note.number == "2026-K1"
    after = everything(world)
    assert depart_credit(invoice.id, organization_id=world.id, at=at + HOLD) is None
    assert everything(world) == after


def test_a_credit_that_customer_service_has_closed_meanwhile_is_stopped(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Paid, held by a member who might, then `paid_credit` was given to customer service."""
    world = found()
    invoice = world.invoice(at=at)
    entered = PaymentInput(125_500, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)
    credit_invoice(invoice.id, CANCELLED, who=world.who(), at=at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(paid_credit="desk")
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=at + HOLD) == 0
    assert stands(world, invoice) == {"state": "paid", "received": 125_500}
    assert (held_credit(world, invoice), standing(world, invoice).cancelling_at) == (None, None)
    assert letters(world)[-1] == ("credit_stopped", world.alice.email)


def test_a_database_that_is_away_is_no_reason_to_give_up(at: datetime) -> None:
    """A statement that runs out of time says nothing about the paper: it is tried again later."""
    world = found()
    hold_draft(world, at)
    world.invoice(at=at)
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"]) as somebody:
        lock = "SELECT 1 FROM numbering_series WHERE organization_id = %s FOR UPDATE"
        somebody.execute(lock, [world.id])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError):
            depart_due(world.id, at=at + HOLD)
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    (left,) = drafts(world)
    assert (left.goes_at, left.failure) == (at + HOLD, "")
    assert depart_due(world.id, at=at + HOLD) == 1


def test_a_worker_of_another_version_gives_up_no_paper(at: datetime) -> None:
    """While a new version is put in, worker and tables may not fit each other for a moment."""
    world = found()
    hold_draft(world, at)
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_taxsubtotal RENAME TO of_another_version")
        try:
            with pytest.raises(ProgrammingError):
                depart_due(world.id, at=at + HOLD)
        finally:
            cursor.execute("ALTER TABLE of_another_version RENAME TO documents_taxsubtotal")
    (left,) = drafts(world)
    assert (left.goes_at, left.failure) == (at + HOLD, "")
    assert depart_due(world.id, at=at + HOLD) == 1


def test_a_hold_over_the_end_of_summer_time_lasts_its_minutes() -> None:
    """03:50 summer time in Helsinki, twenty minutes before 03:10 winter time."""
    at = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    world = found()
    held = hold_draft(world, at)
    assert held.goes_at == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert depart_due(world.id, at=at + HOLD - timedelta(seconds=1)) == 0
    assert depart_due(world.id, at=at + HOLD) == 1
