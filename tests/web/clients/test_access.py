"""The tab of a client that says who looks after it, and members who have left clients behind."""

from storno.clients.care import cares_of
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.clients.test_hand_over import AT, TEN, carers
from tests.diary.practice import practice
from tests.web.papers.member import Member


def test_the_page_of_a_client_shares_it_hands_it_over_and_tells_who_has_looked() -> None:
    house = practice()
    erik, _as_erik = house.member("erik")
    house.book(TEN, at=AT)
    alice, daisy = Member(house.world), house.daisy.id
    alice.get("client", daisy)
    page = alice.get("client_access", daisy).text
    assert "Paula responsible, since" in page
    assert "Who has looked Alice" in page
    assert alice.post("client_share", daisy, member=str(erik.id)).said == "The access is shared."
    assert alice.post("client_share", daisy, member="x").said == "Choose a colleague."
    answer = alice.post("client_transfer", daisy, member=str(erik.id))
    assert answer.said == "The client is handed over."
    assert carers(house) == [(erik.person_id, "primary")]
    with scope(house.id):
        (care,) = cares_of(daisy, house.id)
    kept = alice.post("client_withdraw", daisy, care.id)
    assert kept.said.startswith("This member is responsible for the client.")
    nobody = Member(house.world, Person.objects.get(id=house.paula.person_id))
    for member in (str(erik.id), "x"):  # who may, before what is missing
        for deed in ("client_share", "client_transfer"):
            assert nobody.post(deed, daisy, member=member).status == 403


def test_the_clients_of_who_has_left_wait_on_the_page_of_members() -> None:
    house = practice()
    erik, _as_erik = house.member("erik")
    house.book(TEN, at=AT)
    house.paula.delete()
    alice, person_id = Member(house.world), house.paula.person_id
    assert "Clients of members who have left Paula 1 client" in alice.get("members").text
    assert (
        alice.post("member_clients", person_id, member="").said == "Choose one of your colleagues."
    )
    answer = alice.post("member_clients", person_id, member=str(erik.id))
    assert answer.said == "1 client is handed over."
    assert carers(house) == [(erik.person_id, "primary")]
