"""Sharing a client and handing it over through the API, and who has looked."""

from datetime import timedelta

from storno.people.models import Person
from tests.api.caller import caller, member
from tests.clients.test_hand_over import AT, TEN, carers
from tests.conftest import Clock
from tests.diary.practice import practice


def test_programs_share_and_hand_over(clock: Clock) -> None:
    house = practice()
    erik, _as_erik = house.member("erik")
    house.book(TEN, at=AT)
    alice, address = caller(house.world), f"/clients/{house.daisy.id}"
    shared = alice.post(f"{address}/access", {"member": str(erik.id)})
    assert (shared.status, shared.body["kind"]) == (201, "shared")
    listed = alice.get(f"{address}/access").body["items"]
    assert [(each["person"], each["kind"]) for each in listed] == [
        (str(house.paula.person_id), "primary"),
        (str(erik.person_id), "shared"),
    ]
    assert alice.delete(f"{address}/access/{shared.body['id']}").status == 204
    moved = {"member": str(erik.id), "keep_access": True}
    assert alice.post(f"{address}/transfer", moved).status == 204
    assert carers(house) == [(erik.person_id, "primary"), (house.paula.person_id, "shared")]
    assert alice.get(address).status == 200
    (look,) = alice.get(f"{address}/looks").body["items"]
    assert (look["person"], look["token"]) == (str(house.world.alice.id), "")
    paula = caller(house.world, Person.objects.get(id=house.paula.person_id))
    assert paula.get(f"{address}/looks").body == {"items": []}
    assert alice.get("/members/left").body == {"items": []}
    house.paula.delete()
    (left,) = alice.get("/members/left").body["items"]
    answer = alice.post(f"/members/left/{left['person']}/transfer", {"member": str(erik.id)})
    assert answer.body == {"clients": 1}


def test_each_way_to_a_client_is_a_look_at_it(clock: Clock) -> None:
    house = practice()
    session = house.book(TEN, at=AT)
    ways = [
        f"/sessions/{session.id}",
        f"/clients/{house.daisy.id}/consents",
        f"/clients/{house.daisy.id}/erasure",
        f"/history?subject={house.daisy.id}",
        f"/history?subject={session.id}",
    ]
    paula = caller(house.world, Person.objects.get(id=house.paula.person_id))
    alice = caller(house.world)
    for number, way in enumerate(ways, start=1):
        clock.now += timedelta(minutes=10)
        assert paula.get(way).status == 200
        seen = alice.get(f"/clients/{house.daisy.id}/looks").body["items"]
        assert [each["person"] for each in seen] == [str(house.paula.person_id)] * number
    alice.get(f"/history?subject={session.id}")  # a closed diary: nothing is told
    assert len(alice.get(f"/clients/{house.daisy.id}/looks").body["items"]) == len(ways)


def test_consents_are_not_for_office_and_readers(clock: Clock) -> None:
    house = practice()
    address = f"/clients/{house.daisy.id}/consents"
    answer = {"template": str(house.daisy.id), "answer": "given", "how": "spoken"}
    for role in ("office", "reader"):
        other = caller(house.world, member(house.world, role))
        assert other.get(address).status == 403
        assert other.post(address, answer).status == 403
    reader = caller(house.world, member(house.world, "reader"))
    assert reader.get(f"/clients/{house.daisy.id}/export").status == 403
