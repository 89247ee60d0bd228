"""Clients are entered, changed, archived, and deleted only while no paper names them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from storno.clients.delete import ClientHasPapers, delete_client
from storno.clients.models import Client, ClientKind, ClientWord
from storno.clients.queries import client_with
from storno.clients.save import (
    ClientInput,
    amend_client,
    archive_client,
    create_client,
    restore_client,
)
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed
from storno.diary.drop import delete_draft
from storno.history.models import Event
from storno.organizations.models import Channel
from storno.organizations.scope import scope
from tests.world import World, found

PERSON, COMPANY = ClientKind.PERSON, ClientKind.COMPANY

EMPLOYER = ClientInput(
    kind=COMPANY,
    name=" Työnantaja  Oy ",
    contact="Öystein Åkesson",
    email="Bills@Employer.example",
    language="nb",
    business_id="FI01120389",
    street="Katu 1",
    postcode="00100",
    city="Helsinki",
    country="fi",
    term_days=30,
    channel=Channel.NONE,
)


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def words(world: World, client_id: UUID, *, archived: bool = False) -> list[str]:
    with scope(world.id):
        rows = ClientWord.objects.filter(client_id=client_id, archived=archived).order_by("word")
        return list(rows.values_list("word", flat=True))


def stored(world: World, client_id: UUID) -> Client:
    with scope(world.id):
        return client_with(client_id, organization_id=world.id)


def told(world: World, client_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    with scope(world.id):
        events = Event.objects.filter(subject_id=client_id).order_by("id")
        return [(event.kind, event.facts) for event in events]


def test_a_company_with_everything(at: datetime) -> None:
    world = found()
    client = create_client(EMPLOYER, who=world.who("office"), at=at)
    kept = stored(world, client.id)
    assert model_to_dict(kept) == model_to_dict(client)
    assert (kept.kind, kept.number, kept.name) == ("company", 2, "Työnantaja Oy")
    assert (kept.sort_key, kept.contact) == ("tyonantaja oy", "Öystein Åkesson")
    assert (kept.email, kept.language) == ("Bills@Employer.example", "nb")
    assert (kept.business_id, kept.country) == ("0112038-9", "FI")
    assert (kept.street, kept.postcode, kept.city) == ("Katu 1", "00100", "Helsinki")
    assert (kept.term_days, kept.term_agreed, kept.channel) == (30, False, "none")
    assert kept.archived_at is None
    assert words(world, client.id) == [
        "0112038-9",
        "01120389",
        "2",
        "9",
        "akesson",
        "bills@employer.example",
        "employer.example",
        "example",
        "oy",
        "oystein",
        "tyonantaja",
    ]
    assert told(world, client.id) == [("client.saved", {"number": 2})]


def test_a_name_is_enough(at: datetime) -> None:
    world = found("NO")
    client = create_client(ClientInput(kind=PERSON, name="Kari"), who=world.who(), at=at)
    kept = stored(world, client.id)
    assert (kept.language, kept.country, kept.channel, kept.term_days) == ("en", "NO", "", None)
    assert words(world, client.id) == ["2", "kari"]


def test_changing_enters_everything_anew(at: datetime) -> None:
    world = found()
    client = create_client(EMPLOYER, who=world.who(), at=at)
    anna = ClientInput(kind=PERSON, name="Anna")
    changed = amend_client(client.id, lambda _now: anna, who=world.who("practitioner"), at=at)
    kept = stored(world, client.id)
    assert model_to_dict(kept) == model_to_dict(changed)
    assert (kept.kind, kept.number, kept.name, kept.email) == ("person", 2, "Anna", "")
    assert (kept.business_id, kept.channel, kept.term_days) == ("", "", None)
    assert words(world, client.id) == ["2", "anna"]
    assert [kind for kind, _facts in told(world, client.id)] == ["client.saved", "client.saved"]


def test_a_part_is_changed_and_the_rest_stays(at: datetime) -> None:
    world = found()
    entered = replace(EMPLOYER, term_days=14, term_agreed=False)
    client = create_client(entered, who=world.who(), at=at)
    before = model_to_dict(stored(world, client.id))
    amend_client(
        client.id, lambda now: replace(now, email="new@example.com"), who=world.who(), at=at
    )
    after = model_to_dict(stored(world, client.id))
    assert after == before | {"email": "new@example.com"}


def test_into_the_archive_and_back(at: datetime) -> None:
    world = found()
    client = create_client(ClientInput(kind=PERSON, name="Anna"), who=world.who(), at=at)
    for _twice in range(2):
        archive_client(client.id, who=world.who(), at=at)
    assert stored(world, client.id).archived_at == at
    assert words(world, client.id) == []
    assert words(world, client.id, archived=True) == ["2", "anna"]
    amend_client(
        client.id, lambda _now: ClientInput(kind=PERSON, name="Anne"), who=world.who(), at=at
    )
    assert stored(world, client.id).archived_at == at
    assert words(world, client.id) == []
    assert words(world, client.id, archived=True) == ["2", "anne"]
    for _twice in range(2):
        restore_client(client.id, who=world.who(), at=at)
    assert stored(world, client.id).archived_at is None
    assert words(world, client.id) == ["2", "anne"]
    assert words(world, client.id, archived=True) == []
    assert [kind for kind, _facts in told(world, client.id)] == [
        "client.saved",
        "client.archived",
        "client.saved",
        "client.restored",
    ]


def test_who_stands_on_no_paper_can_be_deleted(at: datetime) -> None:
    world = found()
    client = create_client(ClientInput(kind=PERSON, name="Anna"), who=world.who(), at=at)
    delete_client(client.id, who=world.who(), at=at)
    with pytest.raises(Absent):
        stored(world, client.id)
    assert words(world, client.id) == []
    assert told(world, client.id)[-1] == ("client.deleted", {"number": 2})
    later = create_client(ClientInput(kind=PERSON, name="Berit"), who=world.who(), at=at)
    assert later.number == 3


def test_who_stands_on_a_paper_stays(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    with pytest.raises(ClientHasPapers) as refused:
        delete_client(world.daisy.id, who=world.who(), at=at)
    assert refused.value.code == "client_has_papers"
    assert stored(world, world.daisy.id).name == "Daisy Duck"
    assert words(world, world.daisy.id) != []
    assert told(world, world.daisy.id) == [("client.saved", {"number": 1})]
    delete_draft(draft.id, who=world.who(), at=at)
    world.invoice(at=at)
    with pytest.raises(ClientHasPapers):
        delete_client(world.daisy.id, who=world.who(), at=at)
    assert stored(world, world.daisy.id).name == "Daisy Duck"


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"name": ""}, [("name", "required")]),
        ({"name": " \n "}, [("name", "required")]),
        ({"name": "🙂" * 101}, [("name", "too_long")]),
        ({"name": "a\x00b"}, [("name", "unprintable")]),
        ({"name": "a\u202eb"}, [("name", "unprintable")]),
        ({"name": "\ud800"}, [("name", "unprintable")]),
        ({"email": "daisy"}, [("email", "not_an_email")]),
        ({"email": "a@example.com\nBcc: b@example.com"}, [("email", "not_an_email")]),
        ({"language": "sv"}, [("language", "unknown")]),
        ({"country": "XX"}, [("country", "unknown")]),
        ({"country": "EU"}, [("country", "unknown")]),
        ({"country": "Finland"}, [("country", "unknown")]),
        ({"country": "246"}, [("country", "unknown")]),
        ({"country": "F\x00"}, [("country", "unknown")]),
        ({"business_id": "2077474-1"}, [("business_id", "check_digit")]),
        ({"business_id": "974760673"}, [("business_id", "check_digit")]),
        ({"business_id": "2077474-0", "country": "NO"}, [("business_id", "check_digit")]),
        ({"business_id": "1" * 21, "country": "SE"}, [("business_id", "too_long")]),
        ({"term_days": 13}, [("term_days", "term_needs_agreement")]),
        ({"term_days": 91}, [("term_days", "term_needs_agreement")]),
        ({"term_days": 366, "term_agreed": True}, [("term_days", "out_of_range")]),
        ({"term_days": -1, "term_agreed": True}, [("term_days", "out_of_range")]),
        ({"term_days": 31, "kind": COMPANY}, [("term_days", "term_needs_agreement")]),
        ({"term_days": 91, "kind": COMPANY, "term_agreed": True}, [("term_days", "out_of_range")]),
        (
            {"contact": "c" * 101, "street": "s" * 101, "postcode": "\x00", "city": "t" * 61},
            [
                ("contact", "too_long"),
                ("street", "too_long"),
                ("postcode", "unprintable"),
                ("city", "too_long"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_named(
    untouched: World, at: datetime, more: dict[str, Any], errors: Sequence[tuple[str, str]]
) -> None:
    entered = replace(ClientInput(kind=PERSON, name="Anna"), **more)
    before = model_to_dict(stored(untouched, untouched.daisy.id))
    attempts: list[Callable[[], Client]] = [
        lambda: create_client(entered, who=untouched.who(), at=at),
        lambda: amend_client(untouched.daisy.id, lambda _now: entered, who=untouched.who(), at=at),
    ]
    for attempt in attempts:
        with pytest.raises(Invalid) as wrong:
            attempt()
        assert [(error.field, error.code) for error in wrong.value.errors] == errors
    with scope(untouched.id):
        assert Client.objects.count() == 1
    assert model_to_dict(stored(untouched, untouched.daisy.id)) == before


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({"business_id": "SE556036079301", "country": "SE"}, "SE556036079301"),
        ({"business_id": "974 760 673", "country": "NO"}, "974760673"),
        ({"business_id": "20774740", "country": ""}, "2077474-0"),
    ],
)
def test_ids_by_the_clients_country(at: datetime, more: dict[str, Any], kept: str) -> None:
    world = found()
    entered = replace(ClientInput(kind=COMPANY, name="Firma"), **more)
    assert create_client(entered, who=world.who(), at=at).business_id == kept


def test_an_agreed_term(at: datetime) -> None:
    world = found()
    entered = ClientInput(kind=COMPANY, name="Firma", term_days=90, term_agreed=True)
    client = create_client(entered, who=world.who(), at=at)
    assert (client.term_days, client.term_agreed) == (90, True)


def test_names_from_everywhere(at: datetime) -> None:
    world = found()
    for name in ("محمد", "👩\u200d🔧", "<script>alert(1)</script>", "ﷺ" * 100, "%s {}"):
        client = create_client(ClientInput(kind=PERSON, name=name), who=world.who(), at=at)
        assert stored(world, client.id).name == name
        assert len(stored(world, client.id).sort_key) <= 200


def test_who_may(untouched: World, at: datetime) -> None:
    reader, daisy = untouched.who("reader"), untouched.daisy.id
    entered = ClientInput(kind=PERSON, name="Anna")
    for attempt in (
        lambda: create_client(entered, who=reader, at=at),
        lambda: amend_client(daisy, lambda _now: entered, who=reader, at=at),
        lambda: archive_client(daisy, who=reader, at=at),
        lambda: restore_client(daisy, who=reader, at=at),
        lambda: delete_client(daisy, who=reader, at=at),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert stored(untouched, daisy).name == "Daisy Duck"


def test_clients_of_others_are_not_there(untouched: World, at: datetime) -> None:
    who, entered = found().who(), ClientInput(kind=PERSON, name="Anna")
    for client_id in (untouched.daisy.id, new_id()):
        attempts: list[Any] = [
            lambda id_=client_id: amend_client(id_, lambda _now: entered, who=who, at=at),
            lambda id_=client_id: archive_client(id_, who=who, at=at),
            lambda id_=client_id: restore_client(id_, who=who, at=at),
            lambda id_=client_id: delete_client(id_, who=who, at=at),
        ]
        for attempt in attempts:
            with pytest.raises(Absent):
                attempt()
    assert stored(untouched, untouched.daisy.id).name == "Daisy Duck"


def test_numbers_are_given_once(at: datetime) -> None:
    world = found()
    numbers: list[int] = []

    def run() -> None:
        for _each in range(5):
            entered = ClientInput(kind=PERSON, name="Anna")
            numbers.append(create_client(entered, who=world.who(), at=at).number)
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(2, 22))


def test_a_refused_client_takes_no_number(at: datetime) -> None:
    world = found()
    with pytest.raises(Invalid):
        create_client(ClientInput(kind=PERSON, name=""), who=world.who(), at=at)
    client = create_client(ClientInput(kind=PERSON, name="Anna"), who=world.who(), at=at)
    assert client.number == 2
