"""A seller in custody sees what an invoice will bring: in the editor, on draft and invoice."""

import re
from datetime import datetime

from storno.custody.operate import set_by_operator
from tests.conftest import Clock
from tests.custody.house import came, in_custody
from tests.deeds import amount, credit, lines_of, part
from tests.web.papers.member import Member, Seen, words
from tests.world import found

WHOLE = (
    "You will receive about €737.25 To be paid €1,255.00 VAT, set aside -€255.00 "
    "Income tax, set aside -€200.00 Service fee with its VAT -€62.75 "
    "Yours, with the next payout €737.25"
)


def awaited(page: Seen) -> str:
    """What the page says of it; empty where it says nothing."""
    found_ = re.search(r"<summary>(?:(?!</summary>).)*You will.*?</dl>", page.html, re.DOTALL)
    return words(found_[0]).replace("−", "-") if found_ else ""


def test_a_draft_says_what_it_will_bring(at: datetime, clock: Clock) -> None:
    world = in_custody()
    draft = world.draft(at=at)
    member = Member(world)
    assert awaited(member.get("draft", draft.id)) == WHOLE
    assert awaited(member.get("draft_edit", draft.id)) == WHOLE
    set_by_operator(world.organization.slug, ["prepayment_base=net_less_fee"], at=at)
    assert "€747.25" in awaited(member.get("draft", draft.id))


def test_an_invoice_says_what_is_still_to_come(at: datetime, clock: Clock) -> None:
    world = in_custody("hold_seconds=0")
    invoice = world.invoice(at=at)
    member = Member(world)
    assert awaited(member.get("invoice", invoice.id)) == WHOLE
    came(world, invoice, 60_000, at=at)
    left = awaited(member.get("invoice", invoice.id))
    # With the 352.48 of the first part it makes 737.25 to the cent.
    assert left.startswith("You will receive about €384.77 To be paid €655.00")
    came(world, invoice, 65_500, at=at)
    assert awaited(member.get("invoice", invoice.id)) == ""


def test_after_a_credit_it_is_of_what_is_left(at: datetime, clock: Clock) -> None:
    world = in_custody("hold_seconds=0")
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    credit(world, invoice, part(amount(only, 50_000)), at=at)
    left = awaited(Member(world).get("invoice", invoice.id))
    assert left.startswith("You will receive about €368.62 To be paid €627.50")
    credit(world, invoice, at=at)
    assert awaited(Member(world).get("invoice", invoice.id)) == ""


def test_who_keeps_the_own_money_is_told_nothing(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    assert awaited(member.get("draft", world.draft(at=at).id)) == ""
    assert awaited(member.get("invoice", world.invoice(at=at).id)) == ""
