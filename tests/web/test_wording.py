"""A practice has clients and a service customers: on no page do they borrow each other's words."""

import re
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from django.utils.text import capfirst

from storno.organizations.models import Wording
from storno.web.words import WORDS
from tests.conftest import Clock
from tests.furnished import addresses, furnish
from tests.web.papers.member import Member, words

ROOT = Path(__file__).parent.parent.parent

PEOPLE = {
    ("service", "en"): r"(?i)\bclients?\b(?! money)",
    ("service", "nb"): r"(?i)\bklient(?!konto)\w*",
    ("practice", "en"): r"(?i)\bcustomers?\b(?! service)",
    ("practice", "nb"): r"(?i)\bkunde(?!service)\w*",
}
"""How the other kind of house calls its people; Finnish has one word for both."""

OTHER = {"service": "practice", "practice": "service"}


def of_the_other(wording: str, language: str) -> list[str]:
    """Patterns of what only the other house says: its people, and its names of the deeds."""
    mine, others = WORDS[wording], WORDS[OTHER[wording]]
    with translation.override(language):
        own = {str(getattr(mine, name)) for name in ("finalise", "credit", "undo")}
        labels = {str(getattr(others, name)) for name in ("finalise", "credit", "undo")} - own
    found = [rf"\b{re.escape(label)}\b" for label in sorted(labels)]
    return [*found, people] if (people := PEOPLE.get((wording, language))) else found


@pytest.mark.parametrize("wording", ["service", "practice"])
def test_each_house_speaks_its_own_words(wording: str, at: datetime, clock: Clock) -> None:
    house = furnish(at, wording=wording)
    alice = Member(house.world).client
    pages = [
        path
        for address in addresses()
        if address.is_of_organization and address.name != "token_revoke"
        for path in house.paths(address)
    ]
    borrowed: dict[tuple[str, str], list[str]] = {}
    for language in ("en", "fi", "nb"):
        house.world.alice.language = language
        house.world.alice.save()
        said = {path: text for path in pages if (text := page_text(alice, path, language))}
        for pattern, (path, text) in product(of_the_other(wording, language), said.items()):
            if found := re.findall(pattern, text):
                borrowed.setdefault((language, path), []).extend(found)
        pages = list(said)
    assert len(pages) > 30
    assert borrowed == {}


PRACTICE_ONLY = re.compile(
    r"storno/(api/v1|diary|web/diary|documents/warn|organizations/models|web/words|web/home/forms"
    r"|web/settings/working|web/members/left|web/clients/(access|forms|imports)|web/papers/of_client"
    r"|clients/(care|hand_over|shown|wishes)|reports/client_file"
    r"|web/templates/(diary|clients/(access|clients)|members/members))"
)
"""Where only a practice reads on, or where both words are chosen between."""


def test_words_of_every_house_name_its_people_by_neither_word() -> None:
    """Those of refusals and of what was done as well, which no page shows unasked."""
    with (ROOT / "storno/locale/nb/LC_MESSAGES/django.po").open("rb") as kept:
        catalog = read_po(kept)
    word = re.compile(PEOPLE["service", "en"])
    borrowed = {
        (place, str(message.id))
        for message in catalog
        for place, _line in message.locations
        if word.search(str(message.id)) and not PRACTICE_ONLY.match(place)
    }
    assert borrowed == set()


def page_text(reader: Client, path: str, language: str) -> str:
    """What a page says; without the two choices of words, which name both. Empty: no page."""
    answer = reader.get(path)
    answer.getvalue()  # read to its end, a file is closed
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        return ""
    text = words(re.sub(r"<code>.*?</code>", "", answer.content.decode()))
    with translation.override(language):
        for choice in Wording:
            text = text.replace(capfirst(str(choice.label)), "")
    return text
