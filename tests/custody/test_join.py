"""Custody on and off: whose account stands on documents, and what members leave to others."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from storno.administration.seller import SellerChanges, change_seller
from storno.core.refusals import Invalid
from storno.corrections.refund import refund_invoice
from storno.custody.operate import set_by_operator
from storno.custody.operator import OperatorIsThere, create_operator, set_operator
from storno.custody.payout_account import WAITS, payout_accounts
from storno.custody.terms import terms_of
from storno.documents.models import Standing
from storno.numbering.models import PaymentReference
from storno.organizations.models import OrganizationKind
from storno.organizations.queries import operator, seller_of
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.refund import GivenBack
from tests.custody.house import CUSTODY, in_custody, the_operator
from tests.deeds import credit, pay
from tests.observe import history, refused
from tests.world import found

OWN = "FI2112345600000785"
OTHER = "FI4250001510000023"


def test_documents_bear_the_operators_account_and_a_reference_of_its_series(at: datetime) -> None:
    house = the_operator()
    first, second = in_custody(), in_custody()
    one, other = first.invoice(at=at), second.invoice(at=at)
    assert (house.kind, house.operator_id) == (OrganizationKind.OPERATOR, None)
    assert {first.organization.operator_id, second.organization.operator_id} == {house.id}
    assert {one.payment_account, other.payment_account} == {CUSTODY}
    assert int(other.payment_reference[:-1]) == int(one.payment_reference[:-1]) + 1
    owners = PaymentReference.objects.filter(account=CUSTODY, document_id__in=[one.id, other.id])
    assert set(owners.values_list("organization_id", flat=True)) == {first.id, second.id}
    with scope(first.id):
        terms = terms_of(first.id)
        accounts = payout_accounts(first.id, at=at)
    assert (terms.withholding_percent, terms.fee_percent) == (Decimal(20), Decimal(5))
    assert (terms.fee_vat_percent, terms.prepayment_base) == (Decimal("25.5"), "net")
    assert (terms.fee_on_credit, terms.remitted) == ("keep", "advance")
    assert accounts.current is not None
    assert (accounts.current.account, accounts.waiting) == (OWN, None)
    told = history(first, first.id)
    assert "custody.on" in told
    assert "organization.account_changed" in told


def test_what_members_leave_to_the_bank_and_to_the_desk(at: datetime) -> None:
    world = found()
    invoice, credited = world.invoice(at=at), world.invoice(at=at)
    payment, _paid = pay(world, invoice, 60_000, at=at), pay(world, credited, 130_000, at=at)
    the_operator()
    set_by_operator(world.organization.slug, ["custody=on"], at=at)
    given = GivenBack(at.date(), MoneyKind.CASH)
    with refused(world, "custody_money_comes_by_bank"):
        pay(world, invoice, 100, at=at)
    with refused(world, "refund_needs_desk"):
        refund_invoice(credited.id, given, who=world.who(), at=at)
    with refused(world, "paid_credit_needs_desk"):
        credit(world, invoice, at=at)
    with refused(world, "account_is_the_operators"):
        change_seller(SellerChanges(account=OTHER), who=world.who(), at=at)
    with scope(world.id):
        assert Standing.objects.get(id=invoice.id).received_minor == payment.amount_minor


def test_custody_off_puts_the_own_account_back(at: datetime) -> None:
    world = in_custody()
    set_by_operator(world.organization.slug, ["custody=off"], at=at)
    invoice = world.invoice(at=at)
    assert invoice.payment_account == OWN
    assert pay(world, invoice, 125_500, at=at).amount_minor == 125_500


def test_another_account_of_the_seller_waits(at: datetime) -> None:
    world = in_custody()
    slug = world.organization.slug
    set_by_operator(slug, [f"payout_account={OTHER}"], at=at)
    for later, current, waiting in (
        (timedelta(0), OWN, OTHER),
        (WAITS - timedelta(microseconds=1), OWN, OTHER),
        (WAITS, OTHER, None),
    ):
        with scope(world.id):
            known = payout_accounts(world.id, at=at + later)
        assert known.current is not None
        assert known.current.account == current
        assert (known.waiting.account if known.waiting else None) == waiting
    set_by_operator(slug, [f"payout_account={OWN}"], at=at)
    with scope(world.id):
        known = payout_accounts(world.id, at=at + WAITS)
    assert known.current is not None
    assert (known.current.account, known.waiting) == (OWN, None)


def test_what_is_no_custody(at: datetime) -> None:
    house = the_operator()
    norwegian, finnish = found("NO"), found()
    for slug in (norwegian.organization.slug, house.slug):
        with refused(norwegian, "not_for_custody"):
            set_by_operator(slug, ["custody=on"], at=at)
    for wrong, code in (
        ("withholding_percent=61", "withholding_percent: too_large"),
        ("fee_percent=20.01", "fee_percent: too_large"),
        ("fee_percent=5.001", "fee_percent: too_many_decimals"),
        ("payout_account=FI00", "account: check_digit"),
        (f"payout_account={CUSTODY}", "account: not_your_own"),
    ):
        with refused(finnish, code):
            set_by_operator(finnish.organization.slug, ["custody=on", wrong], at=at)
    finnish.organization.refresh_from_db()
    assert finnish.organization.operator_id is None


def test_one_operator_whose_account_sellers_follow(at: datetime) -> None:
    house, world = the_operator(), in_custody()
    with pytest.raises(OperatorIsThere):
        create_operator(name="Another", custody_iban=CUSTODY, at=at)
    with pytest.raises(Invalid):
        set_operator(["custody_iban=FI0012345600000785"], at=at)
    other = "FI1410093000123458"
    set_operator([f"custody_iban={other}", "name=Client Money Oy"], at=at)
    try:
        with scope(world.id):
            assert seller_of(world.id).account == other
        with scope(house.id):
            assert (seller_of(house.id).name, seller_of(house.id).account) == (
                "Client Money Oy",
                other,
            )
    finally:
        set_operator([f"custody_iban={CUSTODY}"], at=at)
    assert operator() == house
