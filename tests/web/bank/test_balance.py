"""The operator sees whose the money on the account is, and that bank and books agree."""

import re
from datetime import datetime

from storno.custody.balance import bank_balance, money_by_account
from storno.organizations.models import Membership
from storno.organizations.roles import Role
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, key
from tests.web.papers.member import Member, Seen
from tests.world import FOUNDED, World, found


def pia() -> Member:
    """Somebody who administers the operator."""
    house = the_operator()
    person = Person.objects.create_user(f"pia-{key()}@example.com", "correct horse", name="Pia")
    roles = [Role.ADMINISTRATOR]
    Membership.objects.create(organization=house, person=person, roles=roles, since=FOUNDED)
    world = found()
    return Member(World(house, person, person, world.daisy))


def sums(page: Seen) -> dict[str, int]:
    """The rows of the page, in cents."""
    rows = re.findall(r"<dt>(.*?)</dt><dd>.*?([−-]?€[\d,.]+).*?</dd>", page.html, re.DOTALL)
    return {label: int(re.sub(r"[€,.]", "", amount).replace("−", "-")) for label, amount in rows}


def test_it_says_whose_the_money_is(at: datetime, clock: Clock) -> None:
    operator = pia()
    before = sums(operator.get("bank_balance"))
    world = in_custody()
    invoice = world.invoice(at=at)
    bring(told("1300.00", key(), reference=invoice.payment_reference), told("7.00", key()), at=at)
    page = operator.get("bank_balance")
    after = sums(page)
    changed = {
        label: after[label] - before.get(label, 0)
        for label in after
        if after[label] != before.get(label, 0)
    }
    assert changed == {
        "To be paid out to sellers": 73_725,
        "Set aside for VAT": 25_500,
        "Set aside for income tax": 20_000,
        "Service fee with its VAT": 6_275,
        "Paid beyond what was invoiced": 4_500,
        "Waits to be matched": 700,
        "In all books together": 130_700,
    }
    total = after.pop("In all books together")
    assert sum(after.values()) == total
    with scope(the_operator().id):
        told_minor = bank_balance(the_operator().id).told_minor
    agrees = told_minor == total
    assert ("to the cent what the books have" in page.text) is agrees


def test_sums_are_the_operators_alone(at: datetime, clock: Clock) -> None:
    world = in_custody()
    assert Member(world).get("bank_balance").status == 404
    with scope(world.id):
        assert dict(money_by_account()) == {}
    mine = found()
    assert Member(mine).get("bank_balance").status == 404
