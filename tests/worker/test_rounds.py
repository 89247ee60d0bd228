"""What the worker does in a round, and what it does when something fails."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import override_settings

from storno.archive.models import File, FileKind
from storno.clients.models import Client
from storno.clients.save import archive_client
from storno.corrections import depart as depart_verb
from storno.corrections.credit import credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment, reverse_payment
from storno.documents.models import Erasure, Reason
from storno.mailroom.models import Letter
from storno.organizations.models import KeptAnswer, PublicLink
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Reversal
from storno.payments.register import PaymentInput
from storno.worker import runner
from storno.worker.rounds import AT_ONCE, COMPOSERS, deliver, depart, erase, forget, set_papers
from storno.worker.runner import Patience, Runner, Visits, runners
from storno.worker.timetable import TIMETABLE, Chore, Line
from tests.conftest import Clock
from tests.observe import history, numbers
from tests.world import World, found, line

HOLD = timedelta(seconds=1200)


def rounds(work: Iterator[None]) -> int:
    """How many things a round did."""
    return sum(1 for _step in work)


def test_a_round_of_departures(clock: Clock) -> None:
    world = found(hold_seconds=1200)
    draft = world.draft(at=clock.now)
    finalise_draft(draft.id, who=world.who(), at=clock.now)
    invoice = world.invoice(at=clock.now)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=clock.now)
    assert rounds(depart(world.id)) == 0
    clock.now += HOLD
    assert rounds(depart(world.id)) == 1
    assert numbers(world) == ["2026-0001", "2026-0002", "2026-K1"]
    assert rounds(depart(world.id)) == 0


def test_a_round_of_letters_ends_after_a_few(clock: Clock) -> None:
    world = found(hold_seconds=0)
    for _number in range(AT_ONCE + 1):
        world.invoice(at=clock.now)
    assert rounds(deliver(world.id)) == AT_ONCE
    assert rounds(deliver(world.id)) == 1
    with scope(world.id):
        letters = Letter.objects.filter(organization_id=world.id)
        assert set(letters.values_list("state", flat=True)) == {"sent"}


def test_letters_wait_as_long_as_a_server_is_missing(clock: Clock) -> None:
    """However long that takes: no try is counted, and they leave once there is a way out."""
    world = found(hold_seconds=0)
    world.invoice(at=clock.now)
    with override_settings(ON_LOOPBACK=False):
        for _day in range(8):
            assert rounds(deliver(world.id)) == 0
            clock.now += timedelta(days=1)
    with scope(world.id):
        waiting = Letter.objects.get(organization_id=world.id)
    assert (waiting.state, waiting.attempts, waiting.failure) == ("queued", 0, "")
    assert rounds(deliver(world.id)) == 1


def test_every_kind_of_letter_has_its_composer() -> None:
    assert set(COMPOSERS) == {
        *("document", "link_renewed", "credit_stopped", "session_cancelled_by_client"),
        *("payment_notification", "payment_reminder", "overdue_reminder", "statement"),
        *("conversation_answer", "money_came", "payout_account", "payout_left", "payout_back"),
        *("refund_case_opened", "refund_case_declined"),
        *("refund_case_checked", "refund_case_credited", "lines_opened"),
        "member_waits",
        *("session_confirmation", "session_reminder", "session_change", "session_cancellation"),
    }


def test_a_round_of_papers(clock: Clock) -> None:
    world = found(hold_seconds=0)
    invoices = [world.invoice(at=clock.now) for _number in range(2)]
    assert rounds(set_papers(world.id)) == 2
    assert rounds(set_papers(world.id)) == 0
    with scope(world.id):
        files = File.objects.filter(organization_id=world.id, kind=FileKind.PDF)
        assert set(files.values_list("subject_id", flat=True)) == {row.id for row in invoices}


def test_a_round_of_forgetting(clock: Clock) -> None:
    world = found()
    for age in (timedelta(hours=24), timedelta(hours=23)):
        with scope(world.id):
            KeptAnswer.objects.create(
                organization_id=world.id,
                token_id=world.id,
                path="/",
                key=str(age),
                fingerprint="f",
                status=200,
                body="",
                kept_at=clock.now - age,
            )
    assert (rounds(forget(world.id)), rounds(forget(world.id))) == (1, 0)
    with scope(world.id):
        assert KeptAnswer.objects.filter(organization_id=world.id).count() == 1


def test_a_round_of_erasing(clock: Clock) -> None:
    """The paper, then who was on it, then the link to it; a second round finds nothing."""
    world = found(hold_seconds=0)
    then = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
    invoice = world.invoice(line(rate=Decimal(24)), at=then)
    paid = PaymentInput(invoice.payable_minor, then.date(), MoneyKind.CASH)
    payment = register_payment(invoice.id, paid, who=world.who(), at=then)
    reverse_payment(payment.id, "booked twice", who=world.who(), at=then)
    register_payment(invoice.id, paid, who=world.who(), at=then)
    archive_client(world.daisy.id, who=world.who(), at=then)
    assert rounds(erase(world.id)) == 4
    with scope(world.id):
        mine = {"organization_id": world.id}
        assert Client.objects.get(**mine).name == "#1"
        assert Erasure.objects.get(**mine).id == invoice.id
        assert Reversal.objects.get(**mine).reason == ""
    assert not PublicLink.objects.filter(organization_id=world.id).exists()
    assert rounds(erase(world.id)) == 0
    assert history(world, world.daisy.id) == [
        "client.saved",
        "client.archived",
        "client.forgotten",
    ]


def test_the_timetable_can_be_run_through(clock: Clock) -> None:
    for each in TIMETABLE:
        if isinstance(each, Chore):
            each.work()
        else:
            assert isinstance(each.find(clock.now), list)
    assert [runner.name for runner in runners(TIMETABLE, threading.Event())] == [
        *("departures 1", "cards 1", "cards 2", "reminders 1", "overdue 1"),
        *("letters 1", "letters 2", "letters 3", "letters 4"),
        *("entries 1", "payers 1", "appointments 1", "papers 1", "memories 1", "erasures 1"),
        *("desk", "sessions", "counts"),
    ]


def test_one_that_fails_holds_up_nobody_and_is_named_by_id(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good, visited = uuid4(), uuid4(), []

    def work(organization_id: UUID) -> Iterator[None]:
        visited.append(organization_id)
        if organization_id == bad:
            raise ValueError("Daisy Duck's secret")
        yield

    line = Line("departures", 1, lambda _at: [bad, good], work)
    visit = Visits(line, threading.Event())
    assert visit()
    assert sorted(visited) == sorted([bad, good])
    assert f"departures of organization {bad} failed: ValueError" in caplog.text
    assert "Daisy" not in caplog.text
    visit()
    assert visited.count(bad) == 1, "it is left alone for a while"
    assert visited.count(good) == 2


def test_patience_grows_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    patience = Patience()
    assert patience.left == 0
    waits = []
    for _number in range(8):
        patience.fail()
        waits.append(patience.left)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_runner_outlives_what_fails(caplog: pytest.LogCaptureFixture) -> None:
    stop, turns = threading.Event(), []

    def go_round() -> bool:
        turns.append(time.monotonic())
        if len(turns) == 1:
            raise RuntimeError("the database is away")
        if len(turns) == 3:
            stop.set()
        return True

    thread = Runner("letters 1", 0, go_round, stop)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert len(turns) == 3
    assert turns[1] - turns[0] >= 1, "it waits after a failure"
    assert turns[2] - turns[1] < 1, "at once where there was work"
    (said,) = [record.getMessage() for record in caplog.records if record.name == runner.__name__]
    assert said.startswith("letters 1 failed: RuntimeError at storno/worker/runner.py")


def test_a_stop_is_heard_between_two_letters(clock: Clock) -> None:
    stop, done = threading.Event(), []

    def work(organization_id: UUID) -> Iterator[None]:
        for number in range(5):
            done.append(number)
            if number == 1:
                stop.set()
            yield

    Visits(Line("letters", 1, lambda _at: [uuid4(), uuid4()], work), stop)()
    assert done == [0, 1]


def test_a_departure_that_fails_is_no_ones_secret(
    clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two organizations due at once: one fails in its own rows, the other departs."""
    worlds: list[World] = []
    for _number in range(2):
        world = found(hold_seconds=1200)
        finalise_draft(world.draft(at=clock.now).id, who=world.who(), at=clock.now)
        worlds.append(world)
    clock.now += HOLD
    caplog.set_level(logging.ERROR)
    broken = worlds[0]

    def depart_due(organization_id: UUID, *, at: datetime) -> int:
        if organization_id == broken.id:
            with scope(organization_id), connection.cursor() as cursor:
                cursor.execute("INSERT INTO mailroom_letter (to_address) VALUES ('daisy@x.fi')")
        return depart_verb.depart_due(organization_id, at=at)

    monkeypatch.setattr("storno.worker.rounds.depart_due", depart_due)
    found_here = [world.id for world in worlds]
    Visits(Line("departures", 1, lambda _at: found_here, depart), threading.Event())()
    assert [numbers(world) for world in worlds] == [[], ["2026-0001"]]
    assert str(broken.id) in caplog.text
    assert "daisy@x.fi" not in caplog.text
