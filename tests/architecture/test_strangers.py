"""Every address of the pages as nobody, as a stranger, and as a member who may only read.

A new page is walked as soon as the resolver knows it. (Every endpoint of the API, from its
description, in the same way: tests/api/test_access.py.)
"""

import re
from contextlib import closing
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import resolve

from tests.architecture.conftest import AT
from tests.furnished import Address, House, addresses, furnish
from tests.observe import snapshot
from tests.web.papers.member import Member
from tests.world import found

OPEN = {
    "account_inactive", "account_login", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_signup",
    "healthz", "join", "provider_hook", "public_credit_note_pdf", "public_diary_feed",
    "public_invoice", "public_new_link", "public_paid", "public_paid_state", "public_pay",
    "public_pdf",
    "public_session", "public_session_calendar", "public_session_cancel",
    "public_session_reminders",
    "readyz", "set_language",
}  # fmt: skip
"""What opens without a sign-in: signing in itself, and what is behind a signed link."""

UNSIGNED = {"provider_hook": (400,)}
"""What counts by a signature of its own, which these do not have."""

NOT_FOR_READERS = {
    "activity_new", "bank_upload", "booking_cancel", "booking_change", "client_consent",
    "client_delete", "client_erasure",
    "client_consents", "client_import", "client_zip", "erasures",
    "client_new", "client_rows", "client_wrong_rows", "clients_csv", "contacts_csv", "contact",
    "contact_new", "conversation_new",
    "draft_client",
    "draft_delete", "draft_edit", "draft_external", "draft_external_details", "draft_new",
    "draft_price", "draft_recipient", "entry_undoing", "export_documents", "export_payments",
    "invoice_dispute",
    "invoice_notify", "invoice_remind", "invoices_remind",
    "invoice_offset", "invoice_pause", "invoice_payment", "invoice_refund", "invoice_write_off",
    "invoice_send", "letter_redirect", "member_invite", "member_remove", "member_roles",
    "payment_move", "payment_reversal", "refund_reversal", "series_cancel", "series_change",
    "service_new", "session_new", "settings_consent", "write_off_reversal",
}  # fmt: skip
"""Pages that only lead to a deed; every other page a reader may read."""

THEIR_OWN = {"diary_close", "member_leave", "settings_tokens"}
"""What concerns only the member who asks: a reader may leave, and has tokens that read."""

SAID_OTHERWISE = {"invoice_credit": {409}, "token_revoke": {404}}
"""Where a reader's form is not refused with 403: the dialog says why, others' tokens are absent."""

NOTHING_NEW = {
    "activity_new", "bank_upload", "client_delete", "client_erasure", "client_import",
    "client_import_given_up", "client_rows",
    "draft_recipient", "hours_other", "invoice_dispute", "invoice_offset", "invoice_remind",
    "invoice_pause", "invoice_refund", "invoice_write_off",
    "member_invite", "member_roles", "payment_move", "refund_case", "refund_case_new",
    "series_change", "session_new", "settings_card", "settings_closed", "settings_kid",
    "settings_payment_methods", "settings_working",
}  # fmt: skip
"""Forms that do nothing as they stand: they need a change, or somebody else, or come too late."""

EVERY = pytest.mark.parametrize("address", addresses(), ids=lambda each: each.name)
OF_ORGANIZATION = tuple(each for each in addresses() if each.is_of_organization)
WITHIN = pytest.mark.parametrize("address", OF_ORGANIZATION, ids=lambda each: each.name)

Traces = dict[str, list[Any]]

TICKED = {"checkbox", "radio"}

Form = tuple[str, dict[str, str]]
"""Where it goes, and what is in its fields."""


class Forms(HTMLParser):
    """The forms of a page that do something, filled in as they stand, sent by the first button.

    One for who has no script only looks at what would come of it.
    """

    def __init__(self, path: str, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path = path
        self._select = ""
        self._pressed = self._looks = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "noscript":
            self._looks = True
        elif tag == "form":
            self._pressed = given.get("method") != "post"
            if not self._pressed:
                self.found.append((given.get("action") or self._path, {}))
        elif not self.found:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and ((value and "selected" in given) or not self._has(self._select)):
            self._fill(self._select, value)
        elif tag == "button" and not self._pressed and not self._looks:
            self._pressed = True
            self._fill(name, value)
        elif tag == "textarea":
            self._fill(name, "Mallory")
        elif tag == "input" and (given.get("type") not in TICKED or "checked" in given):
            made_up = "mallory@example.com" if given.get("type") == "email" else "1"
            self._fill(name, value or (made_up if "required" in given else ""))

    def handle_endtag(self, tag: str) -> None:
        self._looks = self._looks and tag != "noscript"

    def _has(self, name: str) -> bool:
        return bool(self.found[-1][1].get(name))

    def _fill(self, name: str, value: str) -> None:
        if name and name != "csrfmiddlewaretoken":
            self.found[-1][1][name] = value


@pytest.fixture(scope="module")
def before(house: House) -> Traces:
    """All rows of the organization, which no test here may change.

    The papers that the file of a client packs are printed first, by whoever opens one first.
    """
    pack = next(each for each in addresses() if each.name == "client_zip")
    assert status(Member(house.world), house.paths(pack)[0]) == 200
    return snapshot(house.world)


@pytest.fixture(scope="module")
def alice(house: House) -> Member:
    return Member(house.world)


@pytest.fixture(scope="module")
def bob(house: House) -> Member:
    return Member(house.world, house.world.bob)


@pytest.fixture(scope="module")
def charlie() -> Member:
    return Member(found())


@EVERY
def test_nobody_is_asked_to_sign_in(house: House, before: Traces, address: Address) -> None:
    nobody = Client(SERVER_NAME="localhost")
    path = house.paths(address)[0]
    for response in (nobody.get(path), nobody.post(path)):
        if address.name in OPEN:
            assert response.status_code in (200, 302, 405, *UNSIGNED.get(address.name, ()))
        elif response.status_code == 302:
            assert response["Location"].startswith("/account/")
        else:
            assert response.status_code in (404, 405)
    assert snapshot(house.world) == before


def both(client: Client, path: str) -> list[Any]:
    """A page asked for, and a form sent to it; each as far as it leads."""
    return [client.get(path, follow=True), client.post(path, follow=True)]


def as_told(response: Any) -> tuple[int, str]:
    """What a page says, without what is new in every answer."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, html


@WITHIN
def test_a_stranger_finds_nothing(
    house: House, before: Traces, charlie: Member, address: Address
) -> None:
    """What is another's looks exactly like what never was: in its place, and among one's own."""
    own = charlie.world.organization.slug
    never = {name: uuid4() for name in address.names if isinstance(house.things[name][0], UUID)}
    pairs = [(house.paths(address), house.paths(address, slug="nowhere"))]
    if never:
        pairs.append((house.paths(address, slug=own), house.paths(address, slug=own, **never)))
    for theirs, nowhere in pairs:
        for asked, absent in zip(
            both(charlie.client, theirs[0]), both(charlie.client, nowhere[0]), strict=True
        ):
            assert asked.status_code in (404, 405)
            assert as_told(asked) == as_told(absent)
    assert snapshot(house.world) == before


@WITHIN
def test_a_reader_reads(
    house: House, before: Traces, alice: Member, bob: Member, address: Address
) -> None:
    path = house.paths(address)[0]
    expected = 403 if address.name in NOT_FOR_READERS else status(alice, path)
    assert status(bob, path) == expected
    assert snapshot(house.world) == before


def status(member: Member, path: str) -> int:
    """How a page is answered; a file that comes along is closed."""
    with closing(member.client.get(path)) as response:
        return int(response.status_code)


def forms_on_pages(house: House, alice: Member) -> list[Form]:
    """Every form that Alice finds on the pages of her organization, each once."""
    found_: dict[str, dict[str, str]] = {}
    for address in OF_ORGANIZATION:
        for path in house.paths(address):
            with closing(alice.client.get(path)) as response:
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    found_ |= Forms(path, response.content.decode()).found
    own = f"/o/{house.world.organization.slug}/"
    return [(action, fields) for action, fields in found_.items() if action.startswith(own)]


def test_what_alice_does_bob_may_not(doors: None) -> None:
    """Every form on Alice's pages and every address: refused to a reader, without a trace.

    That the same forms do something when Alice sends them shows that only the right was wanting.
    """
    house = furnish(AT)
    alice, bob = Member(house.world), Member(house.world, house.world.bob)
    forms = forms_on_pages(house, alice)
    before = snapshot(house.world)
    for path, fields in forms:
        if (name := name_of(path)) not in THEIR_OWN:
            refused = bob.client.post(path, fields)
            assert refused.status_code in SAID_OTHERWISE.get(name, {403}), path
    for address in OF_ORGANIZATION:
        if address.name not in THEIR_OWN:
            assert bob.client.post(house.paths(address)[0]).status_code < 500
    assert snapshot(house.world) == before
    did_nothing = {name_of(path) for path, _fields in forms}
    for path, fields in forms:
        answer = alice.client.post(path, fields)
        if answer.status_code == 422:  # some ask once, and take what their answer hands back
            again = dict(Forms(path, answer.content.decode()).found)
            alice.client.post(path, again.get(path, fields))
        if (now := snapshot(house.world)) != before:
            did_nothing.discard(name_of(path))
        before = now
    assert did_nothing == NOTHING_NEW


def name_of(path: str) -> str:
    """The name of an address."""
    return str(resolve(path.partition("?")[0]).url_name)
