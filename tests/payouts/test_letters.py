"""Members are told when money has come, when it was paid out, and when it did not arrive."""

from datetime import datetime

import pytest

from storno.core.refusals import Invalid, NotAllowed
from storno.custody.letters import compose_money_came
from storno.custody.wishes import Wishes, wish_to_be_told, wishes_of
from storno.mailroom.models import Letter
from storno.mailroom.parcel import Withdrawn
from storno.mailroom.sms import Sms, segments
from storno.matching.match import undo_match
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from storno.payouts.approve import approve_batch, drop_batch, refuse_payout
from storno.payouts.letters import compose_payout_back, compose_payout_left
from storno.payouts.propose import propose_payouts
from storno.worker.rounds import deliver
from tests.bank.told import told
from tests.custody.house import in_custody
from tests.custody.test_cross import bring, desk, key
from tests.observe import snapshot
from tests.payouts.test_account import letters
from tests.payouts.test_pay_out import DAY, OWN, came_back, emptied, gone, of, person
from tests.reports.books import codes
from tests.world import World

NUMBER = "+358401234567"

COMPOSE = {
    "money_came": compose_money_came,
    "payout_left": compose_payout_left,
    "payout_back": compose_payout_back,
}


@pytest.fixture(autouse=True)
def nothing_payable(at: datetime) -> None:
    emptied(at)


def words(letter: Letter) -> str:
    """What a letter says, with usual spaces."""
    with scope(letter.organization_id):
        said = COMPOSE[letter.kind](letter)
    text = said.text if isinstance(said, Sms) else f"{said.subject}\n{said.text}"
    return text.replace("\u00a0", " ")


def texted(world: World, at: datetime) -> World:
    wish_to_be_told(Wishes(True, "040 123 4567"), who=world.who(), at=at)
    return world


def ways(world: World, kind: str) -> list[tuple[str, str]]:
    return sorted((each.medium, each.to_address) for each in letters(world, kind))


def test_money_that_comes_is_told_at_once_by_mail_and_sms(at: datetime) -> None:
    world = texted(in_custody(f"payout_account={OWN}"), at)
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    assert ways(world, "money_came") == [("email", world.alice.email), ("sms", NUMBER)]
    mail, sms = sorted(letters(world, "money_came"), key=lambda each: each.medium)
    assert words(sms) == (
        f"Storno: €1,255.00 came for invoice {invoice.number}. €737.25 is paid out to you."
    )
    text = words(mail)
    assert text.startswith(f"€1,255.00 came for invoice {invoice.number}\n")
    for part in ("€737.25 is paid out to you.", "€255.00", "€200.00", "€62.75"):
        assert part in text
    assert "Daisy" not in text
    for _sent in deliver(world.id):
        pass
    assert codes(world) == set()


def test_an_sms_is_one_segment_in_each_language(at: datetime) -> None:
    world = texted(in_custody(f"payout_account={OWN}"), at)
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    letter = next(each for each in letters(world, "money_came") if each.medium == "sms")
    for language in ("en", "fi", "nb"):
        letter.language = language
        with scope(world.id):
            said = compose_money_came(letter)
        assert isinstance(said, Sms)
        assert segments(said.text) <= 2


def test_money_beyond_the_claim_is_told_as_what_it_is_and_a_wrong_match_not_at_all(
    at: datetime,
) -> None:
    world = in_custody(f"payout_account={OWN}")
    invoice = world.invoice(at=at)
    (first,) = bring(told("1300.00", key(), reference=invoice.payment_reference), at=at)
    (letter,) = letters(world, "money_came")
    assert "€737.25 is paid out to you." in words(letter)
    assert "€45.00" in words(letter)
    bring(told("50.00", key(), reference=invoice.payment_reference), at=at)
    undo_match(first.id, "another payer", who=desk(), at=at)
    with pytest.raises(Withdrawn):
        words(letter)


def test_a_payout_is_told_as_it_leaves_and_as_it_comes_back(at: datetime) -> None:
    world, who = texted(in_custody(f"payout_account={OWN}"), at), person()
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    batch = propose_payouts(DAY, who=who, at=at)
    assert letters(world, "payout_left") == []
    gone(of(batch, world), at=at)
    mail, sms = sorted(letters(world, "payout_left"), key=lambda each: each.medium)
    assert words(sms) == (
        "Storno: €737.25 was paid out to you. "
        "It went to your account ending in 0785 on 15 June 2026."
    )
    assert f"/payouts/{of(batch, world).payout_id}/" in words(mail)
    came_back(of(batch, world), at=at)
    with pytest.raises(Withdrawn):
        words(mail)
    mail, sms = sorted(letters(world, "payout_back"), key=lambda each: each.medium)
    assert words(sms) == (
        "Storno: The bank did not pay out €737.25 to your account ending in 0785. "
        "Nothing more goes to this account until you have checked it and entered it anew."
    )
    assert "The money is safe, and is to be paid out to you again." in words(mail)
    assert codes(world) == set()


def test_a_batch_that_is_dropped_says_nothing_and_a_refused_payment_does(at: datetime) -> None:
    world, who = in_custody(f"payout_account={OWN}"), person()
    invoice = world.invoice(at=at)
    bring(told("1255.00", key(), reference=invoice.payment_reference), at=at)
    drop_batch(propose_payouts(DAY, who=who, at=at).id, who=who, at=at)
    assert letters(world, "payout_back") == []
    batch = propose_payouts(DAY, who=who, at=at)
    approve_batch(batch.id, who=who, at=at)
    refuse_payout(of(batch, world).payout_id, who=who, at=at)
    assert ways(world, "payout_back") == [("email", world.alice.email)]


def test_each_member_says_how_and_who_wants_nothing_hears_nothing(at: datetime) -> None:
    world = in_custody(f"payout_account={OWN}")
    who, before = world.who(), snapshot(world)
    for refusal, actor, wishes in (
        (Invalid, who, Wishes(True, "12")),
        (NotAllowed, world.who("reader"), Wishes(False, "")),
        (NotAllowed, desk(), Wishes(False, "")),
    ):
        with pytest.raises(refusal):
            wish_to_be_told(wishes, who=actor, at=at)
    assert snapshot(world) == before
    assert wishes_of(who) == Wishes(True, "")
    wish_to_be_told(Wishes(False, ""), who=who, at=at)
    invoice = world.invoice(at=at)
    bring(told("600.00", key(), reference=invoice.payment_reference), at=at)
    assert letters(world, "money_came") == []
    Membership.objects.filter(organization_id=world.id, person=world.alice).update(
        money_mailed=True, roles=["office"]
    )
    bring(told("5.00", key(), reference=invoice.payment_reference), at=at)
    assert letters(world, "money_came") == []
