"""A form that is sent with nothing in it is a form: what is missing stands beside its fields."""

from datetime import datetime

import pytest

from storno.history.models import Event
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.furnished import House, furnish
from tests.web.papers.member import Member

MISSING = "This field is required."


def events_in(house: House) -> int:
    with scope(house.world.id):
        return Event.objects.filter(organization_id=house.world.id).count()


@pytest.fixture
def house(at: datetime) -> House:
    """An organization with everything."""
    return furnish(at)


@pytest.mark.parametrize(
    ("name", "thing", "errors"),
    [
        (
            "invoice_payment",
            "invoice_id",
            {
                "amount": "Enter a number, like 125.50.",
                "paid_on": MISSING,
                "method": MISSING,
            },
        ),
        ("payment_reversal", "payment_id", {"reason": MISSING}),
        ("invoice_send", "document_id", {"address": MISSING}),
        ("letter_redirect", "letter_redirect.letter_id", {"address": MISSING}),
    ],
)
def test_what_is_missing_in_an_empty_form_is_said(
    house: House, clock: Clock, name: str, thing: str, errors: dict[str, str]
) -> None:
    before = events_in(house)
    page = Member(house.world).post(name, house.things[thing][0])
    assert page.status == 422
    assert {field: page.error_of(field) for field in errors} == errors
    assert events_in(house) == before
