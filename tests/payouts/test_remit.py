"""What is reserved for taxes goes to the tax office, once, and a credit finds it gone."""

from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from storno.core.refusals import Invalid, NotAllowed, SignInAgain
from storno.custody.operate import set_by_operator
from storno.custody.terms import terms_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope
from storno.payouts.approve import approve_batch, drop_batch, refuse_payout, write_file
from storno.payouts.batch import NothingToPayOut, WhyNot
from storno.payouts.models import Batch, PayoutRules
from storno.payouts.propose import propose_payouts
from storno.payouts.queries import on_the_way_now, payouts_of, remittances_of
from storno.payouts.remit import NoTaxOffice, due_to_remit, propose_remittance
from storno.payouts.rules import set_tax_office
from tests.bank.told import told
from tests.custody.house import credited_by_desk, in_custody, the_operator
from tests.custody.test_cross import bring, in_balance, key
from tests.observe import balances, history
from tests.payouts.test_pay_out import came_back, emptied, gone, of, on_accounts, person
from tests.reports.books import codes
from tests.world import World

DAY = date(2026, 6, 16)
TAXES = "FI5689199710000724"
REFERENCE = "1232"
RESERVES = ("VATRES", "PREP", "ONWAY", "CBANK", "HELDVAT", "HELDTAX", "TAXOFFICE")


@pytest.fixture(autouse=True)
def tax_office(at: datetime) -> None:
    set_tax_office("Tax Administration", TAXES, who=person(), at=at)
    emptied(at)


def seller(at: datetime, *assignments: str) -> World:
    """A seller of whose money 255.00 and 200.00 are reserved."""
    world = in_custody("payout_account=FI2112345600000785", f"tax_reference={REFERENCE}")
    if assignments:
        set_by_operator(world.organization.slug, assignments, at=at)
    more(world, at)
    return world


def more(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at)
    came = told("1255.00", key(), reference=invoice.payment_reference, day=f"{at:%Y-%m-%d}")
    bring(came, at=at)


def remitted(world: World, at: datetime) -> Batch:
    """All that is reserved has gone to the tax office."""
    batch = propose_remittance(at.date(), at.date(), who=person(), at=at)
    approve_batch(batch.id, who=person(), at=at)
    gone(of(batch, world), at=at)
    return batch


@in_balance()
def test_what_is_reserved_goes_to_the_tax_office(at: datetime) -> None:
    world, who = seller(at), person()
    batch = propose_remittance(DAY, DAY, who=who, at=at)
    one = of(batch, world)
    assert (one.amount_minor, one.account, one.payee) == (45_500, TAXES, "Tax Administration")
    assert (one.reference, batch.until) == (REFERENCE, DAY)
    assert on_accounts(world, *RESERVES) == {
        "ONWAY": -45_500,
        "CBANK": 125_500,
        "HELDVAT": 25_500,
        "HELDTAX": 20_000,
    }
    assert codes(world) == set()
    approve_batch(batch.id, who=who, at=at)
    file = ET.fromstring(write_file(batch.id, who=who, at=at))
    asked = {
        each.findtext("{*}PmtId/{*}EndToEndId"): (
            each.findtext("{*}Amt/{*}InstdAmt"),
            each.findtext("{*}CdtrAcct/{*}Id/{*}IBAN"),
            each.findtext("{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref"),
        )
        for each in file.iter("{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}CdtTrfTxInf")
    }
    assert asked[one.end_to_end] == ("455.00", TAXES, REFERENCE)
    with pytest.raises(NothingToPayOut):
        propose_remittance(DAY, DAY, who=who, at=at)
    (entry,) = gone(one, at=at)
    assert (entry.state, entry.why) == ("payout", "left")  # type: ignore[attr-defined]
    assert on_accounts(world, *RESERVES) == {"CBANK": 80_000, "TAXOFFICE": 45_500}
    assert codes(world) == set()
    assert "payout.remitted" in history(world, world.id)
    with scope(world.id):
        (row,) = remittances_of(world.id)
        assert (row.payout.vat_minor, row.payout.prepayment_minor) == (25_500, 20_000)
        assert (row.state, row.payout.until) == ("left", DAY)
        assert payouts_of(world.id) == []
        assert on_the_way_now(world.id) == 0


@in_balance()
def test_a_credit_returns_all_that_was_withheld_though_it_is_remitted(at: datetime) -> None:
    world = in_custody("payout_account=FI2112345600000785", f"tax_reference={REFERENCE}")
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    remitted(world, at)
    credited_by_desk(world, invoice, at=at)
    # The operator advances it, and the tax office owes it.
    assert on_accounts(world, "VATRES", "PREP", "PAYABLE") == {
        "VATRES": 25_500,
        "PREP": 20_000,
        "PAYABLE": -73_725 - 45_500,
    }
    assert codes(world) == set()
    (due,) = [
        each
        for each in due_to_remit(DAY, who=person(), at=at)
        if each.seller.organization_id == world.id
    ]
    assert (due.amount_minor, due.why_not) == (0, WhyNot.OWES)
    for _ in range(2):
        more(world, at)
    # Twice 455.00 are reserved since, and the tax office has one of them already.
    batch = remitted(world, at)
    assert of(batch, world).amount_minor == 45_500
    assert "VATRES" not in balances(world)
    assert "PREP" not in balances(world)
    payout = of(propose_payouts(DAY, who=person(), at=at), world)
    assert payout.amount_minor == 3 * 73_725 + 45_500
    gone(payout, at=at)
    assert codes(world) == set()


@in_balance()
def test_only_what_came_up_to_the_day_is_remitted(at: datetime) -> None:
    world = seller(at)
    later = at + timedelta(days=20)
    more(world, later)
    batch = propose_remittance(DAY, later.date(), who=person(), at=later)
    assert of(batch, world).amount_minor == 45_500
    gone(of(batch, world), at=later)
    rest = propose_remittance(later.date(), later.date(), who=person(), at=later)
    assert of(rest, world).amount_minor == 45_500
    gone(of(rest, world), at=later)
    assert codes(world) == set()


@in_balance()
def test_what_did_not_reach_the_tax_office_is_reserved_again(at: datetime) -> None:
    world, who = seller(at), person()
    before = on_accounts(world, *RESERVES)
    batch = propose_remittance(DAY, DAY, who=who, at=at)
    drop_batch(batch.id, who=who, at=at)
    assert on_accounts(world, *RESERVES) == before
    batch = propose_remittance(DAY, DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    refuse_payout(of(batch, world).payout_id, who=who, at=at)
    assert on_accounts(world, *RESERVES) == before
    batch = remitted(world, at)
    came_back(of(batch, world), at=at)
    assert on_accounts(world, *RESERVES) == before
    assert codes(world) == set()
    told_of = history(world, world.id)
    assert told_of.count("payout.remittance_back") == 2
    assert "payout.back" not in told_of


def test_who_has_no_reference_is_left_out(at: datetime) -> None:
    world, who = seller(at, "tax_reference="), person()
    (due,) = [
        each
        for each in due_to_remit(DAY, who=who, at=at)
        if each.seller.organization_id == world.id
    ]
    assert (due.amount_minor, due.why_not) == (45_500, WhyNot.NO_REFERENCE)
    assert balances(world)["VATRES"] == -25_500


@pytest.mark.parametrize("reference", ["1234", "RF00539007547034", "tax", "1" * 21])
def test_a_reference_has_its_check_digit(reference: str, at: datetime) -> None:
    world = in_custody()
    with pytest.raises(Invalid) as wrong:
        set_by_operator(world.organization.slug, [f"tax_reference={reference}"], at=at)
    assert [(each.field, each.code) for each in wrong.value.errors] == [
        ("tax_reference", "check_digit")
    ]
    set_by_operator(world.organization.slug, ["tax_reference=rf18 5390 0754 7034"], at=at)
    with scope(world.id):
        assert terms_of(world.id).tax_reference == "RF18539007547034"


def test_what_is_refused(at: datetime) -> None:
    who, mine = person(), the_operator().id
    with pytest.raises(Invalid):
        propose_remittance(DAY + timedelta(days=1), DAY, who=who, at=at)
    with pytest.raises(Invalid):
        propose_remittance(DAY, DAY - timedelta(days=1), who=who, at=at)
    with pytest.raises(Invalid):
        set_tax_office("Tax Administration", "FI5689199710000725", who=who, at=at)
    with pytest.raises(Invalid):
        set_tax_office(" ", TAXES, who=who, at=at)
    with pytest.raises(SignInAgain):
        set_tax_office("T", TAXES, who=Actor(mine, who.person_id, frozenset(Deed)), at=at)
    world = in_custody()
    with pytest.raises(NotAllowed):
        due_to_remit(DAY, who=world.who(), at=at)
    with pytest.raises(NotAllowed):
        propose_remittance(DAY, DAY, who=world.who(), at=at)


def test_the_tax_office_is_known_first(at: datetime) -> None:
    who = person()
    with scope(who.organization_id):
        PayoutRules.objects.filter(organization_id=who.organization_id).update(tax_account="")
    with pytest.raises(NoTaxOffice):
        due_to_remit(DAY, who=who, at=at)
