"""What axe finds on each page that no other test here looks at; so on every new page, at once."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.test import Client, override_settings
from playwright.sync_api import Page, Route

from storno.administration.invite import invite_member
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.organizations.links import signed
from storno.organizations.models import LinkKind, PublicLink
from storno.organizations.scope import scope
from tests.browser.axe import barriers_day_and_night
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.furnished import addresses, furnish
from tests.web.cast import nobody, person_called
from tests.web.papers.member import Member
from tests.world import World, found

READ_ELSEWHERE = {
    "catalogue", "client", "client_new", "clients", "credit_note", "draft", "draft_delete",
    "draft_edit", "draft_new", "draft_price", "draft_recipient", "exports", "help", "home",
    "invoice", "invoice_credit", "invoice_payment", "invoice_send", "invoices", "letter",
    "letter_html", "mailbox", "member_invite", "members", "payment_reversal", "public_invoice",
    "service_new", "settings_numbers", "settings_seller", "settings_tokens", "settings_working",
}  # fmt: skip
"""By test_places.py and test_readable.py; signing in by tests/web/sign_in/test_in_browser.py.

A letter runs no scripts, axe's neither: it is read in its frame on its page.
"""


def test_the_other_pages_are_readable(visit: Visit, at: datetime, clock: Clock) -> None:
    house = furnish(at)
    alice = Member(house.world).client
    others = [
        house.paths(each)[0]
        for each in addresses()
        if each.name not in READ_ELSEWHERE and not each.route.startswith("account/")
    ]
    pages = [
        path
        for path in others
        if (answer := alice.get(path)).headers.get("Content-Type", "").startswith("text/html")
        and answer.status_code == 200
        and answer.content  # what only says that a page is to be read anew has nothing to read
    ]
    assert len(pages) >= 7
    page = visit(house.world.alice, "/organizations/")
    assert _faults(page, pages) == {}


def test_pages_that_say_no_are_readable(visit: Visit, at: datetime, clock: Clock) -> None:
    """What is answered with an error is shown to the browser as that page, without the error."""
    said = _refusals(found(), at)
    assert {name: answer.status_code for name, answer in said.items()} == {
        "nothing there": 404,
        "too many fields": 413,
        "an old form": 403,
        "not allowed": 403,
        "a client without a name": 422,
        "a deleted draft": 410,
        "typed in a deleted draft": 410,
        "a draft that is not complete": 409,
        "an expired link": 410,
        "an invitation that is over": 410,
    }
    texts = {name: answer.content.decode() for name, answer in said.items()}
    texts |= {name: render_to_string(name, {}) for name in ("403.html", "429.html", "500.html")}
    page = visit(found().alice, "/organizations/")
    paths = {f"/said/{place}/": html for place, html in enumerate(texts.values())}
    page.route("**/said/*/", lambda route: _say(route, paths))
    faults = _faults(page, paths)
    assert {
        name: faults[path] for name, path in zip(texts, paths, strict=True) if path in faults
    } == {}


def _refusals(world: World, at: datetime) -> dict[str, Any]:
    """A page for each way in which something is not done."""
    alice, bob = Member(world), Member(world, world.bob)
    deleted, bare = world.draft(at=at), create_draft(DraftInput(None, ()), who=world.who(), at=at)
    delete_draft(deleted.id, who=world.who(), at=at)
    checked = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=1):
        too_many = alice.client.post(alice.url("client_new"), {"name": "X", "kind": "person"})
    world.invoice(at=at)
    eve = person_called("Eve")
    invite_member(email=eve.email, roles=["office"], who=world.who(), at=at)
    with scope(world.id):
        links = PublicLink.objects.filter(organization_id=world.id)
        links.update(expires_on=date(2026, 6, 15))
        expired, over = (links.get(kind=kind) for kind in (LinkKind.DOCUMENT, LinkKind.INVITATION))
    joined = Member(world, eve).client
    assert joined.post(f"/join/{signed(over)}/").status_code == 302
    return {
        "nothing there": alice.client.get("/nowhere/"),
        "too many fields": too_many,
        "an old form": checked.post(alice.url("client_new"), {"name": "X"}),
        "not allowed": bob.client.get(bob.url("draft_new")),
        "a client without a name": alice.client.post(alice.url("client_new"), {"name": ""}),
        "a deleted draft": alice.client.get(alice.url("draft", deleted.id)),
        "typed in a deleted draft": alice.client.post(
            alice.url("draft_edit", deleted.id), {"closing_text": "Bye"}
        ),
        "a draft that is not complete": alice.client.post(alice.url("draft_finalise", bare.id)),
        "an expired link": nobody().get(f"/i/{signed(expired)}"),
        "an invitation that is over": joined.get(f"/join/{signed(over)}/"),
    }


def _say(route: Route, pages: dict[str, str]) -> None:
    html = pages[urlsplit(route.request.url).path]
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _faults(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """What axe finds wrong, by path."""
    found_ = {}
    for path in paths:
        page.goto(path)
        if wrong := barriers_day_and_night(page):
            found_[path] = wrong
    return found_
