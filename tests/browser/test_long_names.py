"""Names of sixty characters without a space, on every page: nothing is cut, all can be read.

What people are called is theirs, so no page may count on a short name. Nor may room be made by
breaking ordinary words.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from storno.administration.seller import SellerChanges, change_seller
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.models import Client
from storno.clients.save import amend_client
from storno.corrections.finalise import finalise_draft
from storno.documents.content import LineInput
from storno.documents.models import Document, Draft
from storno.organizations.models import Organization
from storno.organizations.scope import scope
from storno.people.models import Person
from storno.tax.category import TaxCategory
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.furnished import House, addresses, furnish
from tests.properties.depth import DEEP
from tests.web.papers.member import Member
from tests.world import FOUNDED, VAT, World, found, line

LONG = "Kunnossapitoyhdistysäyskäripöytäkirjanpitäjienliittory123456"
"""Sixty characters."""
WIDTHS = (320, 390, 640, 768, 1024, 1216, 1440) if DEEP else (320, 640, 1440)
"""Telephones, tablets, and the narrowest of each form that a page takes."""

FAULTS = """(long) => {
  const faults = new Set();
  const screen = document.documentElement;
  if (screen.scrollWidth > screen.clientWidth) {
    faults.add(`the page is wider than the screen: ${screen.scrollWidth}`);
  }
  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const named = (element) => [element.tagName.toLowerCase(), ...element.classList].join(".");
  const room = (element) => {
    const style = styleOf(element);
    const edge = parseFloat(style.paddingRight) + parseFloat(style.borderRightWidth);
    return element.getBoundingClientRect().right - (style.display.startsWith("table") ? 0 : edge);
  };
  const stands = (what, right, within) => {
    for (let around = within; around !== screen; around = around.parentElement) {
      const style = styleOf(around);
      if (style.clipPath !== "none" || around.matches(".tabs ul")) return;
      if (style.display !== "inline" && right > room(around) + 1) {
        faults.add(`${named(around)} is narrower than ${what}`);
        return;
      }
      if (["absolute", "fixed"].includes(style.position)) return;
    }
  };
  for (const field of document.querySelectorAll("input, select, textarea, button, iframe")) {
    if (!field.checkVisibility() || field.closest(".heard")) continue;
    stands(named(field), field.getBoundingClientRect().right, field.parentElement);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    const unseen = ".heard, .skip, script, noscript, option, textarea";
    if (!text.data.trim() || parent.closest(unseen) || !parent.checkVisibility()) continue;
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()];
    const right = Math.max(...rects.map((each) => each.right));
    stands(`"${text.data.trim().slice(0, 40)}"`, right, parent);
    if (new Set(rects.map((each) => Math.round(each.top))).size < 2) continue;
    for (const word of text.data.matchAll(/[^\\s\\/-]+/g)) {
      if (word[0].length > long) continue;
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((each) => Math.round(each.top)));
      if (lines.size > 1) faults.add(`${named(parent)} breaks "${word[0]}"`);
    }
  }
  return [...faults];
}"""
"""What is wider than where it stands, and words of up to `long` characters that break."""

ORDINARY = 24
DONE = "Suunnittelu ja toteutus"


@dataclass
class Long(World):
    """A world in which all that has a name has a long one."""

    def draft(
        self, *lines: LineInput, at: datetime, recipient: Client | None = None, **more: object
    ) -> Draft:
        """A draft of long descriptions."""
        entered = lines or (line(description=LONG), line("1234567.89", "0.25", description=LONG))
        return super().draft(*entered, at=at, recipient=recipient, **more)


def long_world() -> World:
    """Found an organization whose every name is long, and whose members read the longest words."""
    world = found()
    slug = f"{world.organization.slug}-{'a' * 35}"
    Organization.objects.filter(id=world.id).update(slug=slug)
    world.organization.refresh_from_db()
    for person in (world.alice, world.bob):
        email = f"{'e' * 45}-{person.email}"
        Person.objects.filter(id=person.id).update(name=LONG, email=email, language="fi")
        person.refresh_from_db()
    who = world.who()
    seller = SellerChanges(name=LONG, street=LONG, city=LONG, website=f"https://{LONG}.example")
    change_seller(replace(seller, email=f"{'a' * 55}@example.com"), who=who, at=FOUNDED)
    amend_client(
        world.daisy.id,
        lambda daisy: replace(
            daisy, name=LONG, street=LONG, city=LONG, email=f"{'b' * 55}@example.com"
        ),
        who=who,
        at=FOUNDED,
    )
    service = ServiceInput(
        name=LONG, unit_price=Decimal("50.00"), tax_category=TaxCategory.STANDARD, tax_rate=VAT
    )
    create_service(service, who=who, at=FOUNDED)
    with scope(world.id):
        world.daisy.refresh_from_db()
    return Long(**{each.name: getattr(world, each.name) for each in fields(world)})


def pages(house: House) -> list[str]:
    """The path of each page that a member can look at."""
    alice = Member(house.world).client
    found_ = []
    for each in addresses():
        if each.name in {"letter_html"}:
            continue
        for path in house.paths(each):
            answer = alice.get(path)
            html = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code == 200 and html and answer.content:
                found_.append(path)
    return found_


def faults(page: Page, whole: int = ORDINARY) -> dict[int, list[str]]:
    """What is wrong at each width, with all opened that can be; words so long may break."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    wrong = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if told := page.evaluate(FAULTS, whole):
            wrong[width] = told
    return wrong


def test_long_names_have_room(visit: Visit, at: datetime, clock: Clock) -> None:
    house = furnish(at, long_world())
    page = visit(house.world.alice, "/organizations/")
    wrong, dialogs = {}, 0
    for path in pages(house):
        page.goto(path)
        if told := faults(page):
            wrong[path] = told
        if page.locator(".narrow > [data-answers]").count():
            page.evaluate("(path) => htmx.ajax('GET', path, '#dialog')", path)
            page.locator("dialog[open] h1").wait_for()
            dialogs += 1
            if told := faults(page):
                wrong[f"{path} in the dialog"] = told
    assert wrong == {}
    assert dialogs >= 12


@pytest.mark.parametrize("language", ["en", "fi", "nb"])
def test_the_largest_figures_have_room(
    visit: Visit, at: datetime, clock: Clock, language: str
) -> None:
    """Beside the longest unit, in the widest letters: that may break, no figure may."""
    world = found()
    house = f"/o/{world.organization.slug}"
    wide = [
        replace(line(price, quantity, discount=discount, description=DONE), unit=unit)
        for price, quantity, discount, unit in (
            ("99999998.9999", "6.9999", "0", "W" * 20),
            ("79.1234", "9999999.9999", "0", "W" * 20),
            ("99999.9999", "999.9999", "12.5", "kuukautta"),
            ("1250.00", "125", "0", "timer per konsulent"),
        )
    ]
    page = visit(world.alice, "/organizations/")
    wrong = {}
    for one in wide:
        draft = world.draft(one, at=at, language=language)
        issued = finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
        assert isinstance(issued, Document)
        page.goto(f"{house}/invoices/{issued.id}/")
        expect(page.locator(".paper .lines tbody tr")).to_have_count(1)
        if told := faults(page, len("99,999,998.9999")):
            wrong[one.unit, one.quantity] = told
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "fi", "nb"])
def test_a_line_has_room_for_what_is_wrong_with_it(
    visit: Visit, at: datetime, clock: Clock, language: str
) -> None:
    world = found()
    Person.objects.filter(id=world.alice.id).update(language=language)
    draft = world.draft(at=at)
    page = visit(world.alice, f"/o/{world.organization.slug}/drafts/{draft.id}/edit/")
    assert (faults(page), tops(page)) == ({}, 1)
    page.locator(".quantity input").fill("x")
    page.locator(".price input").fill("x")
    page.locator("button[name=save]").last.click()
    expect(page.locator(".line-item .errorlist")).to_have_count(2)
    assert (faults(page), tops(page)) == ({}, 1)


def tops(page: Page) -> int:
    """At how many heights the figures of a line stand where there is room for one row."""
    places: int = page.evaluate(
        """() => new Set([...document.querySelectorAll(
            ".line-item > fieldset > .field:not(.description) > :is(input, select)"
        )].map((each) => Math.round(each.getBoundingClientRect().top))).size"""
    )
    return places
