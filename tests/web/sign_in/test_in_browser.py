"""Signing in with a real browser: passkeys under the strict policy, pages for everybody."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, expect

from storno.people.models import Person
from tests.browser.axe import barriers_day_and_night
from tests.web.sign_in.test_again import done
from tests.web.sign_in.visitor import PASSWORD, LetterBox

LISTENER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def no_demonstration() -> None:
    """Persons of the demonstration that other tests made are not offered on the page."""
    Person.objects.filter(is_demo=True).update(is_demo=False)


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """A page that must finish without a word on its console."""
    context = browser.new_context(base_url=served)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether the browser found something wrong, apart from the sign of a page of the test."""
    return said.type in {"error", "warning"} and "favicon" not in said.location["url"]


@pytest.fixture
def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device with a fingerprint reader (WebAuthn §11.2)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": LISTENER})
    return session, made["authenticatorId"]


def enter(page: Page, person: Person) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(page: Page, person: Person) -> None:
    page.goto("/account/login/?next=/account/")
    enter(page, person)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_made_opens_and_is_removed(
    page: Page, person: Person, letter_box: LetterBox
) -> None:
    sign_in(page, person)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you call it?").fill("My telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert letter_box.newest.subject == "A passkey was added"
    sign_out(page)

    page.goto("/account/login/?next=/account/sessions/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("this device")).to_be_visible()
    sign_out(page)

    # With the password it is the second step.
    page.goto("/account/login/?next=/account/sessions/")
    enter(page, person)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use my passkey instead").click()
    expect(page.get_by_text("this device")).to_be_visible()

    # And it is a proof before a deed that asks for one.
    page.goto("/account/2fa/webauthn/reauthenticate/?next=/account/2fa/")
    page.get_by_role("button", name="Use my passkey").click()
    page.get_by_role("link", name="Remove My telephone").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("The passkey no longer opens anything.")).to_be_visible()
    assert letter_box.newest.subject == "A passkey was removed"


def test_who_has_no_passkey_is_told_another_way(
    page: Page, authenticator: tuple[CDPSession, str]
) -> None:
    session, device = authenticator
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(
        page.get_by_text("No passkey was used. Try again, or choose another way.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()


def test_a_form_that_waited_is_sent_on_by_itself_and_once(page: Page, person: Person) -> None:
    with override_settings(ROOT_URLCONF="tests.web.sign_in.test_again"):
        sign_in(page, person)
        forget_the_sign_in(page)
        page.goto("/till/")
        page.get_by_role("button", name="Pay").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="It is me").click()
        expect(page.get_by_text("paid")).to_be_visible()
        assert done == [{"amount": ["5"]}]

        page.go_back()
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        assert done == [{"amount": ["5"]}]
    done.clear()


def forget_the_sign_in(page: Page) -> None:
    """Let the session be as old as if the person had signed in long ago."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    session = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
    session["storno_signed_in_at"] = 0
    session.save()


def test_without_a_script_one_signs_in_by_keyboard(
    browser: Browser, served: str, person: Person
) -> None:
    context = browser.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/login/?next=/account/")
    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    page.keyboard.type(person.email)  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    context.close()


OPEN = ["login/", "signup/", "password/reset/", "password/reset/done/", "inactive/"]
OWN = [
    "",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/add/",
    "sessions/",
    "logout/",
    "reauthenticate/",
]


def test_every_page_can_be_read_by_everybody(page: Page, person: Person) -> None:
    wrong: dict[str, list[str]] = {}
    for path in OPEN:
        look_at(page, path, wrong)
    sign_in(page, person)
    for path in OWN:
        look_at(page, path, wrong)
    assert wrong == {}


def look_at(page: Page, path: str, wrong: dict[str, list[str]]) -> None:
    """Note what axe finds on a page, and a width that a telephone cannot show."""
    page.goto(f"/account/{path}")
    found = barriers_day_and_night(page)
    page.set_viewport_size({"width": 390, "height": 844})
    if page.evaluate("document.documentElement.scrollWidth") > 390:
        found.append("wider than a telephone")
    page.set_viewport_size({"width": 1280, "height": 860})
    if found:
        wrong[path] = found
