"""Pages in Finnish and Norwegian: no words on them are those of the English page."""

import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.test import Client

from storno.people.queries import demo_people
from tests.conftest import Clock
from tests.web.papers.conftest import surroundings
from tests.web.papers.member import Member
from tests.world import World

__all__ = ["surroundings"]

NAMES = {
    "Alice", "Alice Example", "BIC", "Bob", "Carpentry", "Daisy Duck", "EUR", "English",
    "MobilePay", "Norsk (bokmål)", "PDF", "Storno", "Suomi",
}  # fmt: skip
SAME = {"fi": NAMES, "nb": NAMES | {"Administrator", "Bank", "SMS", "Send", "Sending"}}
"""What is written alike in both languages."""

DATA = re.compile(r"\S+@\S+|https://|\S*\d\S*|\{.*\}|Aleksanterinkatu 2|(00100 )?Helsinki|.")
"""A whole text that nobody translates: an address, a number, a format, a letter."""

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
APART = {"script", "style", "code", "kbd"}
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title", "data-left"}


class Words(HTMLParser):
    """All that a page says in its own language; papers and letters on it may speak another."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.elements: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        places = tag == "select" and given.get("name") in ("country", "time_zone")
        if tag not in VOID:
            apart = tag in APART or ("lang" in given and tag != "html") or places
            self.elements.append((tag, apart))
        for name in READ_ALOUD & given.keys():
            self.handle_data(given[name] or "")

    def handle_endtag(self, tag: str) -> None:
        while self.elements and self.elements.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(apart for _, apart in self.elements):
            parts = (" ".join(part.split()) for part in re.split(" · |, ", data))
            self.found |= {part for part in parts if not DATA.fullmatch(part)} - {""}


@pytest.mark.parametrize("wording", ["service", "practice"])
def test_no_english_is_left(wording: str, at: datetime, clock: Clock) -> None:
    world, ids = a_world_with_a_past(wording, at)
    alice = Member(world)
    seen: dict[str, dict[str, set[str]]] = {"en": {}, "fi": {}, "nb": {}}
    for language, pages in seen.items():
        world.alice.language = language
        world.alice.save()
        visitor = Client(SERVER_NAME="localhost", headers={"accept-language": language})
        for path in addresses(world, ids):
            for reader in (alice.client, visitor) if "/o/" not in path else (alice.client,):
                answer = reader.get(path)
                if answer.get("Content-Type", "").startswith("text/html"):
                    pages.setdefault(path, set()).update(Words(answer.content.decode()).found)
                answer.getvalue()  # read to its end, a file is closed
    assert len(seen["en"]) > 25
    names = {str(person) for person in demo_people()}
    for language, same in SAME.items():
        left = {
            path: seen["en"][path] & words - same - names for path, words in seen[language].items()
        }
        assert {path: words for path, words in left.items() if words} == {}


def a_world_with_a_past(wording: str, at: datetime) -> tuple[World, dict[str, object]]:
    """An organization with an open and a cancelled invoice, and an id for each kind of address."""
    from storno.corrections.credit import credit_invoice
    from storno.corrections.plan import CreditRequest
    from storno.documents.models import FollowUp, Reason
    from tests.world import found

    world = found(wording=wording, after_credit="draft")
    invoice, cancelled = world.invoice(at=at), world.invoice(at=at)
    request = CreditRequest(reason=Reason.CANCELLED, follow_up=FollowUp.DRAFT)
    credit_invoice(cancelled.id, request, who=world.who(), at=at)
    return world, {
        "slug": world.organization.slug,
        "invoice_id": invoice.id,
        "document_id": invoice.id,
        "draft_id": world.draft(at=at).id,
        "client_id": world.daisy.id,
    }


def addresses(world: World, ids: dict[str, object]) -> Iterator[str]:
    """Every address that can be built from what the world has."""
    from django.urls import get_resolver, reverse

    for name, entries in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            names = entries[0][0][0][1]
            if set(names) <= ids.keys() and name != "account_logout":
                yield reverse(name, kwargs={key: ids[key] for key in names})
