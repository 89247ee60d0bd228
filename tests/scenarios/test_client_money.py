"""Stories of client money as programs tell them: paid, credited, late, wrong, and come back."""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from storno.corrections.depart import depart_due
from storno.custody.operate import set_by_operator
from storno.documents.models import Document
from storno.matching.match import undo_match
from storno.payouts.account import enter_payout_account
from storno.payouts.batch import NothingToPayOut
from storno.payouts.models import Batch
from storno.payouts.propose import propose_payouts
from storno.payouts.remit import propose_remittance
from storno.payouts.repaid import say_repaid
from storno.payouts.rules import set_tax_office
from storno.staff.enlist import enlist
from storno.staff.models import StaffRole
from tests.api.caller import Answer, Caller, caller
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, gap, key
from tests.observe import everything
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person
from tests.reports.books import codes
from tests.staff.ended import nobody_serves_afterwards
from tests.world import World, found

__all__ = ["nobody_serves_afterwards"]

RECEIPT = {"name": "receipt.pdf", "content": base64.b64encode(b"%PDF-1.7 paid").decode()}
TAXES = "FI5689199710000724"
WHOLE = {"paid_on": "2026-06-16", "amount": "1255.00", "way": "bank_transfer"}


@pytest.fixture(autouse=True, scope="module")
def static_folder() -> None:
    """The folder of static files, whose absence would be warned of."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def every_cent_is_told(at: datetime, clock: Clock) -> Iterator[None]:
    """What the bank told of the operator's account is what the books have, as it was before."""
    the_operator()
    emptied(at)
    before = gap()
    yield
    assert gap() == before


@pytest.fixture
def world() -> World:
    return in_custody(f"payout_account={OWN}", "hold_seconds=1200")


@pytest.fixture
def alice(world: World) -> Caller:
    return caller(world)


@pytest.fixture
def invoice(world: World, at: datetime) -> Document:
    return world.invoice(at=at)


def paid(invoice: Document, amount: str, at: datetime) -> Any:
    (entry,) = bring(told(amount, key(), reference=invoice.payment_reference), at=at)
    return entry


def paid_out(at: datetime) -> Batch:
    return propose_payouts(DAY, who=person(), at=at)


def left(batch: Batch, world: World, at: datetime) -> None:
    gone(of(batch, world), at=at)


def held(who: Caller) -> dict[str, str]:
    """What is held for the seller now, without what is nothing."""
    now = who.get("/custody").body["held"]
    return {name: amount for name, amount in now.items() if amount != "0.00"}


def state(who: Caller, invoice: Document) -> tuple[str, str, str]:
    shown = who.get(f"/invoices/{invoice.id}").body
    return shown["state"], shown["open"], shown["owed_back"]


def customer_service(at: datetime) -> Caller:
    """Somebody who serves customers, with a token of an organization of their own."""
    office = found()
    enlist(office.bob.email, StaffRole.AGENT, at=at)
    TOTP.activate(office.bob, generate_totp_secret())
    return caller(office, office.bob)


def confirmed(who: Caller, invoice: Document, **more: Any) -> Answer:
    """A refund case of the invoice that is confirmed."""
    case = who.post("/refund-cases", {"invoice": str(invoice.id)})
    assert case.status == 201
    answer = who.post(f"/refund-cases/{case.body['id']}/confirmation", WHOLE | more)
    assert (answer.status, answer.body["state"]) == (201, "confirmed")
    return answer


def test_from_the_refused_cancel_over_the_chat_to_the_returned_taxes(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at = clock.now
    paid(invoice, "1255.00", at)
    left(paid_out(at), world, at)
    assert held(alice) == {
        "vat_reserve": "255.00",
        "prepayment_reserve": "200.00",
        "fee": "50.00",
        "fee_vat": "12.75",
    }
    before = everything(world)
    refused = alice.post(f"/invoices/{invoice.id}/credit-notes", {"reason": "cancelled"})
    assert (refused.status, refused.codes) == (409, ["paid_credit_needs_desk"])
    assert everything(world) == before
    asked = alice.post("/conversations", {"text": "Cancel it, please", "invoice": str(invoice.id)})
    assert asked.status == 201
    case = alice.post("/refund-cases", {"invoice": str(invoice.id)})
    assert (case.status, case.body["state"], case.body["to_pay_back"]) == (201, "asked", "1255.00")
    path, sam = f"/refund-cases/{case.body['id']}", customer_service(at)
    early = sam.post(f"/desk{path}/approval", {})
    assert (early.status, early.codes) == (409, ["refund_not_confirmed"])
    for amount in ("1254.99", "1255.01", "737.25"):
        wrong = alice.post(f"{path}/confirmation", WHOLE | {"amount": amount})
        assert (wrong.status, wrong.codes) == (409, ["another_amount"])
    for harmful in (b"<html>", b"MZ\x90\x00", b"\x7fELF", b"#!/bin/sh", b"PK\x03\x04"):
        file = {"name": "receipt.pdf", "content": base64.b64encode(harmful).decode()}
        bad = alice.post(f"{path}/confirmation", WHOLE | {"receipt": file})
        assert (bad.status, bad.codes) == (409, ["file_not_taken"])
    assert alice.get(path).body["state"] == "asked"
    said = alice.post(f"{path}/confirmation", WHOLE | {"receipt": RECEIPT})
    assert (said.status, said.body["state"]) == (201, "confirmed")
    for nobody in (alice, caller(found())):
        assert nobody.post(f"/desk{path}/approval", {}).status == 404
    stale = sam.post(f"/desk{path}/approval", {"version": said.body["version"] - 1})
    assert (stale.status, stale.codes) == (409, ["refund_case_changed"])
    done = sam.post(f"/desk{path}/approval", {"version": said.body["version"]})
    assert (done.status, done.body["state"], done.body["goes_at"]) == (
        201,
        "checked",
        "2026-06-16T09:32:00Z",
    )
    assert held(alice)["vat_reserve"] == "255.00"
    undo = alice.delete(f"/invoices/{invoice.id}/credit-notes/pending")
    assert undo.status == 409
    clock.now = at + timedelta(minutes=20)
    depart_due(world.id, at=clock.now)
    shown = alice.get(path).body
    assert (shown["state"], shown["returned"]) == ("credited", "455.00")
    assert state(alice, invoice) == ("refunded", "0.00", "0.00")
    assert held(alice) == {"fee": "50.00", "fee_vat": "12.75", "payable": "455.00"}
    batch = paid_out(clock.now)
    assert of(batch, world).amount_minor == 45_500
    left(batch, world, clock.now)
    assert alice.get(path).body["state"] == "closed"
    assert held(alice) == {"fee": "50.00", "fee_vat": "12.75"}
    assert [each["amount"] for each in alice.get("/payouts").body["items"]] == ["455.00", "737.25"]
    assert codes(world) == set()


def test_cancelled_unpaid_and_paid_in_the_window(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    held_ = alice.post(f"/invoices/{invoice.id}/credit-notes", {"reason": "cancelled"})
    assert held_.status == 202
    clock.now += timedelta(minutes=19, seconds=59)
    paid(invoice, "1255.00", clock.now)
    clock.now += timedelta(minutes=5)
    depart_due(world.id, at=clock.now)
    assert state(alice, invoice) == ("paid", "0.00", "0.00")
    assert held(alice)["payable"] == "737.25"
    again = alice.post(f"/invoices/{invoice.id}/credit-notes", {"reason": "cancelled"})
    assert (again.status, again.codes) == (409, ["paid_credit_needs_desk"])
    assert codes(world) == set()


def test_money_that_comes_late_is_its_payers(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    """On an invoice that was cancelled unpaid, and on one that was paid, paid back and credited."""
    at, other = clock.now, world.invoice(at=clock.now)
    alice.post(f"/invoices/{invoice.id}/credit-notes", {"reason": "cancelled"})
    paid(other, "1255.00", at)
    case = confirmed(alice, other).body["id"]
    customer_service(at).post(f"/desk/refund-cases/{case}/approval", {})
    clock.now = at + timedelta(minutes=20)
    depart_due(world.id, at=clock.now)
    before = held(alice)
    assert before == {"fee": "50.00", "fee_vat": "12.75", "payable": "1192.25"}
    for number, late in enumerate((invoice, other), start=1):
        paid(late, "1255.00", clock.now)
        assert state(alice, late) == ("credited", "0.00", "1255.00")
        assert held(alice) == before | {"payers": f"{number * 1255}.00"}
        refund = {"invoice": str(late.id), "amount": "1255.00", "way": "outside"}
        refused = alice.post("/refunds", refund | {"paid_on": "2026-06-16", "method": "cash"})
        assert (refused.status, refused.codes) == (409, ["refund_needs_desk"])
    assert codes(world) == set()


def test_paid_in_parts_by_rates_that_change_and_credited_to_the_cent(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at, slug = clock.now, world.organization.slug
    for amount, percent in (("418.34", 20), ("0.01", 33), ("836.65", 7)):
        set_by_operator(slug, [f"withholding_percent={percent}"], at=at)
        paid(invoice, amount, at)
    assert state(alice, invoice) == ("paid", "0.00", "0.00")
    now = held(alice)
    withheld = sum(_cents(now[name]) for name in ("vat_reserve", "prepayment_reserve"))
    assert now["vat_reserve"] == "255.00"
    set_by_operator(slug, ["withholding_percent=60", "hold_seconds=0"], at=at)
    case = confirmed(alice, invoice).body["id"]
    done = customer_service(at).post(f"/desk/refund-cases/{case}/approval", {})
    assert (done.status, _cents(done.body["returned"])) == (201, withheld)
    after = held(alice)
    assert _cents(after["payable"]) == _cents(now["payable"]) + withheld
    assert {"vat_reserve", "prepayment_reserve"}.isdisjoint(after)
    assert codes(world) == set()


def test_a_wrong_match_is_undone_after_the_payout_and_the_next_money_settles_it(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at = clock.now
    wrong = paid(invoice, "1255.00", at)
    left(paid_out(at), world, at)
    undo_match(wrong.id, "of another seller", who=desk(), at=at)
    assert state(alice, invoice) == ("sent", "1255.00", "0.00")
    assert held(alice) == {"payable": "-737.25"}
    later = world.invoice(at=at)
    paid(later, "600.00", at)
    assert held(alice)["payable"] == "-384.77"
    paid(invoice, "1255.00", at)
    assert held(alice)["payable"] == "352.48"
    left(paid_out(at), world, at)
    assert "payable" not in held(alice)
    assert codes(world) == set()


def test_a_payout_bounces_and_goes_again_to_the_account_that_was_checked(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at = clock.now
    paid(invoice, "1255.00", at)
    batch = paid_out(at)
    left(batch, world, at)
    came_back(of(batch, world), at=at)
    assert held(alice)["payable"] == "737.25"
    (shown,) = alice.get("/payouts").body["items"]
    assert (shown["state"], shown["why_back"]) == ("back", "returned")
    clock.now += timedelta(minutes=1)
    enter_payout_account(OWN, who=world.who(), at=clock.now)
    again = paid_out(clock.now)
    left(again, world, clock.now)
    assert "payable" not in held(alice)
    states = [each["state"] for each in alice.get("/payouts").body["items"]]
    assert states == ["left", "back"]
    assert codes(world) == set()


def test_what_the_tax_office_has_already_is_advanced_or_waits_until_it_is_repaid(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at, slug = clock.now, world.organization.slug
    set_tax_office("Tax Administration", TAXES, who=person(), at=at)
    second, sam = world.invoice(at=at), customer_service(at)
    set_by_operator(slug, ["tax_reference=1232", "hold_seconds=0"], at=at)
    for each in (invoice, second):
        paid(each, "1255.00", at)
    left(paid_out(at), world, at)
    left(propose_remittance(DAY, DAY, who=person(), at=at), world, at)
    assert held(alice) == {"fee": "100.00", "fee_vat": "25.50"}
    advanced = confirmed(alice, invoice).body["id"]
    done = sam.post(f"/desk/refund-cases/{advanced}/approval", {})
    assert (done.status, done.body["returned"]) == (201, "455.00")
    lacks = {"vat_reserve": "-255.00", "prepayment_reserve": "-200.00"}
    assert held(alice) == lacks | {"fee": "100.00", "fee_vat": "25.50", "payable": "455.00"}
    left(paid_out(at), world, at)
    set_by_operator(slug, ["remitted=wait"], at=at)
    waits = confirmed(alice, second).body["id"]
    done = sam.post(f"/desk/refund-cases/{waits}/approval", {})
    assert (done.status, done.body["returned"]) == (201, "455.00")
    assert held(alice)["waiting"] == "455.00"
    assert "payable" not in held(alice)
    with pytest.raises(NothingToPayOut):
        paid_out(at)
    for amount in ("455.00", "455.00"):
        (repaid,) = bring(told(amount, key(), party="Tax Administration"), at=at)
        say_repaid(repaid.id, world.id, who=person(), at=at)
    batch = paid_out(at)
    assert of(batch, world).amount_minor == 45_500
    left(batch, world, at)
    assert held(alice) == {"fee": "100.00", "fee_vat": "25.50"}
    amounts = [each["amount"] for each in alice.get("/payouts").body["items"]]
    assert amounts == ["455.00", "455.00", "1474.50"]
    assert codes(world) == set()


def test_the_bank_takes_a_payment_back_after_its_payout_and_the_seller_owes_it(
    alice: Caller, world: World, invoice: Document, clock: Clock
) -> None:
    at, id_ = clock.now, key()
    bring(told("1255.00", key(), reference=invoice.payment_reference, end_to_end=id_), at=at)
    left(paid_out(at), world, at)
    back = told("1255.00", key(), side="DBIT", reason="AC04", end_to_end=id_)
    for _twice in range(2):
        bring(back, at=at)
    assert state(alice, invoice) == ("sent", "1255.00", "0.00")
    assert held(alice) == {"payable": "-737.25"}
    paid(invoice, "1255.00", at)
    assert state(alice, invoice) == ("paid", "0.00", "0.00")
    assert "payable" not in held(alice)
    with pytest.raises(NothingToPayOut):
        paid_out(at)
    assert codes(world) == set()


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))
