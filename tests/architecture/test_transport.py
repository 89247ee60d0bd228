"""What leaves the house with every page: its policy, its own scripts and signs, nobody else's."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.furnished import Address, House, addresses
from tests.web.papers.member import Member

POLICY = {
    "default-src": "'self'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
MOST_SCRIPT = 100 * 1024

WEB = Path(__file__).parents[2] / "storno" / "web"
LETTER = "letter_html"
"""A letter as its reader sees it: foreign by nature, so it stands in a frame of its own."""

SPEAKS_OF_ELSEWHERE = {"xmlns", "href", "content", "value", "placeholder"}
"""Attributes from which nothing is loaded; a link to elsewhere waits for a click."""

PAGES = tuple(each for each in addresses() if each.name not in {"healthz", "readyz"})
PUBLIC = tuple(each for each in PAGES if each.name.startswith("public_"))


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the texts of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.all.append((tag, given))
        self._in_script = tag == "script" and given.get("type") != "application/json"

    def handle_endtag(self, _tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.scripts.append(data)


@pytest.fixture(scope="module")
def alice(house: House) -> Client:
    return Member(house.world).client


def faults(response: Any) -> Iterator[str]:
    """What the page does that the policy forbids, or that nobody outside must see."""
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    if policy != POLICY:
        yield f"policy {policy}"
    yield from _within(Elements(response.content.decode()))


def _within(page: Elements) -> Iterator[str]:
    ids = Counter(attributes["id"] for _tag, attributes in page.all if attributes.get("id"))
    yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
    yield from (f"script {text[:60]!r}" for text in page.scripts)
    for tag, attributes in page.all:
        if tag == "style":
            yield "<style>"
        for name, value in attributes.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{tag} {name}"
            loads = name not in SPEAKS_OF_ELSEWHERE or tag in {"link", "use", "image"}
            if loads and re.search(r"(?:^|\s)(?:[a-z]+:)?//|^(?:data|javascript|blob):", value):
                yield f"{tag} {name}={value[:60]}"
        sign = attributes.get("href", "")
        if tag == "use" and "icons" in sign and sign.partition("#")[2] not in ICONS:
            yield f"no sign {sign}"
        if attributes.get("href", "").startswith("javascript:"):
            yield f"{tag} javascript"


ICONS = set(re.findall(r'<symbol[^>]* id="([^"]+)"', (WEB / "static" / "icons.svg").read_text()))


@pytest.mark.parametrize("address", PAGES, ids=lambda each: each.name)
def test_a_page_keeps_to_its_policy(house: House, alice: Client, address: Address) -> None:
    for path in house.paths(address):
        with closing(alice.get(path)) as response:
            expected = dict(HEADERS)
            if address.name == LETTER:
                expected |= {"Referrer-Policy": "no-referrer", "X-Frame-Options": "SAMEORIGIN"}
            elif address in PUBLIC:
                expected["Referrer-Policy"] = "no-referrer"
            shown = {name: response.headers.get(name) for name in expected}
            html = response.headers.get("Content-Type", "").startswith("text/html")
            if address.name != LETTER and html and response.content:
                assert list(faults(response)) == [], path
            assert shown == expected, path


@pytest.mark.parametrize("address", PUBLIC, ids=lambda each: each.name)
def test_a_page_behind_a_link_leaves_no_trace(house: House, doors: None, address: Address) -> None:
    response = Client(SERVER_NAME="localhost").get(house.paths(address)[0])
    assert not response.cookies
    if response.status_code != 405:
        assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in response["Cache-Control"]


def test_the_scripts_are_small(house: House, alice: Client) -> None:
    page = Elements(alice.get(house.paths(addresses()[0])[0], follow=True).content.decode())
    loaded = [given["src"] for tag, given in page.all if tag == "script" and "src" in given]
    sizes = {}
    for address in loaded:
        found = finders.find(address.removeprefix(settings.STATIC_URL))
        assert found, address
        sizes[address] = Path(str(found)).stat().st_size
    assert len(sizes) >= 2
    assert sum(sizes.values()) <= MOST_SCRIPT, sizes


def test_every_sign_is_drawn() -> None:
    """Each icon that a template or a view names is in icons.svg."""
    named = set()
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        named |= set(re.findall(r'icon(?:=|": )"([a-z_-]+)"', path.read_text()))
        named |= set(re.findall(r'icon.html" with name="([a-z_-]+)"', path.read_text()))
    assert len(named) > 10
    begun = {name for name in named if name.endswith("-")}
    assert named - ICONS - begun == set()
    assert all(any(sign.startswith(name) for sign in ICONS) for name in begun)
