"""kill -9 of the worker, the pages and the database while invoices are issued and letters sent.

Afterwards nothing is lost, no number is missing or given twice, and a letter that was sent again
bore the same Message-ID.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from storno.postgres.settle import settle
from tests.cli.test_up import ROOT, WEB, WORKER, Installation
from tests.crash.program import Program
from tests.machine import children, open_folder, wait_for
from tests.mailroom.post_office import PostOffice, post_office

DEEP = os.environ.get("STORNO_PROOF") == "deep"
ROUNDS = 12 if DEEP else 1
EACH = 6
"""Invoices of each organization while one part is killed."""

LONG = 120
"""Seconds that anything may take on a machine that is busy with other things."""

NEW = {
    "--name": "Alice Example",
    "--country": "FI",
    "--business-id": "2077474-0",
    "--vat-registered": "yes",
    "--street": "Mannerheimintie 1",
    "--postcode": "00100",
    "--city": "Helsinki",
    "--iban": "FI2112345600000785",
    "--admin": "alice@example.com",
}


class Shop(Installation):
    """An installation with two organizations: `slow` holds for a second, `quick` does not."""

    tokens: dict[str, str]

    def open(self) -> None:
        """Start it, and make the organizations and a key to each."""
        self.start()
        self.tokens = {}
        for slug, profile in (("slow", "light_entrepreneur"), ("quick", "practice")):
            new = [word for pair in NEW.items() for word in pair]
            self.storno("organization", "create", slug, "--profile", profile, *new)
            made = ("token", "create", "--organization", slug, "--member", NEW["--admin"])
            self.tokens[slug] = self.storno(*made).strip()
        settings = {"settings": {"hold_seconds": 1}}
        slow = Program(self.port, self.tokens["slow"], "slow", 0)
        assert slow.once("PATCH", "/organization", settings)[0] == 200

    def storno(self, *words: str) -> str:
        """What a verb prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "storno.cli.main", *words],
            cwd=ROOT,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the owner of the database reads, as soon as it answers."""
        last_try = time.monotonic() + LONG
        while True:
            try:
                with psycopg.connect(settle(self.data).owner_url, autocommit=True) as connection:
                    cursor = connection.execute(query.encode())
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                assert time.monotonic() < last_try
                time.sleep(0.1)

    def invoice(self, name: str, count: int) -> list[Program]:
        """Begin to invoice in both organizations."""
        begun = [
            Program(self.port, self.tokens[slug], f"{name}-{slug}", count) for slug in self.tokens
        ]
        for program in begun:
            program.start()
        return begun

    def let_leases_run_out(self) -> None:
        """Let the minutes pass that a killed sender's letter, or one put off, waits."""
        self.rows(
            "UPDATE mailroom_letter SET next_attempt_at = now() WHERE next_attempt_at > now()"
        )


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Shop, PostOffice]]:
    with post_office() as (office, port), open_folder() as folder:
        made = Shop(folder / "data", STORNO_SMTP_URL=f"smtp://127.0.0.1:{port}")
        try:
            made.open()
            yield made, office
        finally:
            for process in made.begun:
                process.terminate()
                process.wait(LONG)


def victims(shop: Shop) -> dict[str, Callable[[], int]]:
    """How each part is found that can be killed."""
    return {
        "worker": lambda: shop.child(WORKER),
        "web": lambda: shop.child(WEB),
        "inner web": lambda: next(iter(children(shop.child(WEB)))),
        "database": shop.postgres,
    }


def kill(find: Callable[[], int]) -> None:
    """kill -9, as soon as the part runs."""

    def is_killed() -> bool:
        try:
            os.kill(find(), signal.SIGKILL)
        except (StopIteration, OSError, ValueError, IndexError):
            return False
        return True

    wait_for(is_killed, LONG)


def test_killed_anywhere_it_loses_nothing(shop: tuple[Shop, PostOffice]) -> None:
    house, office = shop
    asked: Counter[str] = Counter()

    office.received.clear()
    office.has_the_words.clear()
    office.hangs_at_data = True
    programs = house.invoice("sending", 2)
    assert office.has_the_words.wait(LONG)
    kill(victims(house)["worker"])
    office.hangs_at_data = False
    finish(programs, asked)
    taken = {letter["Message-ID"] for letter in list(office.received)}

    chance = random.Random(20260616)
    for number in range(ROUNDS):
        for name, find in victims(house).items():
            programs = house.invoice(f"{number} {name}".replace(" ", "-"), EACH)
            time.sleep(chance.uniform(0.1, 1.0))
            kill(find)
            finish(programs, asked)

    wait_for(lambda: house.rows("SELECT count(*) FROM documents_draft") == [(0,)], LONG)
    house.let_leases_run_out()
    under_way = "SELECT count(*) FROM mailroom_letter WHERE next_attempt_at IS NOT NULL"
    wait_for(lambda: house.rows(under_way) == [(0,)], LONG)

    for slug, issued in asked.items():
        assert [number for (number,) in house.rows(NUMBERS.format(slug))] == list(
            range(1, issued + 1)
        )
    letters = house.rows("SELECT message_id, state FROM mailroom_letter")
    assert Counter(state for _id, state in letters) == {"sent": sum(asked.values())}
    assert len({id_ for id_, _state in letters}) == len(letters)
    came = Counter(str(letter["Message-ID"]) for letter in office.received)
    assert came.keys() == {id_ for id_, _state in letters}
    assert all(came[str(id_)] >= 2 for id_ in taken)
    for id_ in came:
        assert (
            len({paper_of(letter) for letter in office.received if letter["Message-ID"] == id_})
            == 1
        )

    found = json.loads(house.storno("verify", "--json"))
    assert (found["documents"], found["violations"]) == (sum(asked.values()), [])


NUMBERS = """
SELECT sequence FROM documents_document AS document
JOIN organizations_organization AS organization ON organization.id = organization_id
WHERE slug = '{}' ORDER BY sequence
"""


def finish(programs: list[Program], asked: Counter[str]) -> None:
    """Wait until each has had all its answers; what was issued at once has a number of its own."""
    for program in programs:
        program.join(LONG)
        assert not program.is_alive()
        slug = program.name.rpartition("-")[2]
        asked[slug] += program.count
        assert len(program.answers) == program.count
        states = {(status, said["state"]) for status, said in program.answers}
        assert states == {(202, "held") if slug == "slow" else (201, "issued")}
        numbers = [
            said["document"]["number"] for _status, said in program.answers if "document" in said
        ]
        assert len(set(numbers)) == len(numbers)


def paper_of(letter: Any) -> bytes:
    """The PDF in a letter."""
    (paper,) = letter.iter_attachments()
    return bytes(paper.get_payload(decode=True))
