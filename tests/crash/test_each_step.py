"""A worker killed after each of its statements, and started again each time.

To the database a killed process is a connection that breaks. What goes out by itself and what
reminds is there once in the end, whatever step was the last one of the worker before.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from storno.corrections.automatic import finalise_due
from storno.corrections.depart import depart_due
from storno.notices.models import Notice
from storno.notices.remind import remind_due
from storno.organizations.models import Method
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, practice
from tests.observe import documents, drafts, history, letters
from tests.properties.invariants import prove_books, verify_finds_nothing

AFTER = timedelta(minutes=15)
MOST_STEPS = 200


class Killed(BaseException):
    """The worker is no more."""


def run_killed(work: Callable[[], object], after: int) -> bool:
    """Do some work up to and with a statement, then break its connection; whether it was done."""
    done = 0

    def step(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        answer = execute(sql, params, many, context)
        done += 1
        if done == after:
            assert connection.connection is not None
            connection.connection.close()
            raise Killed
        return answer

    try:
        with connection.execute_wrapper(step):
            work()
    except Killed:
        connection.close()
        return False
    return True


def killed_at_each_step(work: Callable[[], object], seen: Callable[[], object]) -> int:
    """Kill the worker after its first statement, its second …, and so again after each progress.

    What is `seen` tells progress. Returns how often it was killed.
    """
    kills, after, before = 0, 1, seen()
    while not run_killed(work, after):
        kills += 1
        assert kills < MOST_STEPS, "it comes to no end"
        now = seen()
        after, before = (after + 1, before) if now == before else (1, now)
    return kills


@pytest.mark.parametrize("hold_seconds", [0, 1200])
def test_what_goes_out_by_itself_goes_once(hold_seconds: int, at: datetime) -> None:
    clinic = practice(method=Method.AUTOMATIC, hold_seconds=hold_seconds)
    session = clinic.book(at, at=at)
    due = session.ends_at + AFTER
    (draft,) = drafts(clinic.world)

    def seen() -> tuple[object, ...]:
        left = [(each.goes_at, each.failure) for each in drafts(clinic.world)]
        told = history(clinic.world, draft.id).count("draft.finalised")
        papers, sent = documents(clinic.world), letters(clinic.world)
        assert (len(left), len(papers), len(sent)) in ((1, 0, 0), (0, 1, 1))
        assert told == (1 if hold_seconds and (papers or left[0][0]) else 0)
        return left, len(papers)

    def work_at(moment: datetime) -> Callable[[], object]:
        return lambda: (finalise_due(clinic.id, at=moment), depart_due(clinic.id, at=moment))

    assert killed_at_each_step(work_at(due), seen) > 5
    if hold_seconds:
        (held,) = drafts(clinic.world)
        assert held.goes_at == due + timedelta(seconds=hold_seconds)
        assert killed_at_each_step(work_at(held.goes_at), seen) > 5
    (invoice,) = documents(clinic.world)
    assert letters(clinic.world) == [("payment_notification", "daisy@example.com")]
    assert history(clinic.world, invoice.id) == ["invoice.issued", "notification.sent"]
    with scope(clinic.id):
        notices = Notice.objects.filter(organization_id=clinic.id, invoice_id=invoice.id)
        assert sorted(notices.values_list("kind", "state")) == [
            ("notification", "sent"),
            ("reminder", "due"),
            ("reminder", "due"),
        ]
    prove_books(clinic.world)
    verify_finds_nothing(clinic.world)


def test_each_invoice_is_reminded_of_once(at: datetime) -> None:
    clinic = practice(method=Method.AUTOMATIC)
    for hours in (0, 2):
        clinic.book(at + hours * HOUR, at=at)
    finalise_due(clinic.id, at=at + 9 * HOUR)
    assert depart_due(clinic.id, at=at + 9 * HOUR) == 2
    due = datetime(2026, 6, 30, 8, tzinfo=UTC)

    def seen() -> tuple[object, ...]:
        with scope(clinic.id):
            mine = Notice.objects.filter(organization_id=clinic.id, kind="reminder")
            states = sorted(mine.values_list("state", flat=True))
        sent = [kind for kind, _to in letters(clinic.world)].count("payment_reminder")
        assert (states.count("sent"), states.count("due")) == (sent, 4 - sent)
        return states, sent

    assert killed_at_each_step(lambda: remind_due(clinic.id, at=due), seen) > 10
    assert seen() == (["due", "due", "sent", "sent"], 2)
    assert remind_due(clinic.id, at=due) == 0
    verify_finds_nothing(clinic.world)
