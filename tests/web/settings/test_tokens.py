"""Keys to the API on their page."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from storno.organizations.actors import bearer_of
from storno.organizations.models import ApiToken
from tests.web.cast import member_as, stranger
from tests.web.papers.member import Member
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("clock")


def tokens(world: World) -> list[ApiToken]:
    return list(ApiToken.objects.filter(membership__organization=world.organization))


def test_a_token_is_shown_once(at: datetime) -> None:
    world = found()
    alice = Member(world)
    form = {"label": "Books", "scopes": ["write"], "lasts": "30", "once": uuid4().hex}
    seen = alice.post("settings_tokens", **form)
    assert seen.status == 200
    assert "no-store" in seen.response["Cache-Control"]
    (text,) = re.findall(r'data-copy="(storno_[\w-]{43})"', seen.html)
    bearer = bearer_of(text, at=at)
    assert bearer is not None
    assert bearer.organization == world.organization
    (token,) = tokens(world)
    assert (token.label, token.scopes) == ("Books", ["read", "write"])
    assert token.expires_at == datetime(2026, 7, 16, 9, 12, tzinfo=UTC)
    again = alice.post("settings_tokens", **form)
    assert again.said == "This token was made before; it is not shown a second time."
    assert text not in again.html
    assert len(tokens(world)) == 1
    assert text not in alice.get("settings_tokens").html
    assert "Books" in alice.get("settings_tokens").text


def test_making_one_asks_who_it_is() -> None:
    world = found()
    alice = Member(world, fresh=False)
    asked = alice.client.post(alice.url("settings_tokens"), {"lasts": "30"})
    assert (asked.status_code, tokens(world)) == (302, [])


def test_unknown_scopes_and_terms_are_refused() -> None:
    world = found()
    seen = Member(world).post("settings_tokens", scopes=["root"], lasts="31")
    assert seen.status == 422
    assert seen.error_of("scopes").startswith("Select a valid choice. root")
    assert seen.error_of("lasts").startswith("Select a valid choice. 31")
    assert tokens(world) == []


def test_a_token_is_revoked_by_its_owner_and_by_administrators() -> None:
    world = found()
    eve, mallory = member_as(world, "office"), member_as(world, "reader", name="Mallory")
    eve.post("settings_tokens", label="Eve's", lasts="0")
    (token,) = tokens(world)
    assert token.expires_at is None
    assert mallory.post("token_revoke", token.id).status == 404
    assert stranger(world).post("token_revoke", token.id).status == 404
    assert "Eve&#x27;s" not in mallory.get("settings_tokens").html
    assert "Eve&#x27;s" in Member(world).get("settings_tokens").html
    token.refresh_from_db()
    assert token.revoked_at is None
    assert Member(world).post("token_revoke", token.id).said.startswith("The token is revoked.")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert Member(world).get("settings_tokens").text.count("Eve") == 0
