"""Erasing a client on pages: seen first, meant twice, refused with reasons, and listed."""

from datetime import timedelta

import pytest

from storno.clients.consents import TemplateInput, create_template
from storno.clients.models import Client
from storno.diary.cancel import cancel_booking
from tests.conftest import Clock
from tests.diary.practice import practice
from tests.web.cast import row_of
from tests.web.papers.member import Member

pytestmark = pytest.mark.usefixtures("clock")


def test_a_client_is_erased_once_it_is_meant(clock: Clock) -> None:
    clinic = practice()
    world, alice = clinic.world, Member(clinic.world)
    page = "client_erasure", world.daisy.id
    session = clinic.book(clock.now + timedelta(days=1), at=clock.now)
    asked = TemplateInput(name="Sharing", statement="We may ask.", required=True)
    create_template(asked, who=world.who(), at=clock.now)
    assert "There are sessions ahead. Cancel them first" in alice.get(*page).text
    assert "Erase for good" not in alice.get(*page).text
    assert (
        f'<a href="{alice.url("client_sessions", world.daisy.id)}">Cancel' in alice.get(*page).html
    )
    assert alice.post(*page, number="1").status == 422
    cancel_booking(session.id, who=clinic.who(), at=clock.now)
    assert alice.url(*page) in alice.get("client", world.daisy.id).html
    seen = alice.get(*page)
    assert "1 booked hour stays until 31 December 2031" in seen.text
    assert "kept until 16 June 2029" in seen.text or "kept until" in seen.text
    seen = alice.post("client_retention", world.daisy.id, keep_until="2030-01-01")
    assert seen.said == "The day is saved."
    assert alice.post("client_retention", world.daisy.id, keep_until="1999-01-01").status == 422
    assert alice.post(*page, number="2").error_of("number").startswith("This is another number.")
    assert row_of(Client, world).erasing_at is None
    seen = alice.post(*page, number="1")
    assert seen.said == "Number 1 is erased."
    assert row_of(Client, world).erasing_at == clock.now
    seen = alice.get("client", world.daisy.id)
    assert (
        "Erased, and locked: only what must be kept for the books is left. "
        "The last of it goes by itself after 31 December 2031."
    ) in seen.text
    for nothing in ("Save", "A consent is missing", "An employer, an insurer"):
        assert nothing not in seen.text, "there is nothing to be done any more"
    gone = Member(world, clinic.paula.person).get("booking", session.id)
    assert "Take the cancellation back" not in gone.text
    assert "Daisy" not in alice.get("clients", state="archived").text
    assert "Daisy" not in alice.get("clients", q="Daisy").text.replace("“Daisy”", "")
    assert "Locked until the books need them no more Daisy Duck" in alice.get("erasures").text
    paula = Member(world, clinic.paula.person)
    assert paula.get(*page).status == 403
    assert paula.get("erasures").status == 403
