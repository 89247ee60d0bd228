"""KIDs on Norwegian invoices: given, printed, found again; and settings that cannot hold them."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest

from storno.administration.seller import SellerChanges, change_seller
from storno.core.refusals import Blocked, Invalid
from storno.corrections.finalise import finalise_draft
from storno.custody.operate import set_by_operator
from storno.numbering.models import PaymentReference, ReceivingAccount
from storno.numbering.plan import NumbersTooLongForKid, PlanChanges, plan_numbers
from storno.numbering.references import KidsUsedUp
from storno.organizations.models import Kid, KidMadeOf, Seller
from storno.organizations.queries import seller_of
from storno.organizations.scope import scope
from storno.references.kid import KidAlgorithm, is_kid
from tests.observe import documents
from tests.races.together import TIMES, together
from tests.world import World, found, line

OSLO = line(rate=Decimal(25))


def account_of_its_own() -> str:
    """A Norwegian account that no other test is paid to."""
    for number in range(uuid4().int % 10**9, 10**10):
        digits = f"{number:010}"
        weighted = sum(
            int(d) * w for d, w in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)
        )
        if (check := -weighted % 11) < 10:
            return f"{digits}{check}"
    raise AssertionError


def agree(world: World, at: datetime, **changes: object) -> Seller:
    return change_seller(SellerChanges(**changes), who=world.who(), at=at)  # type: ignore[arg-type]


def with_kid(
    at: datetime,
    algorithm: Kid = Kid.MOD10,
    length: int = 8,
    layout: KidMadeOf = KidMadeOf.RUNNING,
    client_digits: int = 0,
    account: str = "",
) -> World:
    """A Norwegian organization that has agreed on a KID, and issues at once."""
    world = found("NO", hold_seconds=0)
    agree(
        world,
        at,
        account=account or account_of_its_own(),
        kid_algorithm=algorithm,
        kid_length=length,
        kid_layout=layout,
        kid_client_digits=client_digits,
    )
    return world


def kids(world: World, at: datetime, count: int) -> list[str]:
    """The KIDs of so many further invoices."""
    return [world.invoice(OSLO, at=at).payment_reference for _ in range(count)]


def test_it_is_off_until_it_is_agreed_on(at: datetime) -> None:
    world = found("NO", hold_seconds=0)
    assert world.invoice(OSLO, at=at).payment_reference == ""


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ((Kid.MOD10, 8, KidMadeOf.RUNNING, 0), ["00010017", "00010025", "00010033"]),
        ((Kid.MOD11, 15, KidMadeOf.INVOICE, 0), ["000000202600018", "000000202600026"]),
        ((Kid.MOD10, 11, KidMadeOf.RUNNING, 3), ["00100010016", "00100010024"]),
    ],
)
def test_an_invoice_bears_one(
    form: tuple[Kid, int, KidMadeOf, int], given: list[str], at: datetime
) -> None:
    assert kids(with_kid(at, *form), at, len(given)) == given


def test_none_ends_in_a_hyphen_and_none_is_given_twice(at: datetime) -> None:
    account = account_of_its_own()
    running = with_kid(at, Kid.MOD11, 8, account=account)
    numbered = with_kid(at, Kid.MOD11, 13, KidMadeOf.INVOICE, account=account)
    again = with_kid(at, Kid.MOD11, 13, KidMadeOf.INVOICE, account=account)
    for world in (running, numbered, again):
        for kid in kids(world, at, 12):
            assert is_kid(kid, KidAlgorithm.MOD11)
            assert kid.isdigit()
    given = [reference.reference for reference in PaymentReference.objects.filter(account=account)]
    assert len(set(given)) == len(given) == 36


def test_issues_at_once_never_share_one(at: datetime) -> None:
    account = account_of_its_own()
    worlds = [
        with_kid(at, Kid.MOD11, 13, KidMadeOf.INVOICE, account=account),
        with_kid(at, Kid.MOD11, 13, KidMadeOf.INVOICE, account=account),
        with_kid(at, Kid.MOD10, 8, account=account),
    ]
    for _ in range(TIMES):
        drafts = [(world, world.draft(OSLO, at=at)) for world in worlds for _ in range(2)]
        issued = together(
            *(
                partial(finalise_draft, draft.id, send_now=True, who=world.who(), at=at)
                for world, draft in drafts
            )
        )
        assert len({invoice.payment_reference for invoice in issued}) == 6
    assert PaymentReference.objects.filter(account=account).count() == 6 * TIMES


def test_another_account_has_none_until_it_is_agreed_on(at: datetime) -> None:
    world = with_kid(at)
    agree(world, at, account=account_of_its_own())
    assert world.invoice(OSLO, at=at).payment_reference == ""
    assert agree(world, at, kid_algorithm=Kid.MOD10).kid_length == 8
    assert kids(world, at, 1) == ["00010017"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"kid_length": 1}, {"kid_length": "out_of_range"}),
        ({"kid_length": 26}, {"kid_length": "out_of_range"}),
        ({"kid_length": 10**12}, {"kid_length": "out_of_range"}),
        ({"kid_length": -1}, {"kid_length": "out_of_range"}),
        ({"kid_length": 6}, {"kid_length": "too_short"}),
        ({"kid_client_digits": 2}, {"kid_length": "too_short"}),
        ({"kid_client_digits": -1}, {"kid_client_digits": "out_of_range"}),
        ({"kid_client_digits": 10**12}, {"kid_client_digits": "out_of_range"}),
        ({"kid_layout": KidMadeOf.INVOICE}, {"kid_length": "too_short"}),
        ({"account": "", "kid_algorithm": Kid.MOD11}, {"kid_algorithm": "no_norwegian_account"}),
        (
            {"account": "FI2112345600000785", "kid_algorithm": Kid.MOD11},
            {"kid_algorithm": "no_norwegian_account"},
        ),
    ],
)
def test_what_cannot_be_given_is_refused(
    changes: dict[str, object], errors: dict[str, str], at: datetime
) -> None:
    world = with_kid(at, length=8)
    with pytest.raises(Invalid) as refused:
        agree(world, at, **changes)
    assert {error.field: error.code for error in refused.value.errors} == errors
    with scope(world.id):
        kept = seller_of(world.id)
    assert (kept.kid_algorithm, kept.kid_length, kept.kid_client_digits) == ("mod10", 8, 0)


def test_a_finnish_seller_has_none(at: datetime) -> None:
    world = found()
    with pytest.raises(Invalid) as refused:
        agree(world, at, kid_algorithm=Kid.MOD10, kid_length=8)
    assert [error.code for error in refused.value.errors] == ["no_norwegian_account"]


def test_a_client_with_a_long_number_is_named_before_anything_is_issued(at: datetime) -> None:
    world = with_kid(at, length=9, client_digits=1)
    with scope(world.id):
        type(world.daisy).objects.filter(id=world.daisy.id).update(number=10)
    draft = world.draft(OSLO, at=at)
    with pytest.raises(Blocked) as refused:
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert [blocker.code for blocker in refused.value.blockers] == [
        "client_number_too_long_for_kid"
    ]
    assert documents(world) == []


def test_when_all_are_given_nothing_is_issued(at: datetime) -> None:
    world = with_kid(at, length=7)
    with scope(world.id):
        account = seller_of(world.id).account
    ReceivingAccount.objects.create(account=account, next_base=999_999)
    assert kids(world, at, 1) == ["9999996"]
    draft = world.draft(OSLO, at=at)
    with pytest.raises(KidsUsedUp):
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)
    assert len(documents(world)) == 1
    assert ReceivingAccount.objects.get(account=account).next_base == 1_000_000


def test_numbers_may_not_outgrow_the_kid(at: datetime) -> None:
    world = with_kid(at, Kid.MOD11, 13, KidMadeOf.INVOICE)
    fitting = PlanChanges(invoice_format="{year}-{number}")
    assert plan_numbers(fitting, who=world.who(), at=at).invoice.format == "{year}-{number}"
    with pytest.raises(NumbersTooLongForKid):
        plan_numbers(PlanChanges(invoice_format="7{year}-{number}"), who=world.who(), at=at)


def test_the_operator_sets_it_too(at: datetime) -> None:
    world = found("NO", hold_seconds=0)
    set_by_operator(world.organization.slug, ["kid_algorithm=mod11", "kid_length=10"], at=at)
    (kid,) = kids(world, at, 1)
    assert (len(kid), is_kid(kid, KidAlgorithm.MOD11)) == (10, True)
