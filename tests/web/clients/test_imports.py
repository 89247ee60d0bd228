"""Importing clients on pages: uploaded, matched, looked at, taken in, undone; and the export."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from storno.clients.models import Care, Client, Import
from storno.organizations.models import Organization
from tests.diary.practice import practice
from tests.web.cast import count_of, row_of
from tests.web.papers.member import Member, Seen
from tests.world import found

pytestmark = pytest.mark.usefixtures("clock")

FILE = (
    "Nimi;Sähköposti;Huom\r\nAnna;anna@example.com;x\r\nBert;bert@;y\r\n"
    "Duck;daisy@example.com;\r\n'=1+1;;\r\n"
)


def upload(member: Member, content: bytes, **more: str) -> Seen:
    file = SimpleUploadedFile("clients.csv", content, "text/csv")
    sent = {"when_there": "skip", "file": file, "once": uuid4().hex} | more
    return Seen(member.client.post(member.url("client_import"), sent, follow=True))


def test_a_file_is_looked_at_taken_in_and_undone() -> None:
    world = found()
    alice = Member(world)
    seen = alice.get("clients")
    assert alice.url("client_import") in seen.html
    seen = upload(alice, FILE.encode("cp1252"))
    origin = row_of(Import, world)
    assert seen.path == alice.url("client_rows", origin.id)
    assert "New 2 Brought up to date 0 There already 1 Wrong 1" in seen.text
    assert "3 Bert E-mail: Enter an e-mail address like anna@example.com." in seen.text
    assert "Import the 2 good rows" in seen.text
    assert "This column is not imported: Huom." in seen.text
    assert "2 Anna anna@example.com" in alice.get("client_rows", origin.id, fate="make").text
    assert "4 Daisy Duck" in alice.get("client_rows", origin.id, fate="there").text
    wrong = alice.get("client_wrong_rows", origin.id)
    reason = "E-mail: Enter an e-mail address like anna@example.com."
    assert wrong.html == (f"\ufeffNimi;Sähköposti;Huom;What is wrong\r\nBert;bert@;y;{reason}\r\n")
    columns = {"column-0": "name", "column-1": "", "column-2": "", "when_there": "update"}
    seen = alice.post("client_rows", origin.id, **columns)
    assert "Import the 4 good rows" in seen.text
    seen = alice.post("client_rows", origin.id, **columns | {"column-2": "name"})
    assert (seen.status, "Two columns are said to be the same." in seen.text) == (422, True)
    assert count_of(Client, world) == 1
    changed = alice.post("client_taking", origin.id, good="3")
    assert changed.said.startswith("The list has changed meanwhile")
    assert count_of(Client, world) == 1
    for _twice in range(2):
        seen = alice.post("client_taking", origin.id, good="4")
    assert "New: 4. Brought up to date: 0." in seen.text
    assert count_of(Client, world) == 5
    csv = alice.get("clients_csv").html
    assert csv.startswith("\ufeffnumber,name,kind,email,")
    assert "'=1+1,person" in csv
    assert alice.get("contacts_csv").html.startswith("\ufeffclient_number,client,")
    seen = alice.post("client_untaking", origin.id)
    assert seen.said == "The import is undone: 4 deleted."
    assert alice.post("client_untaking", origin.id).said.startswith("This import was undone")
    assert count_of(Client, world) == 1


def test_where_practitioners_see_their_own_the_import_asks_whose_they_are() -> None:
    house = practice()
    Organization.objects.filter(id=house.id).update(own_clients=True)
    alice = Member(house.world)
    paula = Member(house.world, house.paula.person)
    seen = upload(alice, b"Name\nAnna")
    assert "Who looks after whoever is new Choose" in seen.text
    assert "Nobody yet: all practitioners see them" in seen.text
    origin = row_of(Import, house.world)
    # Without a choice nothing is imported, and the file stays.
    for nobody in ({}, {"keeper": "x" * 99}, {"keeper": str(house.daisy.id)}):
        seen = alice.post("client_taking", origin.id, good="1", **nobody)
        assert seen.said == "Choose one of your colleagues."
        assert "Import the 1 good row" in seen.text
    seen = alice.post("client_taking", origin.id, good="2", keeper=str(house.paula.id))
    assert seen.said.startswith("The list has changed meanwhile")
    assert f'<option value="{house.paula.id}" selected>' in seen.html
    alice.post("client_taking", origin.id, good="1", keeper=str(house.paula.id))
    assert row_of(Care, house.world).person_id == house.paula.person_id
    seen = upload(paula, b"Name\nBert")
    assert "You look after whoever is new." in seen.text
    assert "Who looks after" not in seen.text


def test_a_file_is_given_up() -> None:
    world = found()
    alice = Member(world)
    seen = upload(alice, b"Name\nAnna")
    assert "The file is kept for a day, unless you delete it before. Delete the file" in seen.text
    seen = alice.post("client_import_given_up", row_of(Import, world).id)
    assert seen.said == "The file is deleted; nothing of it was imported."
    assert (count_of(Import, world), count_of(Client, world)) == (0, 1)
    upload(alice, b"Name\nAnna")
    origin = row_of(Import, world)
    alice.post("client_taking", origin.id, good="1")
    assert "The file is imported" in alice.post("client_import_given_up", origin.id).text


def test_what_was_exported_is_known_again() -> None:
    world = found()
    alice = Member(world)
    seen = upload(alice, alice.get("clients_csv").html.encode())
    assert "New 0 Brought up to date 0 There already 1 Wrong 0" in seen.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The submitted file is empty."),
        (b"name\n\0", "This is no CSV file."),
        (b'name\n"open', "A quotation mark is opened or closed in the wrong place"),
        (b"a" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content: bytes, says: str) -> None:
    world = found()
    seen = upload(Member(world), content)
    assert (seen.status, says in seen.text) == (422, True)
    assert count_of(Import, world) == 0


def test_a_file_without_known_headings_asks_for_them() -> None:
    world = found()
    alice = Member(world)
    seen = upload(alice, b"who\nAnna")
    assert "Say which column holds the name." in seen.text
    seen = alice.post("client_rows", row_of(Import, world).id, **{"column-0": "name"})
    assert "Import the 1 good row" in seen.text


def test_all_of_a_client_is_saved_as_a_file() -> None:
    world = found()
    alice = Member(world)
    assert alice.url("client_zip", world.daisy.id) in alice.get("client", world.daisy.id).html
    seen = alice.get("client_zip", world.daisy.id)
    assert seen.response["Content-Disposition"] == 'attachment; filename="client-1.zip"'
    assert seen.html.startswith("PK")
