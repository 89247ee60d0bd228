"""Clients are found: by id, by name in pages, and as one types, among very many too."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from storno.clients.models import ClientKind
from storno.clients.queries import client_with, clients_by_name, search_clients
from storno.clients.save import ClientInput, archive_client, create_client
from storno.core.ids import new_id
from storno.core.pages import Place
from storno.core.refusals import Absent, Invalid
from storno.organizations.scope import scope
from tests.properties.depth import DEEP
from tests.world import World, found

ENTERED = [
    ("Bjørn Öberg", "bjorn@example.com", ""),
    ("bjorn Oberg", "", ""),
    ("Anna Virtanen-Korhonen", "anna.vk@mail.example", ""),
    ("Firma Anna Oy", "info@firma.example", "0112038-9"),
    ("שרה כהן", "", ""),
    ("🙂", "", ""),
]
"""Name, e-mail and business id of clients 2 to 7; client 1 is Daisy Duck."""

GONE = "Anna Archived"


@pytest.fixture(scope="module")
def world() -> World:
    at = datetime.fromisoformat("2026-06-16T09:12:00Z")
    world = found()
    for name, email, business_id in ENTERED:
        kind = ClientKind.COMPANY if business_id else ClientKind.PERSON
        entered = ClientInput(kind=kind, name=name, email=email, business_id=business_id)
        create_client(entered, who=world.who(), at=at)
    gone = ClientInput(kind=ClientKind.PERSON, name=GONE)
    archive_client(create_client(gone, who=world.who(), at=at).id, who=world.who(), at=at)
    return world


def names(world: World, text: str, *, limit: int = 10) -> list[str]:
    with scope(world.id):
        found_ = search_clients(text, organization_id=world.id, limit=limit)
        return [client.name for client in found_]


def test_a_client_by_id(world: World) -> None:
    with scope(world.id):
        assert client_with(world.daisy.id, organization_id=world.id) == world.daisy
        with pytest.raises(Absent):
            client_with(new_id(), organization_id=world.id)


def test_a_client_of_others_is_not_there(world: World) -> None:
    other = found()
    with scope(other.id):
        for organization_id in (other.id, world.id):
            with pytest.raises(Absent):
                client_with(world.daisy.id, organization_id=organization_id)
        assert search_clients("daisy", organization_id=world.id) == []
        assert clients_by_name(organization_id=world.id).items == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bjø", ["bjorn Oberg", "Bjørn Öberg"]),
        ("ÖBERG BJÖ", ["bjorn Oberg", "Bjørn Öberg"]),
        ("bjorn@", ["bjorn Oberg", "Bjørn Öberg"]),
        ("bjorn@e", ["Bjørn Öberg"]),
        ("anna", ["Anna Virtanen-Korhonen", "Firma Anna Oy"]),
        ("korh", ["Anna Virtanen-Korhonen"]),
        ("virtanen-k anna", ["Anna Virtanen-Korhonen"]),
        ("vk@mail", ["Anna Virtanen-Korhonen"]),
        ("anna oy", ["Firma Anna Oy"]),
        ("oy daisy", []),
        ("01120389", ["Firma Anna Oy"]),
        ("0112038-9", ["Firma Anna Oy"]),
        ("5", ["Firma Anna Oy"]),
        ("שר", ["שרה כהן"]),
        ("🙂", ["🙂"]),
        ("archived", []),
        ("nna", []),
        ("%", []),
        ("_", []),
        ("a' OR 1=1 --", []),
        ("an\x00na korh\ud800", ["Anna Virtanen-Korhonen"]),
        ("x" * 10_000, []),
        ("a " * 2_000, ["Anna Virtanen-Korhonen", "Firma Anna Oy"]),
    ],
)
def test_search(world: World, text: str, expected: list[str]) -> None:
    assert sorted(names(world, text)) == sorted(expected)


def test_what_is_found_stands_in_order(world: World) -> None:
    assert names(world, "example") == [
        "Anna Virtanen-Korhonen",
        "Bjørn Öberg",
        "Daisy Duck",
        "Firma Anna Oy",
    ]


def test_a_client_is_found_once(world: World) -> None:
    """Two words of this client begin alike."""
    assert names(world, "anna", limit=1) == ["Anna Virtanen-Korhonen"]
    assert names(world, "a", limit=100).count("Anna Virtanen-Korhonen") == 1


def test_the_archive_is_searched_for_itself(world: World) -> None:
    with scope(world.id):
        for text, expected in (("anna", [GONE]), ("virtanen", []), ("", [GONE])):
            there = search_clients(text, organization_id=world.id, archived=True)
            assert [client.name for client in there] == expected, text


def test_without_a_word_the_first_by_name(world: World) -> None:
    assert names(world, " ", limit=2) == ["Anna Virtanen-Korhonen", "Bjørn Öberg"]
    for limit in (0, 101):
        with pytest.raises(Invalid):
            names(world, "anna", limit=limit)


def test_pages_by_name(world: World) -> None:
    seen: list[str] = []
    after = None
    with scope(world.id):
        while True:
            page = clients_by_name(organization_id=world.id, after=after, limit=2)
            seen += [client.name for client in page.items]
            if not page.next:
                break
            after = Place.read(page.next)
        archived = clients_by_name(organization_id=world.id, archived=True)
    assert seen == [
        "Anna Virtanen-Korhonen",
        "Bjørn Öberg",
        "bjorn Oberg",
        "Daisy Duck",
        "Firma Anna Oy",
        "שרה כהן",
        "🙂",
    ]
    assert [client.name for client in archived.items] == ["Anna Archived"]


PRESENT = 100_000 if DEEP else 20_000
CLIENTS = f"""
WITH names AS (
    SELECT i,
        (ARRAY['anna','antti','bertil','carita','daniel','eeva','fatima','gunnar','hilkka','ida'])
            [1 + i %% 10] AS first,
        (ARRAY['virta','korho','lehto','maki','niemi','ra','salo','toivo','viita','ylo'])
            [1 + i / 10 %% 10]
        || (ARRAY['nen','la','mpi','lainen','harju','kangas','saari','vaara','koski','joki'])
            [1 + i / 100 %% 10] AS last
    FROM generate_series(1, {PRESENT * 6 // 5}) AS i
)
INSERT INTO clients_client (id, organization_id, kind, number, name, sort_key, contact, email,
    language, business_id, street, postcode, city, country, term_agreed, channel, archived_at,
    served, shared, phone, method, buyer_reference, time_zone,
    told_by, wants_reminders)
SELECT gen_random_uuid(), %s, 'person', i + 1000, first || ' ' || last, first || ' ' || last,
    '', first || i || '@example.com', 'fi', '', '', '', '', 'FI', false, '',
    CASE WHEN i > {PRESENT} THEN now() END, i %% 10 > 0, i %% 1000 = 0, '', '', '', '', '', true
FROM names
"""
WORDS = """
INSERT INTO clients_clientword (id, organization_id, client_id, word, archived)
SELECT gen_random_uuid(), organization_id, id, word, archived_at IS NOT NULL
FROM clients_client, unnest(string_to_array(name, ' ') || ARRAY[email, 'example.com', number::text])
    AS word
WHERE organization_id = %s AND number > 1000
"""


@pytest.fixture(scope="module")
def crowd() -> Iterator[World]:
    """Clients with five words each, a fifth as many archived, written by the owner.

    The clients are counted before their words come: else each word may look for its client in all
    of them, by a plan from when they were few.
    """
    world = found()
    with connections["owner"].cursor() as cursor:
        cursor.execute(CLIENTS, [world.id])
        cursor.execute("ANALYZE clients_client")
        cursor.execute(WORDS, [world.id])
        cursor.execute("ANALYZE clients_clientword")
    yield world
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM clients_client WHERE organization_id = %s", [world.id])
        cursor.execute("VACUUM ANALYZE clients_client, clients_clientword")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


TRIES = 20
FAST_MS = 5


def explained(world: World, read: Callable[[], object]) -> tuple[set[str], float]:
    """How the one query of `read` goes to its tables, and its best time of some tries, in ms.

    Asked as the application's role, inside the organization's scope; others use this machine too.
    """
    with scope(world.id), connection.cursor() as cursor:
        with CaptureQueriesContext(connection) as queries:
            read()
        (query,) = [each["sql"] for each in queries]
        times: list[float] = []
        for _try in range(TRIES):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
            (answer,) = cursor.fetchone()
            (top,) = json.loads(answer) if isinstance(answer, str) else answer
            times.append(top["Planning Time"] + top["Execution Time"])
        ways = {
            f"{node['Node Type']} {node.get('Index Name', node['Relation Name'])}"
            for node in nodes(top["Plan"])
            if "Relation Name" in node
        }
        return ways, min(times)


BY_WORD = {
    "Index Scan clients_by_word",
    "Index Only Scan clients_by_word",
    "Bitmap Heap Scan clients_clientword",
    "Index Scan words_of_client",
    "Index Only Scan words_of_client",
    "Index Scan client_key",
}
"""The ways to a client by a word; going through all rows is none of them."""


@pytest.mark.parametrize(
    "text",
    [
        "v",
        "ex",
        "virtanen",
        "anna virt",
        "a v e",
        "anna99",
        "6789",
        "6789 example.com anna",
        "nobody",
        "nobody example.com",
    ],
)
def test_search_is_fast_among_many(crowd: World, text: str) -> None:
    ways, milliseconds = explained(crowd, lambda: search_clients(text, organization_id=crowd.id))
    assert ways <= BY_WORD
    assert milliseconds < FAST_MS


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ({}, "Index Scan present_clients_by_name"),
        ({"served": False}, "Index Scan present_clients_by_name"),
        ({"archived": True}, "Index Scan clients_by_name"),
    ],
)
def test_the_list_is_fast_at_its_end(crowd: World, asked: dict[str, Any], way: str) -> None:
    after = Place("gunnar ylovaara", new_id())
    ways, milliseconds = explained(
        crowd, lambda: clients_by_name(organization_id=crowd.id, after=after, **asked)
    )
    assert ways == {way}
    assert milliseconds < FAST_MS
