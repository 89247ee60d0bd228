"""A form of a page from before a new sign-in: whose it is gets it back, nobody else."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from storno.clients.models import Client as Customer
from storno.organizations.scope import scope
from storno.people.introduce import prove_address
from storno.people.models import Person
from tests.web.papers.member import words
from tests.web.sign_in.visitor import PASSWORD, Visitor, text_of
from tests.world import World, found

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
FIELDS = {"kind": "person", "name": "Minnie “Æ” <b>", "language": "en", "country": "FI"}


class Browser(Visitor):
    """One that sends the tokens of its pages, and where its forms stood."""

    def __init__(self) -> None:
        super().__init__()
        self.client = Client(SERVER_NAME="localhost", REMOTE_ADDR=self.ip, enforce_csrf_checks=True)

    def token(self, path: str) -> str:
        """The token in the form of a page."""
        page = text_of(self.get(path))
        return str(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[-1])

    def come(self, person: Person) -> None:
        """Sign in at the door."""
        token = self.token("/account/login/")
        fields = {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert self.post("/account/login/", fields).status_code == 302

    def leave(self) -> None:
        """Sign out."""
        token = self.token("/account/logout/")
        assert self.post("/account/logout/", {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.fixture
def world() -> World:
    world = found()
    for person in (world.alice, world.bob):
        person.set_password(PASSWORD)
        person.save()
        prove_address(person)
    return world


def new_client(world: World) -> str:
    return f"/o/{world.organization.slug}/clients/new/"


def sent(browser: Browser, world: World, token: str, **headers: str) -> HttpResponse:
    fields = FIELDS | {"csrfmiddlewaretoken": token}
    return browser.post(new_client(world), fields, headers=headers or HERE)


def clients_of(world: World) -> list[str]:
    with scope(world.id):
        found = Customer.objects.filter(organization_id=world.id).order_by("number")
        return [client.name for client in found]


def test_a_form_of_ones_own_older_page_waits_for_a_press(world: World) -> None:
    browser = Browser()
    browser.come(world.alice)
    token = browser.token(new_client(world))
    browser.leave()
    browser.come(world.alice)
    kept = sent(browser, world, token)
    assert kept.status_code == 302
    assert kept["Location"].startswith("/account/onward/")
    assert clients_of(world) == ["Daisy Duck"]
    page = text_of(browser.get(kept["Location"]))
    assert "What you entered is still here, and nothing has been done yet." in words(page)
    assert "data-onward" not in page
    assert 'name="name" value="Minnie “Æ” &lt;b&gt;"' in page
    assert sent(browser, world, browser.token(kept["Location"])).status_code == 302
    assert clients_of(world) == ["Daisy Duck", "Minnie “Æ” <b>"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "none"},
        {"Accept": "*/*"},
    ],
)
def test_a_form_from_elsewhere_is_not_kept(world: World, headers: dict[str, str]) -> None:
    browser = Browser()
    browser.come(world.alice)
    token = browser.token(new_client(world))
    browser.leave()
    browser.come(world.alice)
    refused(browser, lambda: sent(browser, world, token, **headers))
    assert clients_of(world) == ["Daisy Duck"]


def test_a_form_of_another_person_is_not_kept(world: World) -> None:
    browser = Browser()
    browser.come(world.alice)
    token = browser.token(new_client(world))
    browser.leave()
    browser.come(world.bob)
    refused(browser, lambda: sent(browser, world, token))


def test_a_form_with_no_token_of_ours_is_not_kept(world: World) -> None:
    browser = Browser()
    at_the_door = browser.token("/account/login/")
    browser.come(world.alice)
    for token in (at_the_door, "", "x" * 64):
        refused(browser, lambda token=token: sent(browser, world, token))  # type: ignore[misc]


def test_a_form_of_the_account_is_not_kept(world: World) -> None:
    browser = Browser()
    browser.come(world.alice)
    token = browser.token("/account/")
    browser.leave()
    browser.come(world.alice)
    fields = {"name": "Eve", "language": "en", "csrfmiddlewaretoken": token}
    refused(browser, lambda: browser.post("/account/", fields, headers=HERE))
    assert Person.objects.get(id=world.alice.id).name == world.alice.name


def refused(browser: Browser, send: Callable[[], HttpResponse]) -> None:
    answer = send()
    assert (answer.status_code, "This page had grown old" in text_of(answer)) == (403, True)
    assert "storno_parked_forms" not in browser.client.session
