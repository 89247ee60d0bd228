"""`storno organization set SLUG key=value …`."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.forms.models import model_to_dict

from storno.core.refusals import Absent, Invalid
from storno.custody.operate import KEYS, set_by_operator
from storno.history.models import Event
from storno.numbering.models import SeriesPlan
from storno.numbering.plan import plans_of
from storno.organizations.models import Organization
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.scope import scope
from tests.world import World, found


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def everything(world: World) -> tuple[Any, ...]:
    with scope(world.id):
        return (
            model_to_dict(seller_of(world.id)),
            model_to_dict(settings_of(world.id)),
            list(SeriesPlan.objects.values()),
            Organization.objects.filter(id=world.id).values().get(),
            Event.objects.exclude(kind="client.saved").count(),
        )


def test_all_kinds_of_keys_at_once(at: datetime) -> None:
    world = found()
    set_by_operator(
        world.organization.slug,
        [
            "paid_credit=desk",
            "zero_rate_open=yes",
            " reverse_charge_open = On ",
            "support_contact=support@example.com, weekdays 8-16",
            "hold_seconds=0",
            "late_interest=10.5",
            "office_may_credit=1",
            "name=Alice = Carpentry",
            "vat_registered=no",
            "account=FI4250001510000023",
            "invoice_format=A{year}-{number}",
            "first_invoice_number=124",
            "share=true",
        ],
        at=at,
    )
    with scope(world.id):
        seller, settings, plans = (
            seller_of(world.id),
            settings_of(world.id),
            plans_of(world.id),
        )
        events = list(Event.objects.exclude(kind="client.saved").order_by("id"))
    assert (settings.paid_credit, settings.hold_seconds) == ("desk", 0)
    assert settings.late_interest == Decimal("10.50")
    assert (settings.zero_rate_open, settings.reverse_charge_open) == (True, True)
    assert settings.support_contact == "support@example.com, weekdays 8-16"
    assert Organization.objects.get(id=world.id).office_may_credit is True
    assert (seller.name, seller.vat_registered) == ("Alice = Carpentry", False)
    assert seller.account == "FI4250001510000023"
    assert (plans.invoice.format, plans.invoice.first_number) == ("A{year}-{number}", 124)
    assert plans.credit_note.shares_invoices is True
    assert {(event.person_id, event.at) for event in events} == {(None, at)}
    assert [event.kind for event in events] == [
        "organization.account_changed",
        "organization.seller_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "organization.setting_changed",
        "numbering.planned",
        "numbering.planned",
    ]


def test_days_are_written_with_commas(at: datetime) -> None:
    world = found()
    set_by_operator(world.organization.slug, ["notification_days=0, 10"], at=at)
    with scope(world.id):
        assert settings_of(world.id).notification_days == [0, 10]


def test_an_empty_value_takes_away(at: datetime) -> None:
    world = found()
    set_by_operator(world.organization.slug, ["city=", "account="], at=at)
    with scope(world.id):
        assert (seller_of(world.id).city, seller_of(world.id).account) == ("", "")


@pytest.mark.parametrize(
    ("assignments", "errors"),
    [
        (["hold_seconds"], [("hold_seconds", "no_value")]),
        (["=1"], [("", "unknown_setting")]),
        (["currency=USD"], [("currency", "unknown_setting")]),
        (
            ["organization_id=1", "hold=2"],
            [("organization_id", "unknown_setting"), ("hold", "unknown_setting")],
        ),
        (["hold_seconds=0", "hold_seconds=1"], [("hold_seconds", "set_twice")]),
        (["hold_seconds=soon"], [("hold_seconds", "wrong_value")]),
        (["late_interest=NaN"], [("late_interest", "wrong_value")]),
        (["late_interest=-1"], [("late_interest", "wrong_value")]),
        (["hold_seconds=-1"], [("hold_seconds", "wrong_value")]),
        (["hold_seconds=１２"], [("hold_seconds", "wrong_value")]),
        (["hold_seconds=1.5"], [("hold_seconds", "wrong_value")]),
        (["hold_seconds=999999999"], [("hold_seconds", "out_of_range")]),
        (["hold_seconds=" + "9" * 5000], [("hold_seconds", "wrong_value")]),
        (["notification_days=0;14"], [("notification_days", "wrong_value")]),
        (["notification_days=14,28"], [("notification_days", "not_from_zero")]),
        (["zero_rate_open=maybe"], [("zero_rate_open", "wrong_value")]),
        (["paid_credit=me"], [("paid_credit", "wrong_value")]),
        (["paid_credit="], [("paid_credit", "wrong_value")]),
        (["city=Espoo", "account=FI00"], [("account", "check_digit")]),
        (["city=Espoo", "support_contact=\x00"], [("support_contact", "unprintable")]),
        (
            ["city=Espoo", "paid_credit=desk", "invoice_format={n}"],
            [("invoice_format", "not_a_format")],
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_done(
    untouched: World, at: datetime, assignments: list[str], errors: list[tuple[str, str]]
) -> None:
    before = everything(untouched)
    with pytest.raises(Invalid) as wrong:
        set_by_operator(untouched.organization.slug, assignments, at=at)
    assert [(error.field, error.code) for error in wrong.value.errors] == errors
    assert everything(untouched) == before


def test_the_way_out_names_what_can_be_written(untouched: World, at: datetime) -> None:
    with pytest.raises(Invalid) as wrong:
        set_by_operator(
            untouched.organization.slug, ["paid_credit=x", "share=x", "hold_seconds=x"], at=at
        )
    assert [str(error.message) for error in wrong.value.errors] == [
        "Write one of desk, members.",
        "Write yes or no.",
        "Write a whole number.",
    ]
    with pytest.raises(Invalid) as wrong:
        set_by_operator(untouched.organization.slug, ["x=y"], at=at)
    assert all(key in str(wrong.value) for key in KEYS)


@pytest.mark.parametrize("slug", ["nobody-here", "", "\x00", "../x"])
def test_no_such_organization(slug: str, at: datetime) -> None:
    with pytest.raises(Absent):
        set_by_operator(slug, ["hold_seconds=0"], at=at)
