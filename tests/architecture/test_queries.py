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
from django.test import Client
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

FORETELL = {"page client_erasure", "page client_rows"}
"""Pages that show what a deed would do, for which its verb reads what it decides by itself."""

LOOKING = tuple(
    each
    for each in addresses()
    if each.is_of_organization or each.name in {"organizations", "public_invoice", "public_pdf"}
)


Asked = dict[str, list[str]]


def asked(house: House, few: Asked | None = None) -> Asked:
    """The statements of each page that Alice opens and of each endpoint that she reads.

    What is made once (a paper, a cache) is made by a first look; after `few`, where one asks more.
    """
    alice = Member(house.world).client
    program = caller(house.world)
    found: Asked = {}
    for each in LOOKING:
        path, name = house.paths(each)[0], f"page {each.name}"
        seen = statements_of(alice, path)
        if few is None or len(seen) > len(few.get(name, ())):
            seen = statements_of(alice, path)
        if seen:
            found[name] = seen
    ids = {name: str(values[0]) for name, values in house.things.items()}
    for name, method, route in READS:
        with CaptureQueriesContext(connection) as captured:
            answer = program.call(
                method,
                endpoint_path(route + QUERIES.get(name, ""), ids),
                {} if method == "POST" else None,
            )
        if answer.status == 200:
            found[f"api {name}"] = [query["sql"] for query in captured]
    return found


def statements_of(alice: Client, path: str) -> list[str]:
    """What a page asks of the database; nothing where there is no page."""
    with CaptureQueriesContext(connection) as captured, closing(alice.get(path)) as response:
        status = response.status_code
    return [query["sql"] for query in captured] if status == 200 else []


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
def both(doors: None) -> tuple[Asked, Asked]:
    house = furnish(AT)
    few = asked(house)
    add_rows(house)
    return few, asked(house, few)


def _counts(asked: Asked) -> dict[str, int]:
    return {name: len(statements) for name, statements in asked.items()}


def test_many_rows_cost_as_many_statements_as_one(both: tuple[Asked, Asked]) -> None:
    few, many = map(_counts, both)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def test_each_reading_asks_once_how_the_house_stands(both: tuple[Asked, Asked]) -> None:
    pages = {name: each for name, each in both[0].items() if name.startswith("page ")}
    readings = {name: _among(each, "SET LOCAL app.organization") for name, each in pages.items()}
    house = {
        name: _among(each, 'FROM "organizations_seller"', 'FROM "organizations_settings"')
        for name, each in pages.items()
    }
    assert house["page client"] == readings["page client"] == 1
    assert {name for name, times in house.items() if times > readings[name]} == FORETELL


def _among(statements: list[str], *sought: str) -> int:
    return sum(any(each in statement for each in sought) for statement in statements)


def test_nothing_asks_more_than_it_did(both: tuple[Asked, Asked]) -> None:
    few = _counts(both[0])
    if os.environ.get("STORNO_PROOF") == "write":
        BASELINE.write_text("".join(f"{name} {most}\n" for name, most in sorted(few.items())))
    known = dict(entry.rsplit(" ", 1) for entry in BASELINE.read_text().splitlines())
    most = {name: int(statements) for name, statements in known.items()}
    assert few.keys() == most.keys()
    assert {name: (asks, most[name]) for name, asks in few.items() if asks > most[name]} == {}
