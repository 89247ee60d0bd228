"""The KID, on its page."""

import pytest

from storno.organizations.models import Seller
from tests.web.cast import member_as, row_of
from tests.web.papers.member import Member
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "kid_algorithm": "mod11",
    "kid_length": "12",
    "kid_layout": "running",
    "kid_client_digits": "3",
}


def stored(world: World) -> tuple[str, int, str, int]:
    seller = row_of(Seller, world)
    return (
        seller.kid_algorithm,
        seller.kid_length,
        seller.kid_layout,
        seller.kid_client_digits,
    )


def test_it_is_agreed_on_changed_and_ended() -> None:
    world = found("NO")
    alice = Member(world)
    assert "/settings/kid/" in alice.get("settings_seller").html
    assert alice.post("settings_kid", **FORM).said == "New invoices bear a KID."
    assert stored(world) == ("mod11", 12, "running", 3)
    refused = alice.post("settings_kid", **(FORM | {"kid_length": "9"}))
    assert (refused.status, refused.error_of("kid_length")) == (
        422,
        "So short a KID has no room: it needs 10 digits at least.",
    )
    assert 'value="9"' in refused.html
    assert stored(world) == ("mod11", 12, "running", 3)
    ended = alice.post("settings_kid", **(FORM | {"kid_algorithm": "none"}))
    assert ended.said == "New invoices bear no KID."
    assert stored(world) == ("none", 12, "running", 3)


def test_a_reader_reads_it() -> None:
    world = found("NO")
    reader = member_as(world, "reader")
    told = reader.get("settings_kid").text
    assert "KID on invoices no KID" in told
    assert reader.post("settings_kid", **FORM).status == 403
    assert stored(world) == ("none", 0, "running", 0)


def test_a_finnish_seller_is_led_there_by_nothing_and_told_why() -> None:
    alice = Member(found())
    assert "/settings/kid/" not in alice.get("settings_seller").html
    refused = alice.post("settings_kid", **FORM)
    assert refused.error_of("kid_algorithm") == (
        "Only payments to a Norwegian account carry a KID. Enter your account first."
    )
