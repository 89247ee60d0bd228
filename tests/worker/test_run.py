"""The worker as a process: it departs, sends, stops when told, and survives its neighbours."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from storno.corrections.finalise import finalise_draft
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.postgres.settle import SUPERUSER_ROLE
from tests.machine import wait_for
from tests.mailroom.post_office import post_office
from tests.observe import numbers
from tests.world import World, found

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def nobody_else_waits() -> None:
    """What other tests have left to do is put off, so that these need not wait for it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE mailroom_letter SET next_attempt_at = now() + interval '1 year' "
            "WHERE next_attempt_at IS NOT NULL"
        )
        cursor.execute(
            "UPDATE documents_draft SET goes_at = now() + interval '1 year' "
            "WHERE goes_at IS NOT NULL"
        )


@contextmanager
def worker(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own, which sends its letters to this port; ended by force if it must be."""
    process = subprocess.Popen(
        [sys.executable, "-m", "storno.worker"],
        cwd=ROOT,
        env=os.environ | {"STORNO_SMTP_URL": f"smtp://127.0.0.1:{port}", "PGAPPNAME": "worker"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def hold(world: World, count: int = 1) -> None:
    """Put invoices on hold whose time has come just now."""
    at = datetime.now(UTC) - timedelta(seconds=1200)
    for _number in range(count):
        finalise_draft(world.draft(at=at).id, who=world.who(), at=at)


def letter_states(world: World) -> list[str]:
    """The states of the organization's letters."""
    with scope(world.id):
        found = Letter.objects.filter(organization_id=world.id).order_by("id")
        return list(found.values_list("state", flat=True))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_due_departs_and_arrives_and_the_worker_stops_when_told(
    number: signal.Signals,
) -> None:
    world = found(hold_seconds=1200)
    hold(world)
    with post_office() as (office, port), worker(port) as process:
        wait_for(lambda: letter_states(world) == ["sent"])
        assert numbers(world) == [f"{datetime.now(UTC).year}-0001"]
        assert letter_id(world) in [message["Message-ID"] for message in office.received]
        process.send_signal(number)
        assert process.wait(15) == 0


def letter_id(world: World) -> str:
    """The Message-ID of the one letter."""
    with scope(world.id):
        return Letter.objects.get(organization_id=world.id).message_id


def test_two_workers_side_by_side_do_each_thing_once() -> None:
    worlds = [found(hold_seconds=1200) for _number in range(2)]
    for world in worlds:
        hold(world, 5)
    with post_office() as (office, port), worker(port), worker(port):
        wait_for(lambda: all(letter_states(world) == ["sent"] * 5 for world in worlds), 60)
    for world in worlds:
        assert [number[5:] for number in numbers(world)] == ["0001", "0002", "0003", "0004", "0005"]
    ids = [message["Message-ID"] for message in office.received]
    assert len(ids) == len(set(ids))


def test_a_worker_outlives_its_connections() -> None:
    """The database ends all of them, as when it starts anew."""
    world = found(hold_seconds=1200)
    hold(world)
    superuser = make_conninfo(os.environ["STORNO_OWNER_DATABASE_URL"], user=SUPERUSER_ROLE)
    with post_office() as (_office, port), worker(port) as process:
        wait_for(lambda: letter_states(world) == ["sent"])
        with psycopg.connect(superuser) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'worker'"
            ).fetchall()
        assert len(ended) >= 1
        hold(world)
        wait_for(lambda: letter_states(world) == ["sent", "sent"])
        assert process.poll() is None


def test_a_killed_worker_loses_nothing() -> None:
    """kill -9 while it sends: its successor sends the letter when the lease has run out."""
    world = found(hold_seconds=1200)
    hold(world)
    with post_office(hangs_at_data=True) as (office, port):
        with worker(port) as process:
            assert office.has_the_words.wait(30)
            process.kill()
            process.wait()
        wait_for(lambda: letter_states(world) == ["sending"])
        office.hangs_at_data = False
        with connections["owner"].cursor() as owner:
            owner.execute(
                "UPDATE mailroom_letter SET next_attempt_at = now() WHERE organization_id = %s",
                [str(world.id)],
            )
        with worker(port):
            wait_for(lambda: letter_states(world) == ["sent"])
        ids = [message["Message-ID"] for message in office.received]
        assert ids.count(letter_id(world)) == 2
    assert len(numbers(world)) == 1
