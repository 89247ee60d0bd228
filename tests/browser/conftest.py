"""A real browser before real pages: the server is a thread of the test, so it shares its clock.

Imports wait until the tests have their database.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

if TYPE_CHECKING:
    from storno.people.models import Person


Visit = Callable[..., Page]


@pytest.fixture
def site(tmp_path: Path, served: str) -> Iterator[str]:
    """The pages, served to the browser under their strict policy."""
    from django.conf import settings
    from django.test import override_settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": static}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        yield served


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """Open a page as somebody; it must finish without a word on its console."""
    complaints: list[str] = []
    with ExitStack() as open_:

        def open_page(person: "Person", path: str, **context: Any) -> Page:
            here = browser.new_context(base_url=site, **context)
            open_.callback(here.close)
            here.add_cookies([session_of(person, site)])
            page = here.new_page()
            page.on("console", lambda said: complaints.extend(_complaint(said)))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield open_page
    assert complaints == []


def session_of(person: "Person", site: str) -> Any:
    """The cookie of a session that began with a sign-in just now."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["storno_signed_in_at"] = time.time()
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": site}


def _complaint(said: ConsoleMessage) -> list[str]:
    """What the browser found wrong.

    That a form was refused is said by the page itself; that a request gave way to a newer one is
    what was asked for.
    """
    refused = ("status of 409", "status of 410", "status of 413", "Code 413", "status of 422")
    meant = (*refused, "htmx:afterRequest", "sendAbort")
    if said.type not in {"error", "warning"} or any(sign in said.text for sign in meant):
        return []
    return [f"{said.text} ({said.location['url']})"]
