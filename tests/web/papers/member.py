"""A member at the pages: opens them, sends their forms, reads what they say."""

import re
import time
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.urls import reverse

from storno.people.models import Person
from tests.world import World

AS_A_FORM = "application/x-www-form-urlencoded"


class Member:
    """Somebody who is signed in, without a script."""

    def __init__(self, world: World, person: Person | None = None, *, fresh: bool = True) -> None:
        self.world = world
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(person or world.alice, settings.AUTHENTICATION_BACKENDS[0])
        if fresh:
            session = self.client.session
            session["storno_signed_in_at"] = time.time()
            session.save()

    def url(self, name: str, *args: Any) -> str:
        """The address of a page of the organization."""
        return reverse(name, args=[self.world.organization.slug, *args])

    def get(self, name: str, /, *args: Any, **query: str) -> "Seen":
        """Open a page."""
        return Seen(self.client.get(self.url(name, *args), query))

    def post(self, name: str, /, *args: Any, **data: Any) -> "Seen":
        """Send a form as a browser does, and follow where it leads."""
        typed = urlencode(data, doseq=True)
        return Seen(
            self.client.post(self.url(name, *args), typed, content_type=AS_A_FORM, follow=True)
        )


class Seen:
    """A page as it is read."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        streamed = response.streaming_content if response.streaming else [response.content]
        self.html = b"".join(streamed).decode(errors="replace")

    @property
    def path(self) -> str:
        """Where the reader has ended up."""
        chain = getattr(self.response, "redirect_chain", None)
        return str(chain[-1][0]) if chain else ""

    @property
    def text(self) -> str:
        """All words of the content, single blanks between them."""
        main = re.search(r"<main.*</main>|$", self.html, re.DOTALL)
        shown = main[0] if main and main[0] else self.html
        bare = re.sub(r"<(script|template|style).*?</\1>", " ", shown, flags=re.DOTALL)
        return words(bare)

    @property
    def said(self) -> str:
        """The messages above the content."""
        found = re.search(r'id="messages".*?<main', self.html, re.DOTALL)
        return words(found[0].split(">", 1)[1].removesuffix("<main")) if found else ""

    def part(self, pattern: str) -> str:
        """The words of the first part of the page that fits a pattern."""
        found = re.search(pattern, self.html, re.DOTALL)
        assert found, pattern
        return words(found[0])

    def field(self, name: str) -> str:
        """The value of an input."""
        value = re.search(r'value="([^"]*)"', self.part_of(name))
        return unescape(value[1]) if value else ""

    def part_of(self, name: str) -> str:
        """An input as it stands in the page."""
        found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', self.html)
        assert found, name
        return found[0]

    @property
    def filled(self) -> dict[str, str]:
        """What the page's form sends when it is not touched."""
        form = _Form()
        form.feed(self.html)
        return form.sent

    @property
    def put_back(self) -> dict[str, str]:
        """What Undo sends, on the page that follows a removal."""
        form = re.search(r'<form class="row" method="post".*?</form>', self.html, re.DOTALL)
        assert form, "nothing can be put back"
        hidden = re.findall(r'name="(\w+)" value="([^"]*)"', form[0])
        return {name: unescape(value) for name, value in hidden}

    def error_of(self, name: str) -> str:
        """What stands beside a field that is wrong."""
        found = re.search(
            rf'<ul class="errorlist" id="id_{re.escape(name)}_error">(.*?)</ul>',
            self.html,
            re.DOTALL,
        )
        return words(found[1]) if found else ""


class _Form(HTMLParser):
    """Reads what a form of class "form" sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("class") == "form"
        if not self.inside:
            return
        name = said.get("name", "")
        if tag == "input":
            if said.get("type") not in ("radio", "checkbox") or "checked" in said:
                ticked = said.get("type") == "checkbox"
                self.sent[name] = said.get("value", "on" if ticked else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.sent or "selected" in said):
            self.sent[self.select] = said["value"]


def words(html: str) -> str:
    """The words of a piece of a page; what is only held together is one with what is beside it."""
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))
    return " ".join(unescape(bare).split())


def id_in(path: str) -> UUID:
    """The id in an address."""
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)
    assert found, path
    return UUID(found[0])
