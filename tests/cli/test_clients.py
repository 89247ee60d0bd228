"""`storno clients`, `storno consents` and `storno erasures`: a client's rights at the terminal."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from storno.cli import clients, consents, erasures
from storno.clients.consents import TemplateInput, create_template
from storno.clients.models import Care, Client, Look
from storno.diary.cancel import cancel_booking
from storno.organizations.models import Organization
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.observe import everything
from tests.web.cast import row_of


@pytest.fixture
def house(clock: Clock) -> Practice:
    return practice()


def run(house: Practice, command: click.Command, *words: str, who: str = "") -> Result:
    """A verb of Alice's."""
    slug, email = house.world.organization.slug, who or house.world.alice.email
    return CliRunner().invoke(command, [*words, "--organization", slug, "--as", email])


def told(house: Practice, command: click.Command, *words: str) -> Any:
    done = run(house, command, *words, "--json")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return json.loads(done.stdout)


def test_a_consent_is_shown_noted_and_withdrawn(house: Practice, clock: Clock) -> None:
    entered = TemplateInput(name="Sharing", statement="We may ask.", required=True)
    create_template(entered, who=house.world.who(), at=clock.now)
    (row,) = told(house, consents.command, "show", "daisy")["consents"]
    assert (row["answer"], row["wanting"], row["warns"]) == (None, "has not been asked for", True)
    assert row_of(Look, house.world).client_id == house.daisy.id
    note = ("note", "1", "Sharing", "--how", "paper", "--on", "2026-06-15")
    done = run(house, consents.command, *note, "--answer", "given")
    assert done.stdout == "Noted: Daisy Duck, Sharing: given, 2026-06-15.\n"
    assert run(house, consents.command, "show", "daisy").stdout == "Sharing: given 2026-06-15\n"
    assert told(house, consents.command, *note, "--answer", "withdrawn")["answer"] == "withdrawn"
    before = everything(house.world)
    nothing = run(house, consents.command, "note", "1", "Sleep", *note[3:], "--answer", "given")
    assert "There is no one consent Sleep. These are asked for: Sharing." in nothing.stderr
    reader = run(house, consents.command, *note, "--answer", "given", who=house.world.bob.email)
    assert (nothing.exit_code, reader.exit_code) != (0, 0)
    assert everything(house.world) == before


def test_a_client_is_kept_and_erased_once_nothing_is_in_the_way(
    house: Practice, clock: Clock
) -> None:
    session = house.book(clock.now + timedelta(days=1), at=clock.now)
    assert run(house, erasures.command, "list").stdout == "Nobody is to be erased.\n"
    assert told(house, erasures.command, "keep", "1", "--until", "2030-01-01") == {
        "number": 1,
        "keep_until": "2030-01-01",
    }
    shown = told(house, erasures.command, "show", "daisy")
    assert [each["code"] for each in shown["blockers"]] == ["sessions_ahead", "has_drafts"]
    assert (shown["sessions"], shown["bookings_until"]) == (1, "2031-12-31")
    before = everything(house.world)
    assert run(house, erasures.command, "erase", "daisy", "--number", "1").exit_code != 0
    assert everything(house.world) == before
    assert run(house, clients.command, "delete", "Daisy").exit_code != 0
    cancel_booking(session.id, who=house.who(), at=clock.now)
    before = everything(house.world)
    assert run(house, erasures.command, "erase", "daisy", "--number", "2").exit_code != 0
    assert everything(house.world) == before
    erased = run(house, erasures.command, "erase", "daisy", "--number", "1")
    assert erased.stdout.splitlines() == [
        "Erased: client 1.",
        "Goes at once: 0 consents, 0 contacts, how to reach the client, and places of sessions.",
        "Stays until 2031-12-31: 1 bookings.",
    ]
    assert row_of(Client, house.world).erasing_at == clock.now


def test_who_sees_their_own_only_exports_and_imports_their_own(
    house: Practice, clock: Clock, tmp_path: Path
) -> None:
    Organization.objects.filter(id=house.id).update(own_clients=True)
    _erik, as_erik = house.member("erik")
    house.book(clock.now + timedelta(days=1), at=clock.now)
    erik = f"erik-{house.world.organization.slug}@example.com"
    file, brought = tmp_path / "all.csv", tmp_path / "new.csv"
    brought.write_text("Name\nHuey")
    assert run(house, clients.command, "import", str(brought), who=erik).exit_code == 0
    assert run(house, clients.command, "export", str(file), who=erik).exit_code == 0
    assert file.read_text("utf-8-sig").count("\n") == 2
    assert "2,Huey,person" in file.read_text("utf-8-sig")
    with scope(house.id):
        care = Care.objects.get(organization_id=house.id, client__number=2)
    assert care.person_id == as_erik.person_id
    hidden = run(house, clients.command, "delete", "daisy", who=erik)
    assert hidden.stderr == "Error: There is no client daisy.\n"
    assert told(house, clients.command, "delete", "huey") == {"deleted": 2}
