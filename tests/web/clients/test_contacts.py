"""Contacts on their pages: chosen, entered, changed, taken away."""

from uuid import uuid4

import pytest

from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Client, ClientKind, Contact
from storno.clients.save import ClientInput, create_client
from tests.conftest import Clock
from tests.observe import everything
from tests.web.cast import count_of, member_as, row_of, stranger
from tests.web.papers.member import Member
from tests.world import FOUNDED, World, found

pytestmark = pytest.mark.usefixtures("clock")

EMPLOYER = {
    "kind": "company",
    "name": "Acme Oy",
    "email": "laskut@acme.example.com",
    "country": "FI",
    "language": "en",
    "method": "external",
    "shared": "on",
    "buyer_reference": "HR 7",
}
SAID = {"relation": "employer", "case_number": "2026/118", "recipient": "on", "told": "on"}


def beside(world: World, name: str = "Dora Duck", **said: object) -> Contact:
    entered = ClientInput(kind=ClientKind.PERSON, name=name, served=False)
    said_ = ContactInput(**said)  # type: ignore[arg-type]
    return add_contact(world.daisy.id, entered, said_, who=world.who(), at=FOUNDED)


def shared(world: World, name: str = "Kela") -> Client:
    entered = ClientInput(kind=ClientKind.COMPANY, name=name, served=False, shared=True)
    return create_client(entered, who=world.who(), at=FOUNDED)


def test_a_new_contact_is_entered_and_pays() -> None:
    world = found(wording="practice")
    alice, daisy = Member(world), world.daisy.id
    seen = alice.get("client", daisy)
    assert "Contacts New contact None. An employer, an insurer or a parent" in seen.text
    once = uuid4().hex
    seen = alice.post("contact_new", daisy, **(EMPLOYER | SAID), once=once)
    assert seen.path == f"{alice.url('client', daisy)}#contacts"
    assert seen.said == "The contact is saved."
    assert "Acme Oy employer · Case number 2026/118 · externally" in seen.text
    assert "Invoice recipient · Gets notifications" in seen.text
    acme = row_of(Client, world, name="Acme Oy")
    assert (acme.served, acme.shared, acme.method) == (False, True, "external")
    assert acme.buyer_reference == "HR 7"
    contact = row_of(Contact, world)
    assert (contact.client_id, contact.party_id) == (daisy, acme.id)
    assert (contact.relation, contact.case_number) == ("employer", "2026/118")
    assert (contact.recipient, contact.told) == (True, True)
    alice.post("contact_new", daisy, **(EMPLOYER | SAID), once=once)
    assert (count_of(Contact, world), count_of(Client, world)) == (1, 2)
    assert "Is a contact of Daisy Duck" in alice.get("client", acme.id).text


def test_one_who_is_here_is_found_and_chosen() -> None:
    world = found(wording="practice")
    alice, daisy, kela = Member(world), world.daisy.id, shared(world)
    create_client(ClientInput(kind=ClientKind.PERSON, name="Minnie"), who=world.who(), at=FOUNDED)
    seen = alice.get("contact_new", daisy)
    assert ("Kela" in seen.text, "Minnie" in seen.text) == (True, False)
    choose = f"{alice.url('contact_new', daisy)}?party={kela.id}"
    assert choose in seen.html
    assert "Minnie" in alice.get("contact_new", daisy, q="minn").text
    assert "Nobody was found." in alice.get("contact_new", daisy, q="nobody").text
    assert "party=" not in alice.get("contact_new", daisy, q="daisy").html
    page = alice.get("contact_new", daisy, party=str(kela.id))
    assert "Choose somebody else" in page.text
    assert 'name="name"' not in page.html
    answer = alice.client.post(choose, SAID, follow=True)
    assert answer.status_code == 200
    assert row_of(Contact, world).party_id == kela.id
    again = alice.client.post(choose, SAID)
    assert again.status_code == 422
    assert "This contact is there already." in again.content.decode()
    assert count_of(Contact, world) == 1


def test_what_is_wrong_stands_beside_its_field() -> None:
    world = found(wording="practice")
    alice = Member(world)
    before = everything(world)
    for wrong, field, says in (
        ({"name": ""}, "name", "This field is required."),
        ({"email": "x@"}, "email", "Enter an e-mail address like anna@example.com."),
        ({"phone": "me"}, "phone", "Enter a number like +358 40 123 4567."),
        ({"method": "einvoice"}, "method", "E-invoices cannot be sent from here."),
        ({"relation": "x" * 61}, "relation", "At most 60 characters."),
        ({"case_number": "\u202e1"}, "case_number", "Remove the unprintable characters."),
    ):
        seen = alice.post("contact_new", world.daisy.id, **(EMPLOYER | SAID | wrong))
        assert (seen.status, seen.error_of(field)) == (422, says)
        assert seen.field("buyer_reference") == "HR 7"
    assert everything(world) == before


def test_a_contact_is_changed_and_taken_away() -> None:
    world = found(wording="practice")
    alice, daisy = Member(world), world.daisy.id
    dora = beside(world, relation="mother", told=True)
    kin = beside(world, "Della", recipient=True)
    page = alice.get("contact", daisy, dora.id)
    assert (page.status, page.field("relation")) == (200, "mother")
    seen = alice.post("contact", daisy, dora.id, relation="mum", recipient="on")
    assert seen.said == "The contact is saved."
    assert row_of(Contact, world, id=dora.id).recipient is True
    assert row_of(Contact, world, id=kin.id).recipient is False
    assert row_of(Contact, world, id=dora.id).told is False
    wrong = alice.post("contact", daisy, dora.id, relation="x" * 61)
    assert (wrong.status, wrong.error_of("relation")) == (422, "At most 60 characters.")
    assert row_of(Contact, world, id=dora.id).relation == "mum"
    assert alice.post("contact_remove", daisy, dora.id).said == "The contact is removed."
    assert count_of(Client, world, name="Dora Duck") == 0
    again = alice.post("contact_remove", daisy, dora.id)
    assert (again.status, again.said) == (200, "The contact was removed already.")
    by_itself = alice.url("contact_remove", daisy, kin.id)
    typed = alice.client.get(by_itself, headers={"accept": "text/html,*/*"})
    assert (typed.status_code, typed["Allow"]) == (405, "POST")
    assert "This page cannot be opened by itself" in typed.content.decode()


def test_a_page_opened_before_puts_nothing_back() -> None:
    world = found(wording="practice")
    alice, daisy, dora = Member(world), world.daisy.id, beside(world, relation="mother")
    opened = {"initial-relation": "mother", "initial-case_number": "", "relation": "mother"}
    opened |= {"initial-recipient": "False", "initial-told": "False"}
    alice.post("contact", daisy, dora.id, **opened | {"recipient": "on"})
    alice.post("contact", daisy, dora.id, **opened | {"case_number": "7"})
    now = row_of(Contact, world, id=dora.id)
    assert (now.recipient, now.case_number, now.relation) == (True, "7", "mother")


def test_who_only_pays_is_listed_apart() -> None:
    world = found(wording="practice")
    alice, kela = Member(world), shared(world)
    assert "Kela" not in alice.get("clients").text
    others = alice.get("clients", state="others")
    assert ("Kela" in others.text, "Daisy" in others.text) == (True, False)
    assert "Kela Other recipient" in alice.get("clients", q="kel").text
    assert alice.get("client_new", state="others").part_of("only_pays").count("checked") == 1
    assert alice.get("client", kela.id).part_of("only_pays").count("checked") == 1
    opened = alice.get("client", kela.id).filled
    wrong = alice.post("client", kela.id, **{k: v for k, v in opened.items() if k != "only_pays"})
    assert (wrong.status, row_of(Client, world, id=kela.id).served) == (422, False)
    assert wrong.error_of("shared").startswith("Only somebody who is not served")


def test_other_houses_are_not_burdened() -> None:
    world = found()
    alice, daisy = Member(world), world.daisy.id
    seen = alice.get("client", daisy)
    for word in ("Contacts", "Who pays", "Other recipients"):
        assert word not in seen.text
    assert "Other recipients" not in alice.get("clients").text
    dora = beside(world, relation="mother", recipient=True)
    seen = alice.get("client", daisy)
    assert "Contacts Dora Duck mother Invoice recipient Change" in seen.text
    assert "New contact" not in seen.text
    opened = alice.get("client", dora.party_id).filled
    alice.post("client", dora.party_id, **opened | {"city": "Espoo"})
    party = row_of(Client, world, id=dora.party_id)
    assert (party.city, party.served) == ("Espoo", False)


def test_who_usually_pays_is_not_archived(clock: Clock) -> None:
    world = found(wording="practice")
    dora = beside(world, recipient=True)
    seen = Member(world).post("client_archive", dora.party_id)
    assert seen.status == 409
    assert "It usually pays for others, so it cannot be archived." in seen.text
    assert "Choose another invoice recipient for them first." in seen.text
    assert row_of(Client, world, id=dora.party_id).archived_at is None


def test_a_reader_reads_and_others_find_nothing() -> None:
    world = found(wording="practice")
    dora = beside(world, relation="mother")
    daisy = world.daisy.id
    reader = member_as(world, "reader")
    assert "Dora Duck mother" in reader.get("client", daisy).text
    assert "New contact" not in reader.get("client", daisy).text
    before = everything(world)
    for name, args in (
        ("contact_new", (daisy,)),
        ("contact", (daisy, dora.id)),
        ("contact_remove", (daisy, dora.id)),
    ):
        assert reader.post(name, *args, **(EMPLOYER | SAID)).status == 403
        for other in (stranger(world), Member(found())):
            assert other.post(name, *args, **(EMPLOYER | SAID)).status == 404
            if name != "contact_remove":
                assert other.get(name, *args).status == 404
    assert Member(world).get("contact", dora.party_id, dora.id).status == 404
    assert Member(world).get("contact_new", daisy, party=str(uuid4())).status == 404
    assert everything(world) == before
