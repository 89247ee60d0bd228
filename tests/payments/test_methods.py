"""The list of payment methods: the country's until it is changed; payments keep their word."""

from datetime import datetime

import pytest

from storno.corrections.settle import register_payment
from storno.organizations.queries import seller_of
from storno.organizations.scope import scope
from storno.payments.methods import MethodInput, how_paid, keep_methods, methods_of, words_of
from storno.payments.models import MoneyKind, Payment
from storno.payments.register import PaymentInput
from tests.observe import history, refused
from tests.world import World, found

USUAL = ["bank_transfer", "cash", "terminal", "other"]


def listed(world: World) -> list[tuple[str, str, bool]]:
    with scope(world.id):
        methods = methods_of(seller_of(world.id))
        return [(each.code, str(words_of(each)), each.is_offered) for each in methods]


def kept(world: World, *entered: MethodInput, at: datetime) -> None:
    keep_methods(entered, who=world.who(), at=at)


@pytest.mark.parametrize(("country", "brand"), [("NO", "Vipps"), ("FI", "MobilePay")])
def test_it_begins_as_the_country_pays(country: str, brand: str) -> None:
    world = found(country)
    assert [code for code, _words, _offered in listed(world)] == [
        *USUAL[:3],
        brand.lower(),
        "other",
    ]
    assert (brand.lower(), brand, True) in listed(world)


def test_it_is_renamed_ordered_and_added_to_and_payments_keep_their_word(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)

    def pay(method: str) -> Payment:
        entered = PaymentInput(100, at.date(), method)
        return register_payment(invoice.id, entered, who=world.who(), at=at)

    first, brand = pay("cash"), pay("mobilepay")
    kept(
        world,
        MethodInput(code="mobilepay", name="MobilePay Business"),
        MethodInput(code="cash", name="Till"),
        MethodInput(name="Gift card", kind=MoneyKind.OTHER),
        MethodInput(code="terminal", offered=False),
        at=at,
    )
    assert listed(world) == [
        ("mobilepay", "MobilePay Business", True),
        ("cash", "Till", True),
        ("gift-card", "Gift card", True),
        ("terminal", "card terminal", False),
        ("bank_transfer", "bank transfer", False),
        ("other", "other", False),
    ]
    renamed, added = pay("cash"), pay("gift-card")
    assert [str(how_paid(each)) for each in (first, brand, renamed, added)] == [
        *("cash", "MobilePay", "Till", "Gift card"),
    ]
    for code in ("terminal", "bank_transfer", "nothing", ""):
        with refused(world, "method: unknown"):
            pay(code)
    kept(world, MethodInput(code="bank_transfer"), at=at)
    assert [code for code, _words, offered in listed(world) if offered] == ["bank_transfer"]
    assert len(listed(world)) == 6
    assert history(world, world.id) == ["organization.payment_methods_changed"] * 2


@pytest.mark.parametrize(
    ("entered", "codes"),
    [
        ((), ["methods: none_left"]),
        ((MethodInput(code="cash", offered=False),), ["methods: none_left"]),
        ((MethodInput(code="gold"),), ["methods.0.code: unknown"]),
        ((MethodInput(code="cash"), MethodInput(code="cash")), None),
        ((MethodInput(),), ["methods.0.name: required"]),
        ((MethodInput(name="x" * 41),), ["methods.0.name: too_long"]),
        ((MethodInput(name="a\x00b"),), ["methods.0.name: unprintable"]),
        ((MethodInput(name="Cash"), MethodInput(code="cash")), ["methods.1.name: doubled"]),
        (tuple(MethodInput(name=f"Way {n}") for n in range(21)), ["methods: too_many"]),
    ],
)
def test_what_is_wrong_is_named(
    entered: tuple[MethodInput, ...], codes: list[str] | None, at: datetime
) -> None:
    world = found()
    expected = codes or ["methods.1.code: unknown", "methods.1.name: doubled"]
    with refused(world, *expected):
        kept(world, *entered, at=at)


def test_only_administrators_keep_it(at: datetime) -> None:
    world = found()
    with refused(world, "not_allowed"):
        keep_methods([MethodInput(code="cash")], who=world.who("practitioner"), at=at)
