"""What the law wants to know before the first document."""

import pytest

from storno.core.refusals import Blocker
from storno.organizations.completeness import (
    LATIN,
    REMEDY,
    OrganizationIncomplete,
    check_complete,
    missing_for_issue,
)
from storno.organizations.models import Seller


def seller(country: str, **more: object) -> Seller:
    fields = {
        "name": "Alice",
        "business_id": "x",
        "street": "x",
        "postcode": "x",
        "city": "x",
        "account": "x",
    }
    return Seller(country=country, **(fields | more))


def missing(it: Seller) -> list[str]:
    return [blocker.field for blocker in missing_for_issue(it)]


@pytest.mark.parametrize("country", ["FI", "NO"])
def test_nothing_is_missing(country: str) -> None:
    assert missing_for_issue(seller(country)) == ()
    check_complete(seller(country))


def test_a_finnish_seller_needs_an_address() -> None:
    bare = Seller(country="FI")
    assert missing(bare) == ["name", "business_id", "street", "postcode", "city", "account"]
    assert missing(seller("FI", city="", account="")) == ["city", "account"]


def test_a_norwegian_seller_needs_one_only_in_the_enterprise_register() -> None:
    assert missing(Seller(country="NO")) == ["name", "business_id", "account"]
    named = missing_for_issue(Seller(country="NO"))[1]
    assert str(named.message) == "Your organization number is missing."
    registered = Seller(country="NO", enterprise_register=True, name="Alice AS")
    assert missing(registered) == ["business_id", "street", "postcode", "city", "account"]


@pytest.mark.parametrize("text", ["株式会社", "山 Oy", "🍰", "\u0301"])
@pytest.mark.parametrize("field", ["name", "street", "postcode", "city"])
def test_what_nobody_could_read_is_as_good_as_missing(field: str, text: str) -> None:
    assert missing_for_issue(seller("FI", **{field: text})) == (
        Blocker(
            "organization_incomplete",
            f"“{text}” cannot be printed, so nobody could read it on the invoice.",
            LATIN,
            field,
        ),
    )


def test_an_ornament_of_a_name_may_be_lost() -> None:
    assert missing_for_issue(seller("NO", name="Cake 🍰", city="山")) == ()


def test_the_refusal_names_each_field_and_the_way_out() -> None:
    with pytest.raises(OrganizationIncomplete) as refused:
        check_complete(seller("FI", business_id="", account=""))
    assert refused.value.code == "organization_incomplete"
    assert refused.value.blockers == (
        Blocker("organization_incomplete", "Your business id is missing.", REMEDY, "business_id"),
        Blocker(
            "organization_incomplete",
            "The account that invoices are paid to is missing.",
            REMEDY,
            "account",
        ),
    )
