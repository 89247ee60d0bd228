"""Money by card: booked as the provider has it, once, whatever is told and whoever asks."""

from datetime import datetime, timedelta

import pytest

from storno.corrections.settle import reverse_payment
from storno.documents.models import Document
from storno.notices.by_card import stop_card_payment
from storno.online.account import ProviderIsAway
from storno.online.due import LEASE, organizations_with_due_checkouts
from storno.online.models import CardOffer
from storno.online.open import NotByCard, ProviderRefuses, open_checkout
from storno.organizations.scope import scope
from storno.payments.models import Payment
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.deeds import HOLD, credit, hold_credit, pay
from tests.observe import balances, history, refused, standing
from tests.online.shop import Shop, shop
from tests.world import World, line


def holds(world: World) -> None:
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []


def sums(of: Shop, invoice: Document) -> tuple[object, ...]:
    stand = standing(of.world, invoice)
    return stand.state, stand.open_minor, stand.owed_back_minor


def test_a_payment_by_card_is_booked_once_as_it_came(at: datetime) -> None:
    with shop(at) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        session = of.checkout(invoice, at=at)
        assert of.checkout(invoice, at=at) == session, "a second press leads to the same page"
        form = of.house.sessions[session]["form"]
        assert form["line_items[0][price_data][unit_amount]"] == "125500"
        assert form["line_items[0][price_data][currency]"] == "eur"
        assert form["line_items[0][price_data][product_data][name]"] == "Lasku 2026-0001"
        assert "Carpentry" not in str(form) and "Daisy" not in str(form)
        assert of.collect(at=at) == 0, "nobody asks before it is time"
        of.house.pay(session)
        assert world.id not in organizations_with_due_checkouts(at)
        of.ask_at_once(at=at)
        assert world.id in organizations_with_due_checkouts(at)
        assert of.collect(at=at) == 1
        assert sums(of, invoice) == ("paid", 0, 0)
        of.ask_at_once(at=at)
        assert of.collect(at=at) == 1, "an event that comes twice only has us ask again"
        with scope(world.id):
            (payment,) = Payment.objects.filter(organization_id=world.id)
        assert (payment.amount_minor, payment.method) == (125_500, "card_online")
        assert history(world, invoice.id)[1:] == ["card_payment.offered", "payment.came"]
        assert balances(world, invoice)["PROVIDER"] == 125_500
        with refused(world, "not_entered_by_hand"):
            reverse_payment(payment.id, "A mistake", who=world.who(), at=at)
        holds(world)


def test_what_comes_after_a_credit_or_beside_another_payment_is_owed_back(at: datetime) -> None:
    with shop(at, hold_seconds=0) as of:
        world = of.world
        credited, half, held = (world.invoice(at=at) for _ in range(3))
        sessions = [of.checkout(invoice, at=at) for invoice in (credited, half, held)]
        credit(world, credited, at=at)
        pay(world, half, 25_500, at=at)
        for session in sessions[:2]:
            of.house.pay(session)
        assert of.collect(at=at) == 2, "what is open over another amount is looked after at once"
        assert sums(of, credited) == ("credited", 0, 125_500)
        assert sums(of, half) == ("paid", 0, 25_500)
        assert of.states() == ["paid", "paid", "open"]
        pay(world, held, 125_500, at=at)
        assert of.collect(at=at) == 1
        assert of.house.sessions[sessions[2]]["status"] == "expired", "nobody pays it twice"
        assert of.states() == ["paid", "paid", "over"]
        holds(world)


def test_a_payment_stops_a_credit_on_hold_unless_that_was_due(at: datetime) -> None:
    with shop(at) as of:
        early, late = (of.world.invoice(at=at) for _ in range(2))
        for invoice, moment in ((early, at + HOLD / 2), (late, at + HOLD)):
            session = of.checkout(invoice, at=at)
            hold_credit(of.world, invoice, at=at)
            of.house.pay(session)
            of.ask_at_once(at=moment)
            of.collect(at=moment)
        assert sums(of, early) == ("paid", 0, 0)
        assert sums(of, late) == ("credited", 0, 125_500)
        holds(of.world)


def test_other_amounts_are_booked_and_other_currencies_told(at: datetime) -> None:
    with shop(at) as of:
        less, strange = (of.world.invoice(at=at) for _ in range(2))
        of.pay(less, at=at, amount=100_000)
        assert sums(of, less) == ("part_paid", 25_500, 0)
        of.house.pay(of.checkout(strange, at=at), 9_900, "sek")
        of.ask_at_once(at=at)
        of.collect(at=at)
        of.ask_at_once(at=at)
        of.collect(at=at)
        assert sums(of, strange) == ("sent", 125_500, 0)
        assert history(of.world, strange.id)[-1:] == ["payment.strange"]
        assert history(of.world, strange.id).count("payment.strange") == 1
        holds(of.world)


def test_a_provider_that_is_away_or_says_no_loses_nothing(at: datetime) -> None:
    with shop(at) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        path = of.offer(invoice, at=at)
        of.house.hangs_up = True
        with pytest.raises(ProviderIsAway):
            of.checkout(invoice, at=at)
        of.house.hangs_up = False
        (session,) = of.house.sessions
        assert of.states() == ["opening"], "the provider opened it, and we were never told"
        of.house.pay(session)
        assert of.collect(at=at + LEASE) == 1
        assert sums(of, invoice) == ("paid", 0, 0)
        other = world.invoice(at=at)
        session = of.checkout(other, at=at)
        of.house.pay(session)
        of.house.away = True
        of.ask_at_once(at=at)
        assert of.collect(at=at) == 2
        of.house.away = False
        assert of.collect(at=at + timedelta(minutes=4)) == 0
        assert of.collect(at=at + timedelta(minutes=5)) == 2
        assert sums(of, other) == ("paid", 0, 0)
        with pytest.raises(NotByCard):
            open_checkout(path.removeprefix("/i/"), at=at)
        with pytest.raises(ProviderRefuses):
            of.checkout(world.invoice(line("0.10", gross=True), at=at), at=at)
        holds(world)


def test_deactivated_it_is_ended_at_the_provider_and_money_under_way_counts(at: datetime) -> None:
    with shop(at) as of:
        world = of.world
        quiet, fast = (world.invoice(at=at) for _ in range(2))
        sessions = [of.checkout(invoice, at=at) for invoice in (quiet, fast)]
        of.house.pay(sessions[1])
        for invoice in (quiet, fast):
            stop_card_payment(invoice.id, who=world.who(), at=at)
        with refused(world, "card_payment_not_offered"):
            stop_card_payment(quiet.id, who=world.who(), at=at)
        assert of.collect(at=at) == 2
        assert of.house.sessions[sessions[0]]["status"] == "expired"
        assert of.states() == ["over", "paid"]
        assert sums(of, fast) == ("paid", 0, 0)
        of.offer(quiet, at=at)
        assert of.checkout(quiet, at=at) != sessions[0]
        with scope(world.id):
            offers = CardOffer.objects.filter(organization_id=world.id)
            assert sorted(offers.values_list("is_open", flat=True)) == [False, True]


def test_a_dispute_is_told_and_a_lost_one_takes_the_payment_back(at: datetime) -> None:
    with shop(at, hold_seconds=0) as of:
        world = of.world
        won, lost, refunded = (world.invoice(at=at) for _ in range(3))
        charges = [of.pay(invoice, at=at) for invoice in (won, lost, refunded)]
        for charge, status in zip(charges, ("won", "under_review", "won"), strict=True):
            of.house.dispute(charge, status)
        of.ask_at_once(at=at)
        of.collect(at=at)
        assert history(world, lost.id)[-1] == "payment.disputed"
        assert sums(of, lost) == ("paid", 0, 0)
        of.house.dispute(charges[1], "lost")
        for _twice in range(2):
            of.ask_at_once(at=at)
            of.collect(at=at)
        assert sums(of, lost) == ("sent", 125_500, 0)
        assert history(world, lost.id)[-2:] == ["payment.disputed", "payment.reversed"]
        assert sums(of, won) == ("paid", 0, 0)
        holds(world)
