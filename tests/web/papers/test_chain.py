"""What the chain shows adds up: each invoice with what was paid and credited on it."""

import re
from datetime import datetime
from decimal import Decimal

from storno.corrections.credit import credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.diary.amend import amend_draft
from storno.documents.content import with_prices
from storno.documents.models import Document, Draft
from tests.conftest import Clock
from tests.deeds import CANCELLED, CORRECT, credit, hold_credit, lines_of, part, pay, quantity
from tests.observe import standing
from tests.web.papers.member import Member, Seen
from tests.world import World, found

Rows = list[tuple[str, str]]


def parts(page: Seen) -> list[tuple[Rows, Rows]]:
    """The cards of each part with their amounts, and its sums."""
    html = re.sub("</?bdi[^>]*>", "", page.html)
    chain = re.search(r'<section class="chain".*?</section>', html, re.DOTALL)
    assert chain
    row = re.compile(
        r'(?:class="name"[^>]*>|<dt>)([^<]+)</.*?<span class="money">([^<]+)<', re.DOTALL
    )
    return [
        (row.findall(cards), row.findall(below))
        for cards, below in (each.split("</ol>") for each in chain[0].split("<ol")[1:])
    ]


def minor(amount: str) -> int:
    """An amount as it is shown, in minor units."""
    return int(re.sub(r"[^0-9]", "", amount)) * (-1 if amount.startswith("−") else 1)


def assert_adds_up(page: Seen) -> None:
    """Find in each part that its amounts make up its sums, what is on hold in the last alone."""
    for cards, sums in parts(page):
        signed = [
            minor(amount) * (-1 if label.startswith("Owed back") else 1) for label, amount in sums
        ]
        amounts = [minor(amount) for _name, amount in cards]
        if len(sums) == 2:
            held = [minor(amount) for name, amount in cards if name == "Credit note"]
            assert signed == [sum(amounts) - sum(held), sum(amounts)]
        elif sums:
            assert signed == [sum(amounts)]
        else:
            assert len(amounts) == 1


def corrected(world: World, old: Document, *, price: int, at: datetime) -> Draft:
    """The corrected draft of an invoice that is credited at once, with another price."""
    done = credit_invoice(old.id, CORRECT, who=world.who(), at=at)
    assert isinstance(done, Credited)
    assert done.corrected is not None
    return amend_draft(
        done.corrected.id,
        lambda entered: with_prices(entered, [Decimal(price)]),
        who=world.who(),
        at=at,
    )


def test_money_on_a_cancelled_invoice_settles_nothing_on_the_next(
    clock: Clock, at: datetime
) -> None:
    world = found(hold_seconds=0, paid_credit="members")
    old = world.invoice(at=at)
    pay(world, old, 125_500, at=at)
    draft = corrected(world, old, price=800, at=at)
    alice = Member(world)
    first = (
        [
            ("Invoice 2026-0001", "€1,255.00"),
            ("Payment", "−€1,255.00"),
            ("Credit note 2026-K1", "−€1,255.00"),
        ],
        [("Owed back", "€1,255.00")],
    )
    for page in (alice.get("invoice", old.id), alice.get("draft", draft.id)):
        assert parts(page) == [first, ([("Corrected draft", "€1,004.00")], [])]
        assert_adds_up(page)
    new = finalise_draft(draft.id, who=world.who(), at=at)
    assert isinstance(new, Document)
    second = ([("Invoice 2026-0002", "€1,004.00")], [("Left to pay", "€1,004.00")])
    for page in (alice.get("invoice", old.id), alice.get("invoice", new.id)):
        assert parts(page) == [first, second]
        assert_adds_up(page)


def test_a_corrected_draft_stands_below_the_sum_also_before_the_credit(
    clock: Clock, at: datetime
) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    page = Member(world).get("invoice", invoice.id)
    assert parts(page) == [
        (
            [("Invoice 2026-0001", "€1,255.00"), ("Credit note", "−€1,255.00")],
            [("To pay now", "€1,255.00"), ("To pay afterwards", "€0.00")],
        ),
        ([("Corrected draft", "€1,255.00")], []),
    ]
    assert_adds_up(page)


def test_an_overpaid_invoice_owes_back_now_and_afterwards(clock: Clock, at: datetime) -> None:
    world = found(paid_credit="members")
    invoice = world.invoice(at=at)
    pay(world, invoice, 130_000, at=at)
    hold_credit(world, invoice, CANCELLED, at=at)
    page = Member(world).get("invoice", invoice.id)
    assert parts(page) == [
        (
            [
                ("Invoice 2026-0001", "€1,255.00"),
                ("Payment", "−€1,300.00"),
                ("Credit note", "−€1,255.00"),
            ],
            [("Owed back now", "€45.00"), ("Owed back afterwards", "€1,300.00")],
        )
    ]
    assert_adds_up(page)


def test_an_invoice_alone_is_not_summed_up_and_parts_of_it_are(clock: Clock, at: datetime) -> None:
    world = found(hold_seconds=0, paid_credit="members")
    invoice = world.invoice(at=at)
    alice = Member(world)
    assert parts(alice.get("invoice", invoice.id)) == [([("Invoice 2026-0001", "€1,255.00")], [])]
    pay(world, invoice, 100_000, at=at)
    (line,) = lines_of(world, invoice)
    note = credit(world, invoice, part(quantity(line, "0.1")), at=at)
    for page in (alice.get("invoice", invoice.id), alice.get("credit_note", note.id)):
        assert parts(page) == [
            (
                [
                    ("Invoice 2026-0001", "€1,255.00"),
                    ("Payment", "−€1,000.00"),
                    ("Credit note 2026-K1", "−€125.50"),
                ],
                [("Left to pay", "€129.50")],
            )
        ]
        assert_adds_up(page)
    assert standing(world, invoice).open_minor == 12_950
