"""My money: whose the money is that lies there, what came of each payment, and taxes paid."""

from datetime import datetime

from storno.custody.terms import terms_of
from storno.organizations.scope import scope
from storno.payouts.propose import propose_payouts
from storno.payouts.rules import set_tax_office
from tests.conftest import Clock
from tests.custody.house import came, in_custody, undone
from tests.observe import history
from tests.payouts.test_pay_out import DAY, emptied, gone, of, person
from tests.payouts.test_remit import TAXES, remitted, seller
from tests.web.cast import stranger
from tests.web.papers.member import Member
from tests.world import found


def test_it_says_whose_the_money_is_and_what_came_of_it(at: datetime, clock: Clock) -> None:
    world = in_custody()
    alice = Member(world)
    empty = alice.get("money").text
    assert "No money has come yet" in empty
    assert "On the client money account €0.00" in empty
    invoice = world.invoice(at=at)
    came(world, invoice, 130_000, at=at)
    page = alice.get("money").text
    assert (
        "To be paid out to you €737.25 Set aside for VAT €255.00 Set aside for income tax €200.00 "
        "Service fee with its VAT €62.75 Paid beyond what was invoiced €45.00 "
        "On the client money account €1,300.00" in page
    )
    shares = "VAT €255.00, income tax €200.00, fee €62.75"
    assert f"Payment {invoice.number} {shares} today at 12:12 €737.25" in page
    sheet = alice.get("money_csv").html.lstrip("\ufeff").splitlines()
    assert sheet == [
        "at,kind,invoice,currency,vat_reserve,prepayment_reserve,fee,fee_vat,payable",
        f"{at.isoformat()},payment,{invoice.number},EUR,255.00,200.00,50.00,12.75,737.25",
    ]
    assert stranger(world).get("money").status == 404


def test_what_is_owed_and_what_the_tax_office_has_stands_there(at: datetime, clock: Clock) -> None:
    set_tax_office("Tax Administration", TAXES, who=person(), at=at)
    emptied(at)
    world = seller(at)
    remitted(world, at)
    alice = Member(world)
    page = alice.get("money").text
    assert "Paid to the tax office €455.00 Taxes up to 16 June 2026 · today Paid" in page
    assert "On the client money account €800.00" in page
    payment = came(world, world.invoice(at=at), 125_500, at=at)
    gone(of(propose_payouts(DAY, who=person(), at=at), world), at=at)
    undone(world, payment, at=at)
    claim = "More was paid out to you than is yours now. €737.25 is taken from what comes next."
    assert claim in alice.get("money").text


def test_the_own_rate_is_changed_for_what_comes(at: datetime, clock: Clock) -> None:
    world = in_custody()
    alice = Member(world)
    assert 'value="20"' in alice.get("settings_payouts").html
    wrong = alice.post("settings_payouts_rate", withholding_percent="61")
    assert wrong.status == 422
    assert 'value="61"' in wrong.html
    done = alice.post("settings_payouts_rate", withholding_percent="23.5")
    assert done.said == "It holds for money that comes from now on."
    with scope(world.id):
        assert terms_of(world.id).withholding_percent == 23.5
    assert "custody.terms_changed" in history(world, world.id)


def test_it_is_in_the_menu_of_who_has_it_only(at: datetime, clock: Clock) -> None:
    assert "My money" in Member(in_custody()).get("home").html
    assert "My money" not in Member(found()).get("home").html
