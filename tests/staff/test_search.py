"""The search of customer service: what it finds, what it tells, and what is kept of it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from storno.core.refusals import Invalid, NotAllowed
from storno.staff.apps import StaffConfig
from storno.staff.enlist import enlist
from storno.staff.models import Search, Visit
from storno.staff.search import By, Hit, search
from tests.cases.test_cases import paid
from tests.custody.test_cross import key
from tests.plans import must_run_along_indexes
from tests.web.desk.agent import somebody
from tests.world import World, found

EVERY = 1_000_000
"""Hits: other tests have left theirs."""


def agent(at: datetime) -> Any:
    person = somebody("Sam")
    enlist(person.email, "agent", at=at)
    return person


def of(world: World, hits: list[Hit]) -> list[tuple[By, str]]:
    """The hits in one organization: other tests have left theirs."""
    return [(hit.by, hit.number) for hit in hits if hit.organization.id == world.id]


def test_an_invoice_is_found_by_all_that_somebody_may_name(at: datetime) -> None:
    world, invoice = paid(at)
    sam = agent(at)

    def by(asked: str) -> list[tuple[By, str]]:
        return of(world, search(asked, person_id=sam.id, at=at))

    reference = invoice.payment_reference
    spaced = f"{reference[:-5]} {reference[-5:]}".strip()
    for asked in (reference, spaced, f"000{reference}"):
        assert by(asked) == [(By.REFERENCE, "2026-0001")]
    slug = world.organization.slug
    assert by(slug) == [(By.ORGANIZATION, "")]
    assert by(slug.upper()) == [(By.ORGANIZATION, "")]
    assert by("nobody is called so") == []


def test_a_number_an_amount_and_names_of_payers_are_found(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    sam = agent(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT by_what, number FROM found_by_customer_service('no one', %s, %s, %s, %s)"
            " WHERE organization_id = %s",
            [[invoice.number], ["daisy", "du"], 125_500, EVERY, world.id],
        )
        assert cursor.fetchall() == [("number", "2026-0001")]
        for tokens, words, amount, by in (
            ([], ["daisy", "duc"], None, "payer"),
            ([], [], 125_500, "amount"),
        ):
            cursor.execute(
                "SELECT by_what, number FROM found_by_customer_service('no one', %s, %s, %s, %s)"
                " WHERE organization_id = %s",
                [tokens, words, amount, EVERY, world.id],
            )
            assert cursor.fetchall() == [(by, "2026-0001")]
        cursor.execute(
            "SELECT count(*) FROM found_by_customer_service('no one', '{}', %s, NULL, %s)"
            " WHERE organization_id = %s",
            [["daisy", "dax"], EVERY, world.id],
        )
        assert cursor.fetchone() == (0,)
    assert len(search("1255,00", person_id=sam.id, at=at)) <= 20


def test_what_is_kept_of_a_search_names_nobody(at: datetime) -> None:
    sam = agent(at)
    word = f"Nobody-{key()}"
    assert search(word, person_id=sam.id, at=at) == []
    kept = Search.objects.get(staff__person=sam)
    assert (kept.by, kept.hits, kept.searched_at) == ("", 0, at)
    assert not Visit.objects.filter(staff__person=sam).exists()
    for asked in ("", " a", "x" * 101, "a\x00bc"):
        with pytest.raises(Invalid):
            search(asked, person_id=sam.id, at=at)
    assert Search.objects.filter(staff__person=sam).count() == 1


def test_who_does_not_serve_finds_nothing(at: datetime) -> None:
    world = found()
    with pytest.raises(NotAllowed):
        search("2026-0001", person_id=world.alice.id, at=at)


@pytest.mark.parametrize("asked", ["%%%", "_____", "';--", "\\\\\\", "ÅÄÖ", "\U0001f600" * 3])
def test_signs_of_patterns_find_only_themselves(asked: str, at: datetime) -> None:
    assert search(asked, person_id=agent(at).id, at=at) == []


def test_each_way_runs_along_an_index(at: datetime) -> None:
    """Whatever the size of the books: read row by row is only who sells, and on which accounts."""
    found().invoice(at=at)
    asked = {
        "asked": "'x'::text",
        "tokens": "ARRAY['2026-0001']",
        "words": "(ARRAY['daisy', 'duck'])",
        "amount": "125500::bigint",
        "most": "20",
    }
    small = {"organizations_organization", "organizations_seller", "numbering_receivingaccount"}
    must_run_along_indexes(StaffConfig.functions[0], asked, small=small)
