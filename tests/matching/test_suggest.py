"""What an entry that waits may pay: likely invoices, ranked, each with its reasons."""

from storno.bank.models import Entry
from storno.corrections.settle import register_payment
from storno.matching.match import match_entry
from storno.matching.rank import Likeness, name_keys, tokens, weight
from storno.matching.suggest import Suggestion, suggest
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.bank.told import AT, bring, told
from tests.world import World, found, line


def suggested(world: World, entries: list[Entry]) -> list[list[Suggestion]]:
    with scope(world.id):
        found_ = suggest(entries, world.id)
        return [found_.get(each.id, []) for each in entries]


def reasons(suggestions: list[Suggestion]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.invoice.number, each.likenesses) for each in suggestions]


def test_what_names_an_invoice_outweighs_what_many_have_in_common() -> None:
    named = weight([Likeness.NUMBER])
    assert named > weight([Likeness.AMOUNT]) > weight([Likeness.ACCOUNT]) > weight([Likeness.NAME])
    assert weight([Likeness.ACCOUNT, Likeness.NAME]) > weight([Likeness.AMOUNT])
    assert weight([Likeness.REFERENCE]) > weight([Likeness.NUMBER, Likeness.AMOUNT])
    assert weight([Likeness.REGISTERED]) > weight(
        [Likeness.REFERENCE, Likeness.NUMBER, Likeness.AMOUNT]
    )


def test_words_that_may_name_an_invoice_are_those_with_a_digit() -> None:
    assert tokens("", "Invoice no. 2026-0007, thanks (ref. 12 34 5)!") == (
        *("2026-0007", "12", "34", "5", "2026-000712345"),
    )
    assert tokens("1009") == ("1009",)
    assert tokens("x" * 50 + "1", "none") == ()
    assert name_keys("VIRTANEN Matti  Juhani") == (
        "virtanen matti juhani",
        "matti juhani virtanen",
        "juhani virtanen matti",
    )
    assert name_keys(" ") == ()


def test_likely_invoices_come_with_their_reasons_the_likeliest_first() -> None:
    world = found()
    first, second, small = world.invoice(at=AT), world.invoice(at=AT), None
    small = world.invoice(line("100.00"), at=AT)
    entries = bring(
        world,
        told("1255.00", "A1", text=f"Lasku {first.number}", party="Nobody"),
        told("1255.00", "A2", party="DUCK DAISY", party_account=""),
        told("1.00", "A3", text=f"viite {second.payment_reference}", party="", party_account=""),
        told("7.00", "A4", text="rent", party="Landlord", party_account=""),
        told("1255.00", "A5", currency="SEK", text=first.number),
        told("5.00", "A6", side="DBIT", text=first.number),
    )
    found_ = suggested(world, entries)
    assert [reasons(each) for each in found_] == [
        [
            (first.number, (Likeness.NUMBER, Likeness.AMOUNT)),
            (second.number, (Likeness.AMOUNT,)),
        ],
        [
            (second.number, (Likeness.AMOUNT, Likeness.NAME)),
            (first.number, (Likeness.AMOUNT, Likeness.NAME)),
            (small.number, (Likeness.NAME,)),
        ],
        [(second.number, (Likeness.REFERENCE,))],
        [],
        [],
        [],
    ]
    match_entry(entries[0].id, first.id, who=world.who(), at=AT)
    (later,) = bring(world, told("125.50", "B1", party="Nobody"), id="S2")[-1:]
    assert reasons(suggested(world, [later])[0]) == [
        (small.number, (Likeness.AMOUNT, Likeness.ACCOUNT)),
        (second.number, (Likeness.ACCOUNT,)),
    ]


def test_a_payment_by_hand_that_may_be_the_same_money_comes_first() -> None:
    world = found()
    invoice, other = world.invoice(at=AT), world.invoice(at=AT)
    paid = PaymentInput(125_500, AT.date(), MoneyKind.CASH)
    by_hand = register_payment(invoice.id, paid, who=world.who(), at=AT)
    (entry,) = bring(world, told("1255.00", "A1", party="", party_account=""))
    (likely, next_) = suggested(world, [entry])[0]
    assert (likely.payment, likely.likenesses) == (by_hand, (Likeness.REGISTERED,))
    assert (next_.invoice, next_.payment) == (other, None)
    (late,) = bring(world, told("1255.00", "B1", day="2026-07-20", party=""), id="S2")[-1:]
    assert [each.payment for each in suggested(world, [late])[0]] == [None]
