"""What stands about the seller on new documents."""

from datetime import datetime
from typing import Any

import pytest
from django.forms.models import model_to_dict

from storno.administration.seller import SellerChanges, change_seller
from storno.core.refusals import Invalid, NotAllowed, SignInAgain
from storno.history.models import Event
from storno.organizations.models import Seller
from storno.organizations.queries import seller_of
from storno.organizations.scope import scope
from tests.world import World, found


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def stored(world: World) -> Seller:
    with scope(world.id):
        return seller_of(world.id)


def told(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The happenings of the organization itself, in order."""
    with scope(world.id):
        events = Event.objects.filter(subject_id=world.id).order_by("id")
        return [(event.kind, event.facts) for event in events]


def wrong(world: World, at: datetime, changes: SellerChanges) -> list[tuple[str, str]]:
    """What is refused; and nothing is changed."""
    before = model_to_dict(stored(world))
    with pytest.raises(Invalid) as refused:
        change_seller(changes, who=world.who(), at=at)
    assert model_to_dict(stored(world)) == before
    assert told(world) == []
    return [(error.field, error.code) for error in refused.value.errors]


def test_everything_can_be_changed(at: datetime) -> None:
    world = found()
    changes = SellerChanges(
        name=" Alice's  Carpentry ",
        language="fi",
        time_zone="Europe/Mariehamn",
        business_id="FI01120389",
        vat_registered=False,
        street="Torikatu 3",
        postcode="90100",
        city="Oulu",
        email="alice@example.com",
        phone="+358 40 123 4567",
        website="alice.example",
        account="fi42 5000 1510 0000 23",
        bic="okoy fi hh",
    )
    returned = change_seller(changes, who=world.who(), at=at)
    seller = stored(world)
    assert returned.name == seller.name == "Alice's Carpentry"
    assert (seller.language, seller.time_zone) == ("fi", "Europe/Mariehamn")
    assert (seller.business_id, seller.vat_registered) == ("0112038-9", False)
    assert (seller.street, seller.postcode, seller.city) == ("Torikatu 3", "90100", "Oulu")
    assert (seller.email, seller.phone) == ("alice@example.com", "+358 40 123 4567")
    assert seller.website == "alice.example"
    assert (seller.account, seller.bic) == ("FI4250001510000023", "OKOYFIHH")
    assert (seller.country, seller.currency) == ("FI", "EUR")
    assert told(world) == [
        ("organization.account_changed", {"ending": "0023"}),
        (
            "organization.seller_changed",
            {
                "fields": "business_id city email language name phone postcode street time_zone "
                "vat_registered website"
            },
        ),
    ]


def test_what_is_not_named_stays(at: datetime) -> None:
    world = found()
    change_seller(SellerChanges(city="Espoo"), who=world.who(), at=at)
    seller = stored(world)
    assert (seller.city, seller.street, seller.account) == (
        "Espoo",
        "Mannerheimintie 1",
        "FI2112345600000785",
    )
    change_seller(SellerChanges(street=""), who=world.who(), at=at)
    assert (stored(world).city, stored(world).street) == ("Espoo", "")


def test_what_is_as_before_did_not_happen(at: datetime) -> None:
    world = found()
    same = SellerChanges(city="Helsinki", account="FI21 1234 5600 0007 85")
    change_seller(same, who=world.who(fresh=False), at=at)
    change_seller(SellerChanges(), who=world.who(fresh=False), at=at)
    assert told(world) == []


@pytest.mark.parametrize(
    "changes",
    [
        SellerChanges(account="FI4250001510000023"),
        SellerChanges(account=""),
        SellerChanges(bic="NDEAFIHH"),
    ],
)
def test_another_account_asks_who_you_are(at: datetime, changes: SellerChanges) -> None:
    world = found()
    with pytest.raises(SignInAgain):
        change_seller(changes, who=world.who(fresh=False), at=at)
    assert (stored(world).account, stored(world).bic) == ("FI2112345600000785", "")
    assert told(world) == []
    change_seller(changes, who=world.who(), at=at)
    assert [kind for kind, _facts in told(world)] == ["organization.account_changed"]


def test_a_new_account_brings_the_bic_of_its_bank(at: datetime) -> None:
    world = found()
    change_seller(SellerChanges(account="FI4250001510000023"), who=world.who(), at=at)
    assert stored(world).bic == "OKOYFIHH"
    change_seller(SellerChanges(account="LT121000011101001000"), who=world.who(), at=at)
    assert stored(world).bic == ""


def test_a_norwegian_account_is_kept_as_its_eleven_digits(at: datetime) -> None:
    world = found("NO")
    changes = SellerChanges(
        account="NO83 3000 1234 567", business_id="974 760 673 MVA", enterprise_register=True
    )
    change_seller(changes, who=world.who(), at=at)
    seller = stored(world)
    assert (seller.account, seller.bic) == ("30001234567", "")
    assert (seller.business_id, seller.enterprise_register) == ("974760673", True)


@pytest.mark.parametrize("roles", [("practitioner",), ("office",), ("reader",)])
def test_only_administrators_change_it(
    untouched: World, at: datetime, roles: tuple[str, ...]
) -> None:
    with pytest.raises(NotAllowed):
        change_seller(SellerChanges(city="Espoo"), who=untouched.who(*roles), at=at)
    assert stored(untouched).city == "Helsinki"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (SellerChanges(name=""), [("name", "required")]),
        (SellerChanges(name="🙂" * 101), [("name", "too_long")]),
        (SellerChanges(name="a\u202eb"), [("name", "unprintable")]),
        (SellerChanges(language="sv"), [("language", "unknown")]),
        (SellerChanges(time_zone="Mars/Olympus"), [("time_zone", "unknown")]),
        (SellerChanges(time_zone="../../etc/passwd"), [("time_zone", "unknown")]),
        (SellerChanges(time_zone="Europe/Helsinki\x00"), [("time_zone", "unknown")]),
        (SellerChanges(business_id="2077474-1"), [("business_id", "check_digit")]),
        (SellerChanges(business_id="974760673"), [("business_id", "check_digit")]),
        (SellerChanges(enterprise_register=True), [("enterprise_register", "not_in_this_country")]),
        (SellerChanges(account="FI2112345600000786"), [("account", "check_digit")]),
        (SellerChanges(account="86011117947"), [("account", "check_digit")]),
        (SellerChanges(bic="NDEA"), [("bic", "not_a_bic")]),
        (SellerChanges(bic="NDEA\x00IHH"), [("bic", "not_a_bic")]),
        (SellerChanges(email="alice"), [("email", "not_an_email")]),
        (
            SellerChanges(street="s" * 101, postcode="p" * 13, city="\x00", phone="1" * 31),
            [
                ("street", "too_long"),
                ("postcode", "too_long"),
                ("city", "unprintable"),
                ("phone", "too_long"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_named(
    untouched: World, at: datetime, changes: SellerChanges, errors: list[tuple[str, str]]
) -> None:
    assert wrong(untouched, at, changes) == errors


def test_names_from_everywhere_are_kept(at: datetime) -> None:
    world = found()
    for name in ("محمد\u200f", "🙂👩\u200d🔧", "Ørjan <script>", "%(name)s {year}"):
        change_seller(SellerChanges(name=name), who=world.who(), at=at)
        assert stored(world).name == name
