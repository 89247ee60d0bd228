"""The stage of every benchmark: a durable embedded PostgreSQL of its own, migrated, with the cast.

The floor that deeds are measured against is one SQL function that writes the same rows: it copies
those of a deed that was done before, so it follows the tables by itself.
"""

import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.machine import open_folder


@contextmanager
def stage() -> Iterator[None]:
    """Django and a fresh database with fsync on, for the block."""
    with open_folder() as data:  # one that the server's account may enter when root measures
        for name in [name for name in os.environ if name.startswith("STORNO_")]:
            del os.environ[name]
        os.environ["STORNO_DATA"] = str(data)
        from storno.cli.connect import database, prepare

        prepare(for_help=False)
        from storno.cli.migrate import migrate

        with database():
            migrate()
            yield


def copied(table: str, alias: str, **replaced: str) -> str:
    """`INSERT INTO table SELECT` a copy of the rows of `alias`, with some columns replaced."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall()]
    assert set(replaced) <= set(columns), set(replaced) - set(columns)
    values = ", ".join(replaced.get(name, f"{alias}.{name}") for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} {alias}"


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that go over the wire meanwhile, transaction control included."""
    from django.db import connection

    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    seen: list[str] = []
    with tempfile.TemporaryFile("w+") as trace:
        pgconn.trace(trace.fileno())
        try:
            yield seen
        finally:
            pgconn.untrace()
            trace.seek(0)
            prepared: dict[str, str] = {}
            for line in trace:
                _moment, sender, _size, kind, *rest = line.rstrip("\n").split("\t")[:5] + [""] * 4
                if sender != "F":
                    continue
                if kind == "Query":
                    seen.append(rest[0])
                if kind == "Parse":
                    _, name, text = rest[0].split('"', maxsplit=2)
                    prepared[name] = text
                if kind == "Bind":
                    _, _portal, _, name, *_ = rest[0].split('"', maxsplit=4)
                    seen.append(prepared.get(name, f"prepared before as {name}"))


def timed(deed: Callable[[], Any]) -> float:
    """How many seconds one call takes."""
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def figures(seconds: list[float]) -> dict[str, float]:
    """Operations per second and percentiles in milliseconds."""
    ordered = sorted(seconds)
    return {
        "per_second": round(len(ordered) / sum(ordered), 1),
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    }


def report(name: str, **found: Any) -> None:
    """Print what was found as JSON, with the most memory that one of the processes took."""
    families = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak_kb = max(resource.getrusage(family).ru_maxrss for family in families)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    print(json.dumps({"benchmark": name, **found, "peak_mb": peak_kb // 1024, **machine}, indent=1))
