"""Who sees few clients among many waits no longer than who has few.

Rows of others are told apart by a look into a hash: no function is called for each of them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from storno.clients.models import Care, CareKind, Client, Contact
from storno.clients.queries import clients_by_name, search_clients
from storno.diary.book import book_session
from storno.diary.retention import MOST_LISTED, due_clients
from storno.documents.models import Document, Standing
from storno.documents.queries import Filter, Tab, count_tabs, list_invoices
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope, scope_of
from storno.sight.apps import SightConfig
from tests.diary.practice import HOUR, practice
from tests.properties.depth import DEEP
from tests.sight.crowd import EACH, THEIRS, Crowd, crowd

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
PAPERS = 100_000 if DEEP else 2_000
TRIES = 5 if DEEP else 1
MORE_MS = 30
"""By the slowest statement and the best of the tries; others use this machine too."""

HASHED = sorted(
    table for table, condition in SightConfig.conditions.items() if "clients_in_sight" in condition
)


@pytest.fixture(scope="module")
def many() -> Crowd:
    return crowd(PAPERS, at=AT)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


@pytest.mark.parametrize("table", HASHED)
def test_rows_of_others_cost_a_look_into_a_hash(many: Crowd, table: str) -> None:
    with scope_of(many.practitioner), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT count(*) FROM {table}")
        (answer,) = cursor.fetchone()
    (top,) = json.loads(answer) if isinstance(answer, str) else answer
    (told,) = [each["Filter"] for each in nodes(top["Plan"]) if "own" in each.get("Filter", "")]
    _all, own = told.split(" OR ", 1)
    hashed = own.index("hashed SubPlan")
    assert "in_sight(" not in own[:hashed]


def test_those_gathered_are_those_in_sight() -> None:
    """Also after something was written, and of each by itself as of all at once."""
    house = practice()
    erik, as_erik = house.member("erik")
    clients = {name: house.company(name) for name in NAMES}
    with scope(house.id):
        for client, party in BESIDE:
            Contact.objects.create(
                organization_id=house.id, client=clients[client], party=clients[party]
            )
    paid = house.asked(AT + HOUR, practitioner=erik.id, client=clients["Handed over"].id)
    book_session(replace(paid, recipient=clients["Payer"].id), who=as_erik, at=AT)
    removed = house.asked(AT + 3 * HOUR, client=clients["Another's"].id)
    book_session(replace(removed, recipient=clients["Removed"].id), who=house.who(), at=AT)
    with scope(house.id):
        Care.objects.filter(organization_id=house.id).delete()
        for name in ("Another's", "Handed over", "Also another's"):
            _look_after(clients[name], house.paula.person_id)
        _look_after(clients["Own"], erik.person_id)
        Client.objects.filter(id=clients["Shared"].id).update(served=False, shared=True)
        for name in ("Removed", "New"):  # both only pay; one has done so for a client of another's
            Client.objects.filter(id=clients[name].id).update(served=False)
    with scope(house.id, clients_of=erik.person_id):
        assert _in_sight(clients) == NAMES - HIDDEN
        _look_after(clients["Also another's"], erik.person_id)
        assert _in_sight(clients) == NAMES - HIDDEN | {"Also another's"}


NAMES = {
    "Own", "Another's", "Also another's", "Handed over", "Nobody's", "Payer", "Shared",
    "Removed", "New",
    "Mother of own", "Mother of another's", "Mother of both", "Mother of nobody's",
}  # fmt: skip
HIDDEN = {"Another's", "Also another's", "Mother of another's", "Removed"}
BESIDE = (
    ("Own", "Mother of own"),
    ("Another's", "Mother of another's"),
    ("Own", "Mother of both"),
    ("Another's", "Mother of both"),
    ("Nobody's", "Mother of nobody's"),
    ("Another's", "Payer"),
    ("Another's", "Shared"),
)


def _look_after(client: Client, person_id: UUID) -> None:
    Care.objects.create(
        organization_id=client.organization_id,
        client=client,
        person_id=person_id,
        kind=CareKind.SHARED,
        since=AT,
    )


def _in_sight(clients: dict[str, Client]) -> set[str]:
    names = {client.id: name for name, client in clients.items()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT clients_in_sight()")
        return {names[id_] for (id_,) in cursor.fetchall() if id_ in names}


def _tabs(organization_id: UUID) -> int:
    return count_tabs(organization_id, today=AT.date())[Tab.ALL]


def _papers(organization_id: UUID) -> int:
    return len(list_invoices(organization_id, Filter(), today=AT.date()).rows)


def _numbered(organization_id: UUID) -> int:
    return len(list_invoices(organization_id, Filter(text="X1"), today=AT.date()).rows)


def _owed(organization_id: UUID) -> int:
    standings = Standing.objects.filter(organization_id=organization_id)
    return int(standings.aggregate(sum=Sum("open_minor"))["sum"]) // 1190_00


WORK: dict[str, tuple[Callable[[UUID], int], int]] = {
    "papers": (_papers, 50),
    "tabs": (_tabs, 100),
    "clients": (lambda id_: len(clients_by_name(organization_id=id_).items), THEIRS),
    "search": (lambda id_: len(search_clients("duck", organization_id=id_)), 10),
    "sum": (_owed, THEIRS * EACH),
    "count": (lambda id_: Document.objects.filter(organization_id=id_).count(), THEIRS * EACH),
}


@pytest.mark.parametrize("work", WORK)
def test_who_sees_few_of_many_waits_no_longer(many: Crowd, work: str) -> None:
    read, found = WORK[work]
    organization_id = many.practitioner.organization_id
    took = {}
    for who in (many.administrator, many.practitioner):
        with scope_of(who):
            best = []
            for _try in range(TRIES):
                with CaptureQueriesContext(connection) as queries:
                    read_ = read(organization_id)
                best.append(max(float(each["time"]) for each in queries.captured_queries))
        took[who] = min(best) * 1000
    assert read_ == found
    assert took[many.practitioner] <= took[many.administrator] + MORE_MS or not DEEP


@pytest.mark.parametrize("years", [1, 9])
def test_who_is_to_be_erased_is_found_by_reading_no_row_twice(many: Crowd, years: int) -> None:
    """Neither for clients of whom each was seen lately, nor for those whose time is over."""
    who, later = many.administrator, AT.replace(year=AT.year + years)
    with scope_of(who), connection.cursor() as cursor:
        settings = settings_of(who.organization_id)
        with CaptureQueriesContext(connection) as queries:
            due = due_clients(settings, who=who, at=later)
        read = []
        for each in queries.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {each['sql']}")
            (answer,) = cursor.fetchone()
            (top,) = json.loads(answer) if isinstance(answer, str) else answer
            read += [_rows_read(step) for step in nodes(top["Plan"]) if "Relation Name" in step]
    assert len(due) == (0 if years == 1 else min(PAPERS // EACH + 1, MOST_LISTED))
    assert max(read) <= PAPERS * 3 // 2


def _rows_read(step: dict[str, Any]) -> float:
    passed_over = step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Join Filter", 0)
    return float((step["Actual Rows"] + passed_over) * step["Actual Loops"])
