"""The seller's details on their page."""

import time

import pytest

from storno.organizations.models import Seller
from storno.organizations.scope import scope
from tests.web.cast import happened, member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("clock")


def typed(world: World, **more: str) -> dict[str, str]:
    """The form as it is when nothing was touched, but for these fields."""
    seller = row_of(Seller, world)
    names = ("name", "business_id", "street", "postcode", "city", "email", "phone", "website")
    form = {
        name: getattr(seller, name) for name in (*names, "account", "bic", "language", "time_zone")
    }
    shown = {f"initial-{name}": value for name, value in form.items()}
    return form | {"vat_registered": "on"} | shown | more


def test_the_form_shows_what_is() -> None:
    seen = Member(found()).get("settings_seller")
    assert seen.status == 200
    assert seen.field("name") == "Alice Example"
    assert seen.field("account") == "FI2112345600000785"
    assert 'id="id_business_id"' in seen.html
    assert "enterprise register" not in seen.text.lower()
    assert '<option value="Europe/Helsinki" selected>Helsinki</option>' in seen.html
    assert '<option value="Europe/Oslo">Oslo</option>' in seen.html
    assert "Asia/Tokyo" not in seen.html


def test_norway_has_organization_numbers() -> None:
    world = found("NO")
    seen = Member(world).get("settings_seller")
    assert seen.field("business_id") == "974 760 673"
    assert "Organization number needed on invoices" in seen.text
    assert "Business id" not in seen.text
    reader = member_as(world, "reader").get("settings_seller")
    assert "Organization number 974 760 673" in reader.text
    form = typed(world, business_id="974 760 674")
    refused = Member(world).post("settings_seller", **form)
    assert "This is not an organization number. Check its digits." in refused.text
    assert row_of(Seller, world).business_id == "974760673"


def test_time_zones_near_are_offered_and_the_present_one() -> None:
    world = found()
    Member(world).post("settings_seller", **typed(world, time_zone="Atlantic/Azores"))
    assert row_of(Seller, world).time_zone == "Atlantic/Azores"
    assert '<option value="Atlantic/Azores" selected>Azores</option>' in (
        Member(world).get("settings_seller").html
    )
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(time_zone="Asia/Tokyo")
    seen = Member(world).get("settings_seller")
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in seen.html
    world.alice.language = "fi"
    world.alice.save()
    assert '<option value="Europe/Stockholm">Tukholma</option>' in (
        Member(world).get("settings_seller").html
    )


def test_details_are_changed_and_said() -> None:
    world = found()
    form = typed(world, name=" Alice  & Co ", phone="+358 40 1", business_id="FI20774740")
    seen = Member(world).post("settings_seller", **form)
    assert seen.path == Member(world).url("settings_seller") + "#main"
    assert seen.said == "Your details are saved. New invoices bear them."
    seller = row_of(Seller, world)
    assert (seller.name, seller.phone, seller.business_id) == (
        "Alice & Co",
        "+358 40 1",
        "2077474-0",
    )
    assert happened(world)[-1] == "organization.seller_changed"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "This field is required."),
        ("business_id", "2077474-1", "This is not a business id. Check its digits."),
        ("account", "FI2112345600000786", "This is not an account number. Check its digits."),
        ("bic", "NOPE", "A BIC has 8 or 11 letters and digits."),
        ("email", "nobody@", "Enter an e-mail address like anna@example.com."),
        ("street", "<b>" * 40, "Ensure this value has at most 100 characters (it has 120)."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(field: str, value: str, says: str) -> None:
    world = found()
    seen = Member(world).post("settings_seller", **typed(world, **{field: value}))
    assert seen.status == 422
    assert seen.error_of(field) == says
    assert seen.field(field) == value
    assert row_of(Seller, world).name == "Alice Example"
    assert "organization.seller_changed" not in happened(world)


def test_another_account_asks_who_it_is_and_keeps_the_form() -> None:
    world = found()
    alice = Member(world, fresh=False)
    form = typed(world, account="FI49 5000 9420 0287 30", phone="1")
    asked = alice.client.post(alice.url("settings_seller"), form)
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]
    seller = row_of(Seller, world)
    assert (seller.account, seller.phone) == ("FI2112345600000785", "")
    session = alice.client.session
    session["storno_signed_in_at"] = time.time()
    session.save()
    key = next(iter(session["storno_parked_forms"]))
    onward = alice.client.get(f"/account/onward/{key}/").content.decode()
    assert 'value="FI49 5000 9420 0287 30"' in onward
    assert Member(world).post("settings_seller", **form).status == 200
    seller = row_of(Seller, world)
    assert (seller.account, seller.phone) == ("FI4950009420028730", "1")
    assert seller.bic == "OKOYFIHH"
    assert happened(world)[-2:] == ["organization.account_changed", "organization.seller_changed"]


def test_a_page_opened_before_puts_no_older_account_back() -> None:
    world = found()
    alice = Member(world)
    first, second = alice.get("settings_seller").filled, alice.get("settings_seller").filled
    assert first["initial-account"] == "FI2112345600000785"
    alice.post("settings_seller", **first | {"account": "FI4950009420028730", "city": "Turku"})
    seen = alice.post("settings_seller", **second | {"phone": "1"})
    assert seen.said == "Your details are saved. New invoices bear them."
    seller = row_of(Seller, world)
    assert (seller.account, seller.bic) == ("FI4950009420028730", "OKOYFIHH")
    assert (seller.city, seller.phone) == ("Turku", "1")
    alice.post("settings_seller", **second | {"street": "Aurakatu 1", "phone": ""})
    seller = row_of(Seller, world)
    assert (seller.street, seller.city, seller.phone) == ("Aurakatu 1", second["city"], "1")


@pytest.mark.parametrize("role", ["practitioner", "office", "reader"])
def test_others_read_and_cannot_change(role: str) -> None:
    world = found()
    other = member_as(world, role)
    seen = other.get("settings_seller")
    assert seen.status == 200
    assert '<button class="button primary"' not in seen.html
    assert "Only administrators change this." in seen.text
    assert "Business id 2077474-0" in seen.text
    refused = other.post("settings_seller", **typed(world, name="Mallory"))
    assert refused.status == 403
    assert "Your role does not allow this." in refused.text
    assert row_of(Seller, world).name == "Alice Example"


def test_nobody_else_sees_it() -> None:
    world = found()
    assert stranger(world).get("settings_seller").status == 404
    assert stranger(world).post("settings_seller", **typed(world, name="M")).status == 404
    asked = nobody().get(Member(world).url("settings_seller"))
    assert asked.status_code == 302
    assert asked["Location"].startswith("/account/login/")
    assert row_of(Seller, world).name == "Alice Example"


def test_norway_knows_its_register() -> None:
    world = found("NO")
    form = typed(world, enterprise_register="on")
    assert Member(world).post("settings_seller", **form).status == 200
    assert row_of(Seller, world).enterprise_register is True
