"""What the house says when nothing is there, or something went wrong."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.client import MULTIPART_CONTENT

from tests.observe import everything
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


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", MULTIPART_CONTENT])
def test_too_many_fields(kind: str) -> None:
    member = Member(found())
    fields = {f"x{number}": "1" for number in range(101)}
    sent = fields if kind == MULTIPART_CONTENT else urlencode(fields)
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=100):
        seen = Seen(member.client.post(member.url("client_new"), sent, content_type=kind))
    assert (seen.status, "This is too much at once" in seen.text) == (413, True)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", MULTIPART_CONTENT])
@pytest.mark.parametrize("name", ["client_new", "draft_new"])
def test_a_form_that_is_too_large(kind: str, name: str) -> None:
    world = found()
    member = Member(world)
    before = everything(world)
    typed = {"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), "kind": "person"}
    sent = typed if kind == MULTIPART_CONTENT else urlencode(typed)
    seen = Seen(member.client.post(member.url(name), sent, content_type=kind))
    assert seen.status == 413
    assert seen.text == (
        "This is too much at once The form holds more than can be taken at once, so nothing was "
        "changed. Go back: your browser still has what you typed. Shorten it, or split it in two. "
        "To the start"
    )
    assert everything(world) == before


def test_a_host_that_is_not_ours() -> None:
    seen = Seen(Client(SERVER_NAME="evil.example").get("/"))
    assert (seen.status, "This could not be read" in seen.text) == (400, True)


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "413.html", "500.html"]
)
def test_each_page_needs_nothing_of_the_house(name: str) -> None:
    html = render_to_string(name, {})
    assert "<h1>" in html
    assert 'href="/"' in html
    assert "csrfmiddlewaretoken" not in html


def test_a_defect_is_written_down_without_what_it_was_about(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        raise RuntimeError("Daisy Duck")

    world = found()
    member = Member(world)
    member.client.raise_request_exception = False
    monkeypatch.setattr("storno.web.access.actor_of", fail)
    seen = Seen(member.client.get(member.url("clients")))
    assert (seen.status, "Something went wrong on our side" in seen.text) == (500, True)
    (line,) = [each.getMessage() for each in caplog.records if each.name == "storno.web.refused"]
    assert line.startswith("a defect at GET o/<slug:slug>/clients/: RuntimeError at storno/web/")
    assert "Daisy" not in line
