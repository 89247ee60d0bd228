"""What each page and endpoint asks of the database: no more than is written in `queries.txt`,
and as much for many rows as for one.

A page that has learnt to ask less, or has a good reason to ask more, is written anew by
STORNO_PROOF=write.
"""

import os
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.corrections.depart import depart_due
from storno.documents.send import hand_over
from tests.api.caller import caller
from tests.api.test_access import QUERIES, READS
from tests.api.test_access import address as endpoint_path
from tests.architecture.conftest import AT
from tests.deeds import HOLD, hold_credit, hold_draft, pay
from tests.furnished import House, addresses, furnish
from tests.web.papers.member import Member
from tests.world import line

BASELINE = Path(__file__).with_name("queries.txt")
MORE = 12
"""So many rows of each kind are added; fewer than a page of a list holds."""

LOOKING = tuple(
    each
    for each in addresses()
    if each.is_of_organization or each.name in {"organizations", "public_invoice", "public_pdf"}
)


def counted(house: House) -> dict[str, int]:
    """Statements per page that Alice opens and per endpoint that she reads."""
    alice = Member(house.world).client
    program = caller(house.world)
    found: dict[str, int] = {}
    for each in LOOKING:
        path = house.paths(each)[0]
        alice.get(path).close()  # what is made once (a paper, a cache) is made now
        with CaptureQueriesContext(connection) as captured, closing(alice.get(path)) as response:
            status = response.status_code
        if status == 200:
            found[f"page {each.name}"] = len(captured)
    ids = {name: str(values[0]) for name, values in house.things.items()}
    for name, method, route in READS:
        with CaptureQueriesContext(connection) as captured:
            answer = program.call(
                method,
                endpoint_path(route + QUERIES.get(name, ""), ids),
                {} if method == "POST" else None,
            )
        if answer.status == 200:
            found[f"api {name}"] = len(captured)
    return found


def add_rows(house: House) -> None:
    """More of everything that stands in lists, and a long invoice."""
    world = house.world
    for _each in range(MORE):
        world.draft(at=AT)
        hold_draft(world, AT)
        pay(world, world.invoice(line("10.00"), at=AT), 500, at=AT)
        stopped = world.invoice(line("10.00"), at=AT)
        hold_credit(world, stopped, at=AT)
        pay(world, stopped, 500, at=AT)
        given = world.invoice(line("10.00"), at=AT - 2 * HOLD)
        hand_over(given.id, who=world.who(), at=AT - 2 * HOLD)
        hold_credit(world, given, at=AT - 2 * HOLD)
    depart_due(world.id, at=AT)


@pytest.fixture(scope="module")
def counts(doors: None) -> tuple[dict[str, int], dict[str, int]]:
    house = furnish(AT)
    few = counted(house)
    add_rows(house)
    return few, counted(house)


def test_many_rows_cost_as_many_statements_as_one(
    counts: tuple[dict[str, int], dict[str, int]],
) -> None:
    few, many = counts
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def test_nothing_asks_more_than_it_did(counts: tuple[dict[str, int], dict[str, int]]) -> None:
    few, _many = counts
    if os.environ.get("STORNO_PROOF") == "write":
        BASELINE.write_text("".join(f"{name} {most}\n" for name, most in sorted(few.items())))
    known = dict(entry.rsplit(" ", 1) for entry in BASELINE.read_text().splitlines())
    most = {name: int(statements) for name, statements in known.items()}
    assert few.keys() == most.keys()
    assert {name: (asks, most[name]) for name, asks in few.items() if asks > most[name]} == {}
