"""Doing things at once, on real connections, and again and again."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from storno.core.refusals import Absent, Invalid, Refused
from tests.observe import codes_of
from tests.properties.depth import DEEP

TIMES = 60 if DEEP else 2
"""How often each race is run."""

LONGEST = 60
"""Seconds after which threads that have not come back are held to be stuck."""

PATIENCE = 0.1
"""Seconds without a further deed in the queue after which the gate is opened."""


def together(*deeds: Callable[[], Any], gate: tuple[str, UUID] | None = None) -> list[Any]:
    """Run deeds at the same moment, each in a thread and on a connection of its own.

    Returns for each what it returned, or the codes with which it was refused; anything else that
    was raised (a deadlock, a violated constraint) is raised here. A `gate` is a row (table, id)
    that stays locked until the deeds queue for it, so that they surely meet.
    """
    start = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)
    failures: list[BaseException] = []

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = deed()
        except (Refused, Invalid, Absent) as refused:
            results[place] = codes_of(refused)
        except BaseException as failure:  # noqa: BLE001 -- raised again in the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, deed), daemon=True)
        for place, deed in enumerate(deeds)
    ]
    with ExitStack() as stack:
        if gate is not None:
            table, id_ = gate
            guard = stack.enter_context(psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"]))
            guard.execute(f'SELECT 1 FROM "{table}" WHERE id = %s FOR UPDATE', [id_])
        for thread in threads:
            thread.start()
        if gate is not None:
            _wait_for_a_queue(len(deeds))
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "stuck"
    if failures:
        raise failures[0]
    return results


def _wait_for_a_queue(length: int) -> None:
    """Wait until so many connections wait for a lock, or until no further one comes."""
    queued = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"], autocommit=True) as watcher:
        longest, since = 0, time.monotonic()
        while time.monotonic() < since + PATIENCE:
            (count,) = watcher.execute(queued).fetchone() or (0,)
            if count >= length:
                return
            if count > longest:
                longest, since = count, time.monotonic()
            time.sleep(0.002)
