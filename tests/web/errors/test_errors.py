"""What the house says when nothing is there, or something went wrong."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from tests.web.cast import nobody
from tests.web.papers.member import Member, Seen
from tests.world import found


def test_nothing_there() -> None:
    seen = Seen(nobody().get("/nowhere/"))
    assert (seen.status, "There is nothing here" in seen.text) == (404, True)


def test_nothing_there_in_the_readers_language() -> None:
    seen = Seen(nobody().get("/nowhere/", headers={"accept-language": "fi"}))
    assert '<html lang="fi">' in seen.html


def test_an_old_form() -> None:
    world = found()
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(world.alice, settings.AUTHENTICATION_BACKENDS[0])
    seen = Seen(client.post(Member(world).url("client_new"), {"name": "X"}))
    assert (seen.status, "This page had grown old" in seen.text) == (403, True)


def test_too_many_fields() -> None:
    world = found()
    fields = {f"x{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    seen = Seen(Member(world).client.post(Member(world).url("client_new"), fields))
    assert (seen.status, "This could not be read" in seen.text) == (400, True)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_each_page_needs_nothing_of_the_house(name: str) -> None:
    html = render_to_string(name, {})
    assert "<h1>" in html
    assert 'href="/"' in html
    assert "csrfmiddlewaretoken" not in html
