"""Clients on their pages: found, entered, changed, put away."""

from uuid import uuid4

import pytest

from storno.clients.forget import forget
from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.web.cast import count_of, member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "kind": "company",
    "name": "Café Pulla Oy",
    "contact": "Päivi",
    "business_id": "07375462",
    "email": "laskut@pulla.example.com",
    "street": "Fredrikinkatu 20",
    "postcode": "00100",
    "city": "Helsinki",
    "country": "FI",
    "language": "fi",
    "channel": "email",
    "term_days": "21",
}


def many(world: World, count: int, clock: Clock) -> None:
    for number in range(count):
        entered = ClientInput(kind=ClientKind.PERSON, name=f"Client {number:03}", country="FI")
        create_client(entered, who=world.who(), at=clock.now)


def test_a_client_is_entered_once() -> None:
    world = found()
    alice = Member(world)
    form = FORM | {"once": uuid4().hex}
    seen = alice.post("client_new", **form)
    client = row_of(Client, world, name="Café Pulla Oy")
    assert seen.path == alice.url("client", client.id)
    assert seen.said == "Café Pulla Oy is saved."
    assert (client.business_id, client.term_days, client.channel) == ("0737546-2", 21, "email")
    assert alice.post("client_new", **form).path == alice.url("clients")
    assert count_of(Client, world) == 2


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": " "}, "name", "This field is required."),
        ({"email": "x@"}, "email", "Enter an e-mail address like anna@example.com."),
        ({"business_id": "1"}, "business_id", "This is not a business id. Check its digits."),
        ({"country": "XX"}, "country", "Select a valid choice. XX is not one of"),
        ({"term_days": "60"}, "term_days", "Between 1 and 30 days, unless you have agreed"),
        ({"term_days": "1e9"}, "term_days", "Enter a whole number."),
        ({"kind": "dog"}, "kind", "Select a valid choice. dog is not one of"),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
        ({"name": "\u202eevil"}, "name", "Remove the unprintable characters."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    wrong: dict[str, str], field: str, says: str
) -> None:
    world = found()
    seen = Member(world).post("client_new", **(FORM | wrong))
    assert seen.status == 422
    assert seen.error_of(field).startswith(says)
    assert seen.field("street") == "Fredrikinkatu 20"
    assert count_of(Client, world) == 1


def test_a_client_is_changed() -> None:
    world = found()
    alice = Member(world)
    seen = alice.get("client", world.daisy.id)
    assert seen.field("name") == "Daisy Duck"
    assert 'id="id_term_agreed" checked' not in seen.html
    seen = alice.post("client", world.daisy.id, **(FORM | {"name": "<b>Daisy</b> 🦆"}))
    assert seen.said == "<b>Daisy</b> 🦆 is saved."
    assert "<b>Daisy</b>" not in seen.html
    assert row_of(Client, world).name == "<b>Daisy</b> 🦆"
    seen = alice.post("client", world.daisy.id, **(FORM | {"name": ""}))
    assert (seen.status, row_of(Client, world).name) == (422, "<b>Daisy</b> 🦆")


def test_countries_are_named_in_the_readers_language() -> None:
    world = found()
    world.alice.language = "fi"
    world.alice.save()
    html = Member(world).get("client_new").html
    assert '<option value="FI" selected>Suomi</option>' in html
    assert '<option value="NO">Norja</option>' in html


@pytest.mark.parametrize(
    ("country", "business_id", "told"),
    [
        ("FI", "", "needed on invoices"),
        ("FI", "07375462", "needed on invoices"),
        ("NO", "", "needed on invoices"),
        ("NO", "974760673", "optional"),
    ],
)
def test_the_address_is_told_to_be_needed_where_invoices_need_it(
    country: str, business_id: str, told: str
) -> None:
    world = found(country)
    alice = Member(world)
    for page in ("client_new", "draft_client"):
        asked = alice.get(page).text
        assert "Street address needed on invoices" in asked
        assert "Postcode needed on invoices" in asked
        assert "Town needed on invoices" in asked
    lacking = {"street": "", "postcode": "", "city": "", "country": country}
    seen = alice.post("client_new", **(FORM | lacking | {"business_id": business_id}))
    assert (seen.status, seen.said) == (200, "Café Pulla Oy is saved.")
    assert f"Street address {told}" in seen.text
    assert f"Town {told}" in seen.text


@pytest.mark.parametrize(
    ("ours", "theirs", "label"),
    [
        ("FI", "FI", "Business id"),
        ("NO", "NO", "Organization number"),
        ("FI", "NO", "Organization number"),
        ("NO", "SE", "Registration number"),
    ],
)
def test_the_business_id_is_called_as_in_its_country(ours: str, theirs: str, label: str) -> None:
    world = found(ours)
    alice = Member(world)
    labels = {"FI": "Business id", "NO": "Organization number"}
    assert f"{labels[ours]} optional" in alice.get("client_new").text
    assert f"{labels[ours]} optional" in alice.get("draft_client").text
    wrong = FORM | {"country": theirs, "name": "", "business_id": ""}
    assert f"{label} optional" in alice.post("client_new", **wrong).text
    saved = alice.post("client_new", **(wrong | {"name": "Pulla"}))
    assert f"{label} optional" in saved.text


def test_the_list_runs_on_by_key_and_is_searched(clock: Clock) -> None:
    world = found()
    many(world, 55, clock)
    alice = Member(world)
    seen = alice.get("clients")
    assert seen.text.count("Client 0") == 50
    assert "Daisy Duck" not in seen.text
    older = seen.html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    page = alice.client.get(older).content.decode()
    assert "Client 049" not in page
    assert "Client 054" in page
    assert "Daisy Duck" in page
    seen = alice.get("clients", q="dais")
    assert ("Daisy Duck" in seen.text, "Client 0" in seen.text) == (True, False)
    assert "Nobody found for “<i>”" in alice.get("clients", q="<i>").text
    assert "<i>" not in alice.get("clients", q="<i>").html
    assert alice.get("clients", after="nonsense").status == 200


def test_a_page_opened_before_puts_no_older_address_back() -> None:
    world = found()
    alice, daisy = Member(world), world.daisy.id
    first, second = alice.get("client", daisy).filled, alice.get("client", daisy).filled
    alice.post("client", daisy, **first | {"email": "new@example.com", "street": "Aurakatu 1"})
    wrong = alice.post("client", daisy, **second | {"name": "Daisy D.", "term_days": "99"})
    assert wrong.status == 422
    again = wrong.filled
    assert (again["email"], again["initial-name"]) == ("daisy@example.com", "Daisy Duck")
    seen = alice.post("client", daisy, **again | {"term_days": "99", "term_agreed": "on"})
    assert seen.said == "Daisy D. is saved."
    client = row_of(Client, world, id=daisy)
    assert (client.name, client.email, client.street) == (
        "Daisy D.",
        "new@example.com",
        "Aurakatu 1",
    )
    assert (client.term_days, client.term_agreed) == (99, True)
    alice.post("client", daisy, **second | {"city": "Turku"})
    client = row_of(Client, world, id=daisy)
    assert (client.street, client.city) == (second["street"], "Turku")
    assert (client.email, client.term_days, client.term_agreed) == ("new@example.com", 99, True)


def test_a_client_is_put_away_and_fetched_back() -> None:
    world = found()
    alice, daisy = Member(world), world.daisy.id
    seen = alice.post("client_archive", daisy)
    assert seen.said == "Archived. The invoices stay; you can restore it at any time."
    assert "Nobody yet" in alice.get("clients").text
    assert "Daisy Duck" in alice.get("clients", state="archived").text
    assert "Daisy Duck" in alice.get("clients", state="archived", q="dai").text
    seen = alice.get("clients", state="archived", q="bob")
    assert "Nobody found for “bob”" in seen.text
    assert '<input type="hidden" name="state" value="archived">' in seen.html
    assert alice.post("client_restore", daisy).said == "Restored."
    assert "Daisy Duck" in alice.get("clients").text
    assert alice.get("client_archive", daisy).status == 405


def test_of_a_forgotten_client_the_number_is_shown_and_nothing_can_be_done(clock: Clock) -> None:
    world = found()
    alice, daisy = Member(world), world.daisy
    with scope(world.id):
        forget([daisy], who=world.who(), at=clock.now)
    seen = alice.get("client", daisy.id)
    assert "Erased: the time is over for which invoices and the address" in seen.text
    assert "#1" in seen.text
    assert "Daisy" not in seen.html
    assert "Save" not in seen.text
    assert "Restore" not in seen.text
    seen = alice.post("client_restore", daisy.id)
    assert (seen.status, "was erased with the last invoice" in seen.text) == (409, True)
    assert row_of(Client, world, name="#1").archived_at == clock.now


def test_the_invoices_of_a_client(clock: Clock) -> None:
    world = found()
    world.invoice(at=clock.now)
    seen = Member(world).get("client_invoices", world.daisy.id)
    assert "2026-0001" in seen.text
    assert "€1,255.00" in seen.text
    assert f"recipient={world.daisy.id}" in seen.html


def test_every_tab_of_a_client_has_the_same_head() -> None:
    world = found()
    alice, daisy = Member(world), world.daisy
    back = f'<a class="back" href="{alice.url("clients")}">'
    for name in ("client", "client_invoices"):
        seen = alice.get(name, daisy.id)
        assert back in seen.html
        assert "Customers Daisy Duck number 1" in seen.text
        assert "What can be done: Daisy Duck Archive All of it as a ZIP Delete Erase" in seen.text
        assert "Archive" not in member_as(world, "reader").get(name, daisy.id).text
    alice.post("client_archive", daisy.id)
    for name in ("client", "client_invoices"):
        seen = alice.get(name, daisy.id)
        assert "Customers Daisy Duck number 1 Restore What can be done" in seen.text
        assert "Profile Invoices Archived:" in seen.text
    assert back in alice.get("client_new").html


def test_the_office_keeps_clients_and_a_reader_reads() -> None:
    world = found()
    assert member_as(world, "office").post("client_new", **FORM).status == 200
    reader, daisy = member_as(world, "reader"), world.daisy.id
    seen = reader.get("client", daisy)
    assert "E-mail daisy@example.com" in seen.text
    assert "Country Finland" in seen.text
    assert "Save" not in seen.text
    assert "Archive" not in seen.text
    assert "New customer" not in reader.get("clients").text
    assert reader.get("client_new").status == 403
    assert reader.post("client", daisy, **FORM).status == 403
    assert reader.post("client_archive", daisy).status == 403
    client = row_of(Client, world, id=daisy)
    assert (client.name, client.archived_at) == ("Daisy Duck", None)


@pytest.mark.parametrize("name", ["client", "client_invoices"])
def test_others_find_nothing(name: str) -> None:
    world = found()
    daisy = world.daisy.id
    assert stranger(world).get(name, daisy).status == 404
    assert Member(found()).get(name, daisy).status == 404
    assert Member(world).get(name, uuid4()).status == 404
    assert nobody().get(Member(world).url(name, daisy)).status_code == 302
    assert Member(found()).post("client_archive", daisy).status == 404
    assert Member(found()).post("client", daisy, **FORM).status == 404
    assert row_of(Client, world).archived_at is None


def test_who_was_entered_by_mistake_is_deleted_and_who_has_papers_is_not(clock: Clock) -> None:
    world = found()
    alice, daisy = Member(world), world.daisy.id
    world.draft(at=clock.now)
    entered = ClientInput(kind=ClientKind.PERSON, name="Dayse Duck", country="FI")
    dayse = create_client(entered, who=world.who(), at=clock.now).id
    assert alice.url("client_delete", dayse) in alice.get("client", dayse).html
    assert "Delete Dayse Duck?" in alice.get("client_delete", dayse).text
    key = uuid4().hex
    for _twice in range(2):
        seen = alice.post("client_delete", dayse, once=key)
        assert seen.path == alice.url("clients")
    assert count_of(Client, world) == 1
    seen = alice.post("client_delete", daisy, once=uuid4().hex)
    assert (seen.status, alice.url("client_archive", daisy) in seen.html) == (409, True)
    assert "so it cannot be deleted. Archive it" in seen.text
    assert count_of(Client, world) == 1
    reader = Member(world, world.bob)
    assert reader.url("client_delete", daisy) not in reader.get("client", daisy).html
    assert reader.post("client_delete", daisy).status == 403
