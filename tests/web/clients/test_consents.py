"""Consents on pages: asked for in the settings, answered on the client, warned of."""

from datetime import timedelta
from uuid import uuid4

import pytest

from storno.clients.models import Consent, ConsentTemplate
from tests.conftest import Clock
from tests.diary.practice import practice
from tests.web.cast import count_of, row_of
from tests.web.papers.member import Member

pytestmark = pytest.mark.usefixtures("clock")

TEMPLATE = {"name": "Sharing", "statement": "We may ask\na colleague.", "required": "on"}


def test_a_missing_consent_warns_until_it_is_given(clock: Clock) -> None:
    clinic = practice()
    world, alice = clinic.world, Member(clinic.world)
    paula = Member(world, clinic.paula.person)
    assert "Consents" not in alice.get("client", world.daisy.id).text
    assert alice.post("settings_consents", **TEMPLATE | {"statement": " "}).status == 422
    form = TEMPLATE | {"once": uuid4().hex}
    for _twice in range(2):
        seen = alice.post("settings_consents", **form)
    assert (seen.status, count_of(ConsentTemplate, world)) == (200, 1)
    template = row_of(ConsentTemplate, world)
    warning = "A consent is missing Sharing: has not been asked for. Consents"
    session = clinic.book(clock.now + timedelta(days=1), at=clock.now)
    assert warning in alice.get("client", world.daisy.id).text
    assert warning in paula.get("booking", session.id).text
    assert warning in paula.get("session_new", client=str(world.daisy.id)).text
    assert "Has not been asked for" in alice.get("client_consents", world.daisy.id).text
    asked = "client_consent", world.daisy.id, template.id
    assert "a colleague." in alice.get(*asked).text
    wrong = {"answer": "given", "how": "paper", "on": "2027-01-01", "once": uuid4().hex}
    assert alice.post(*asked, **wrong).error_of("on") == "This day has not come yet."
    for _twice in range(2):
        seen = alice.post(*asked, **wrong | {"on": "2026-06-16"})
    assert seen.path == alice.url("client_consents", world.daisy.id)
    assert "Given · on paper" in seen.text
    assert "noted by Alice" in seen.text
    assert count_of(Consent, world) == 1
    for page in (("client", world.daisy.id), ("booking", session.id)):
        assert "A consent is missing" not in paula.get(*page).text
    form = TEMPLATE | {"statement": "We may ask two.", "months": "6"}
    seen = alice.post("settings_consent", template.id, **form)
    assert "warns where it is missing · holds for 6 months · version 2" in seen.text
    assert "Was given to an earlier text" in alice.get("client_consents", world.daisy.id).text
    assert alice.post("settings_consent_archive", template.id).said.startswith("Archived")
    assert "A consent is missing" not in alice.get("client", world.daisy.id).text
    assert alice.post("settings_consent_restore", template.id).said == "Restored."
    reader = Member(world, world.bob)
    assert "What you ask people to agree to" in reader.get("settings_consents").text
    assert reader.post("settings_consents", **TEMPLATE).status == 403
    assert reader.get("settings_consent", template.id).status == 403
    assert reader.post(*asked, **wrong).status == 403
    for each in (reader, Member(world, clinic.member("otto", "office")[0].person)):
        assert each.get("client_consents", world.daisy.id).status == 403
        assert each.get(*asked).status == 403
        shown = each.get("client", world.daisy.id)
        assert alice.url("client_consents", world.daisy.id) not in shown.html
        assert "A consent is missing" not in shown.text
    assert reader.get("client_zip", world.daisy.id).status == 403
    assert alice.url("client_zip", world.daisy.id) not in reader.get("client", world.daisy.id).html
