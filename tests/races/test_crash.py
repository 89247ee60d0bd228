"""Workers killed while they issue: nothing is lost, nothing is there twice, no number missing."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError

from storno.corrections.depart import depart_due
from storno.documents.models import Document, Kind
from tests.deeds import HOLD, hold_credit
from tests.observe import documents, drafts, stands
from tests.properties.depth import DEEP
from tests.properties.invariants import prove_books, verify_finds_nothing
from tests.races.test_issue import held_copies
from tests.races.together import together
from tests.world import World, found

KILLED = 60 if DEEP else 4
CANCELLED = 10
FINALISED = 300


def much_to_do(at: datetime) -> tuple[World, list[Document], list[UUID]]:
    """Ten credit notes and three hundred invoices, all due at the same moment."""
    world = found()
    invoices = [world.invoice(at=at) for _ in range(CANCELLED)]
    for invoice in invoices:
        hold_credit(world, invoice, at=at)
    return world, invoices, held_copies(world, FINALISED, at)


def all_is_done(world: World, invoices: list[Document], ids: list[UUID]) -> None:
    for invoice in invoices:
        assert stands(world, invoice) == {"state": "credited", "credited": 125_500}
    issued = [document.draft_id for document in documents(world, Kind.INVOICE)]
    assert sorted(issued[CANCELLED:]) == sorted(ids)
    assert drafts(world) == []
    prove_books(world)
    verify_finds_nothing(world)


def start_worker(world: World, at: datetime) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.races.departing", str(world.id), at.isoformat()]
    worker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def wait_until_alone() -> None:
    """The server has noticed: no other connection of the application is at work."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'storno_app' "
        "AND state <> 'idle' AND backend_type = 'client backend'"
    )
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"], autocommit=True) as watcher:
        for _try in range(1000):
            if watcher.execute(busy).fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError("the server still works for somebody")


def test_a_worker_killed_at_any_moment(at: datetime) -> None:
    """Killed again and again, each time a little further; the last one finishes the work."""
    rounds = KILLED // 4
    for _round in range(rounds):
        world, invoices, ids = much_to_do(at)
        for _kill in range(4):
            worker = start_worker(world, at + HOLD)
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            time.sleep(random.uniform(0, 0.35))
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
            wait_until_alone()
            prove_books(world)
            issued = len(documents(world, Kind.INVOICE)) - CANCELLED
            assert issued + len(drafts(world)) == FINALISED
        depart_due(world.id, at=at + HOLD)
        all_is_done(world, invoices, ids)


def test_two_workers_one_of_which_is_killed(at: datetime) -> None:
    world, invoices, ids = much_to_do(at)
    workers = [start_worker(world, at + HOLD) for _ in range(2)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
    time.sleep(random.uniform(0, 0.2))
    workers[0].send_signal(signal.SIGKILL)
    workers[0].communicate()
    said, _errors = workers[1].communicate()
    assert workers[1].returncode == 0
    assert int(said) <= CANCELLED + FINALISED
    wait_until_alone()
    depart_due(world.id, at=at + HOLD)
    all_is_done(world, invoices, ids)


def test_a_connection_that_breaks_gives_nothing_up(at: datetime) -> None:
    """The server ends the worker's connection at any moment; the next run goes on."""
    world, invoices, ids = much_to_do(at)
    ended, over = 0, threading.Event()

    def depart() -> None:
        try:
            depart_due(world.id, at=at + HOLD)
        finally:
            over.set()

    def cut(after: float) -> None:
        """End what is at work after so many seconds, or as soon as something is."""
        nonlocal ended
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user "
            "AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        with psycopg.connect(os.environ["STORNO_DATABASE_URL"], autocommit=True) as somebody:
            time.sleep(after)
            killed: list[tuple[object, ...]] = []
            while not killed and not over.is_set():
                killed = somebody.execute(others).fetchall()
            ended += len(killed)

    for again in range(KILLED):
        over.clear()
        after = random.uniform(0.005, 0.1) if again else 0
        with suppress(DatabaseError, InterfaceError):
            together(depart, partial(cut, after))
        for draft in drafts(world):
            assert (draft.goes_at, draft.failure) == (at + HOLD, "")
        prove_books(world)
    assert ended
    depart_due(world.id, at=at + HOLD)
    all_is_done(world, invoices, ids)
