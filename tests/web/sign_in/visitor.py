"""A visitor at the door: a browser without a script, a network address, a letter box."""

import re
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from storno.people.letters import KeptLetter, kept_letters, letters_folder
from storno.people.models import Person

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PASSWORD = "a calm green boat"


class Visitor:
    """Somebody with a browser at an address of their own, so that rate limits do not meet."""

    def __init__(self) -> None:
        octets = [str(1 + secrets.randbelow(254)) for _ in range(3)]
        self.ip = ".".join(["10", *octets])
        self.client = Client(SERVER_NAME="localhost", REMOTE_ADDR=self.ip, HTTP_USER_AGENT=FIREFOX)

    def get(self, path: str, **more: Any) -> HttpResponse:
        """Open a page."""
        return self.client.get(path, **more)  # type: ignore[return-value]

    def post(self, path: str, data: Any = None, **more: Any) -> HttpResponse:
        """Send a form."""
        return self.client.post(path, data or {}, **more)  # type: ignore[return-value]

    def sign_in(self, person: Person, password: str = PASSWORD, to: str = "/") -> HttpResponse:
        """Go through the sign-in page."""
        fields = {"login": person.email, "password": password, "next": to}
        return self.post("/account/login/", fields)

    @property
    def is_signed_in(self) -> bool:
        """Whether the account's page opens."""
        return self.get("/account/").status_code == 200


class LetterBox:
    """The sign-in letters of this test."""

    @property
    def all(self) -> list[KeptLetter]:
        """All letters, newest first."""
        return kept_letters(letters_folder(Path(settings.DATA)))

    @property
    def newest(self) -> KeptLetter:
        """The letter that came last."""
        return self.all[0]

    def code(self) -> str:
        """The six digits in the newest letter."""
        found = re.search(r"^\d{6}$", self.newest.text, re.MULTILINE)
        assert found
        return found[0]

    def link(self) -> str:
        """The path of the first link in the newest letter."""
        found = re.search(r"^http://localhost:8000(/\S*)$", self.newest.text, re.MULTILINE)
        assert found
        return found[1]


def text_of(response: HttpResponse) -> str:
    """The page's text, as it was sent."""
    return response.content.decode()
