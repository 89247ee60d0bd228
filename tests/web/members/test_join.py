"""Accepting an invitation by the link in its letter."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from storno.administration.invite import invite_member
from storno.organizations.models import Invitation, Membership
from tests.conftest import Clock
from tests.web.cast import count_of, nobody, person_called, row_of
from tests.web.papers.member import Member, Seen
from tests.world import World, found


def invited(world: World, clock: Clock, email: str) -> str:
    """The path of an invitation to the office."""
    made = invite_member(email=email, roles=["office"], who=world.who(), at=clock.now)
    return made.address.removeprefix("http://localhost:8000")


def roles(world: World, email: str) -> list[str]:
    """What somebody is in the organization; nothing for a stranger."""
    found_ = Membership.objects.filter(organization=world.organization, person__email=email).first()
    return found_.roles if found_ else []


def test_who_is_signed_in_joins_with_one_press(clock: Clock) -> None:
    world, eve = found(), person_called("Eve")
    path = invited(world, clock, eve.email)
    browser = Member(found(), eve).client
    seen = Seen(browser.get(path))
    assert "Work with Alice Example" in seen.text
    assert "Your role: Office." in seen.text
    assert roles(world, eve.email) == []
    seen = Seen(browser.post(path, follow=True))
    assert seen.path == Member(world).url("home")
    assert seen.said == "Welcome. You are a member now."
    assert roles(world, eve.email) == ["office"]
    assert Seen(browser.post(path, follow=True)).path == Member(world).url("home")
    assert Membership.objects.filter(organization=world.organization).count() == 3
    over = Seen(browser.get(path))
    assert (over.status, "This invitation is no longer valid." in over.text) == (410, True)


def test_a_new_person_signs_up_without_a_code(clock: Clock) -> None:
    world, email = found(), f"{uuid4().hex}@example.com"
    path = invited(world, clock, email)
    browser = Client(SERVER_NAME="localhost")
    seen = Seen(browser.get(path))
    assert f'href="/account/signup/?next={path.replace("/", "%2F")}"' in seen.html
    form = {"email": email, "name": "Eve", "password1": "a calm green boat", "next": path}
    seen = Seen(browser.post("/account/signup/", form, follow=True))
    assert seen.path == path
    assert f"You are signed in as Eve ({email})." in seen.text
    assert Seen(browser.post(path, follow=True)).path == Member(world).url("home")
    assert roles(world, email) == ["office"]


def test_another_address_is_not_taken_for_proved(clock: Clock) -> None:
    world, other = found(), f"{uuid4().hex}@example.com"
    browser = Client(SERVER_NAME="localhost")
    browser.get(invited(world, clock, f"{uuid4().hex}@example.com"))
    form = {"email": other, "name": "Eve", "password1": "a calm green boat"}
    seen = Seen(browser.post("/account/signup/", form, follow=True))
    assert "/confirm-email/" in seen.path
    addresses = EmailAddress.objects.filter(user__email=other)
    assert [(each.email, each.verified) for each in addresses] == [(other, False)]


def test_nobody_joins_by_a_press_without_signing_in(clock: Clock) -> None:
    world = found()
    path = invited(world, clock, "somebody@example.com")
    assert "First say who you are." in Seen(nobody().post(path)).text
    assert count_of(Invitation, world) == 1


def test_a_link_ends(clock: Clock) -> None:
    world, eve = found(), person_called("Eve")
    path = invited(world, clock, eve.email)
    clock.now += timedelta(days=14)
    browser = Member(found(), eve).client
    assert browser.get(path).status_code == 410
    assert browser.post(path).status_code == 410
    assert roles(world, eve.email) == []
    assert row_of(Invitation, world).email == eve.email


@pytest.mark.parametrize("text", ["x", "0" * 32, "a.b", "%00", "..%2f..", "ä" * 100])
def test_a_made_up_link_leads_nowhere(text: str, clock: Clock) -> None:
    assert nobody().get(f"/join/{text}/").status_code == 404
