"""The pages of customer service open to who serves, after a second step, and to nobody else."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from storno.core.ids import new_id
from storno.staff.enlist import dismiss, enlist
from storno.staff.models import Visit
from storno.support.talk import Said, begin
from tests.conftest import Clock
from tests.web.desk.agent import Agent
from tests.web.papers.member import Member, Seen
from tests.world import found

WEB = Path(__file__).parents[3] / "storno" / "web"


def test_nothing_else_in_the_pages_enters_an_organization_by_a_visit() -> None:
    ways_in = {"visit", "look_into"}

    def enters(path: Path) -> bool:
        tree = ast.parse(path.read_text())
        names = {each.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                 for each in node.names}  # fmt: skip
        return bool(names & ways_in)

    outside = [path for path in WEB.rglob("*.py") if path.parent.name != "desk" and enters(path)]
    assert outside == []


def test_who_does_not_serve_finds_nothing(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    paths = ["/desk/", "/desk/visits/", f"/desk/conversations/{asked.id}/"]
    alice = Member(world)
    for path in paths:
        assert alice.client.get(path).status_code == 404
        visitor = Client(SERVER_NAME="localhost").get(path)
        assert visitor["Location"].startswith("/account/login/")
    assert not Visit.objects.filter(organization_id=world.id).exists()


def test_a_password_alone_opens_nothing(clock: Clock) -> None:
    world = found()
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    enlist(world.bob.email, "agent", at=clock.now)
    bob = Member(world, world.bob)
    path = f"/desk/conversations/{asked.id}/"
    for answer in (bob.client.get(path), bob.client.post(path, {"text": "Hi"})):
        seen = Seen(answer)
        assert (seen.status, "Set up an app or a passkey" in seen.text) == (403, True)
    assert not Visit.objects.filter(organization_id=world.id).exists()


def test_who_has_a_second_step_is_asked_for_it_and_led_back(clock: Clock) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    world = found()
    sam = Agent(world, "Sam", "agent", clock)
    TOTP.activate(sam.person, generate_totp_secret())
    session = sam.client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1}]
    session.save()
    answer = sam.client.get("/desk/?part=mine")
    assert answer["Location"] == "/account/2fa/reauthenticate/?next=%2Fdesk%2F%3Fpart%3Dmine"
    sam.prove()
    assert sam.client.get("/desk/").status_code == 200


def test_who_serves_no_more_finds_nothing(clock: Clock) -> None:
    sam = Agent(found(), "Sam", "agent", clock)
    assert sam.client.get("/desk/").status_code == 200
    dismiss(sam.person.email, at=clock.now)
    assert sam.client.get("/desk/").status_code == 404


def test_who_serves_is_led_there(clock: Clock) -> None:
    world = found()
    sam = Agent(world, "Sam", "agent", clock)
    assert sam.client.get("/")["Location"] == "/desk/"
    assert 'href="/desk/"' in Seen(sam.client.get("/organizations/")).html
    assert 'href="/desk/"' not in Seen(Member(world).client.get("/organizations/")).html


@pytest.mark.parametrize(("role", "status"), [("agent", 404), ("lead", 200)])
def test_leads_see_who_looked_where(role: str, status: int, clock: Clock) -> None:
    world = found()
    clock.now += timedelta(minutes=3, seconds=37)  # other tests have visited at its usual time
    asked = begin(Said("Hello?"), who=world.who(), at=clock.now)
    sam = Agent(world, "Sam", role, clock)
    sam.get("desk_conversation", asked.id)
    seen = sam.get("desk_visits")
    assert seen.status == status
    assert (f"{world.organization.slug} You today at" in seen.text) is (role == "lead")


def test_a_conversation_that_is_none_is_not_there(clock: Clock) -> None:
    sam = Agent(found(), "Sam", "agent", clock)
    assert sam.get("desk_conversation", new_id()).status == 404
