"""History through the API."""

from dataclasses import replace
from datetime import datetime

from storno.core.ids import new_id
from storno.diary.models import Sight
from storno.diary.sight import open_diary
from storno.documents.draft import DraftDeleted
from storno.history.record import record
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.api.caller import Caller, caller
from tests.conftest import Clock
from tests.diary.practice import HOUR, practice
from tests.world import World, found


def test_history_is_told_in_sentences_and_pages(alice: Caller, world: World, at: datetime) -> None:
    paper = world.invoice(at=at)
    paid = {"amount": "5.00", "paid_on": "2026-06-16", "method": "cash"}
    alice.post(f"/invoices/{paper.id}/payments", paid)
    answer = alice.get(f"/history?subject={paper.id}")
    assert answer.status == 200
    assert [
        {name: event[name] for name in ("kind", "by", "sentence")} for event in answer.body["items"]
    ] == [
        {
            "kind": "payment.registered",
            "by": "Alice",
            "sentence": "A payment of €5.00 was registered.",
        },
        {"kind": "invoice.issued", "by": "Alice", "sentence": "Invoice 2026-0001 was issued."},
    ]
    assert {event["subject"] for event in answer.body["items"]} == {str(paper.id)}
    assert answer.body["items"][0]["at"] == "2026-06-16T09:12:00Z"
    page = alice.get(f"/history?subject={paper.id}&limit=1").body
    assert page["items"] == answer.body["items"][:1]
    rest = alice.get(page["next"].removeprefix("/api/v1")).body
    assert rest == {"items": answer.body["items"][1:], "next": None}


def test_history_is_ones_own(alice: Caller, clock: Clock, at: datetime) -> None:
    other = found()
    paper = other.invoice(at=at)
    assert alice.get(f"/history?subject={paper.id}").body == {"items": [], "next": None}
    assert len(caller(other).get(f"/history?subject={paper.id}").body["items"]) == 1


def test_who_has_no_name_is_told_by_the_address_and_who_has_left_as_that(
    alice: Caller, world: World, at: datetime
) -> None:
    draft = world.draft(at=at)
    asked = f"/history?subject={draft.id}"
    Person.objects.filter(id=world.alice.id).update(name="")
    assert alice.get(asked).body["items"][0]["by"] == world.alice.email
    with scope(world.id):
        record(
            DraftDeleted(), subject_id=draft.id, who=replace(world.who(), person_id=new_id()), at=at
        )
    assert [each["by"] for each in alice.get(asked).body["items"]] == [
        "somebody who has left",
        world.alice.email,
    ]


def test_of_bookings_only_open_diaries_are_told_of(clock: Clock, at: datetime) -> None:
    """Not even to administrators: they see when somebody is busy, and no more."""
    house = practice()
    paula = Person.objects.get(id=house.paula.person_id)
    session = house.book(at + HOUR, at=at)
    alice, herself = caller(house.world), caller(house.world, paula)

    def told(who: Caller) -> set[str]:
        return {event["subject"] for event in who.get("/history").body["items"]}

    assert str(session.id) in told(herself)
    assert str(session.id) not in told(alice)
    assert alice.get(f"/history?subject={session.id}").body["items"] == []
    mine = Membership.objects.get(organization_id=house.id, person=house.world.alice)
    open_diary(mine.id, Sight.VIEW, who=house.who(), at=at)
    assert str(session.id) in told(alice)
