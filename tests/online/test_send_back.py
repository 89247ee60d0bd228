"""Back to the card: once, never more than came, followed to its end, and owed again if it fails."""

from datetime import datetime, timedelta

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.follow_refund import follow_next_refund
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import refund_invoice, reverse_refund
from storno.documents.models import Document, Reason
from storno.online.due import LEASE
from storno.online.set_up import keep_keys
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Refund, Why
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from tests.api.caller import caller
from tests.conftest import Clock
from tests.deeds import HOLD, credit, hold_credit, pay
from tests.observe import balances, history, refused, snapshot, standing
from tests.online.shop import Shop, shop
from tests.online.stripe_house import HOOK_SECRET, KEY, event, signature
from tests.online.test_collect import holds
from tests.online.test_doors import hook_of, tell
from tests.web.papers.member import Member
from tests.world import World, found

CARD = "card_online"


def back(
    world: World, invoice: Document, amount: int | None = None, *, at: datetime, by: str = CARD
) -> Refund:
    given = GivenBack(at.date(), by)
    return refund_invoice(invoice.id, given, amount_minor=amount, who=world.who(), at=at)


def owed(of: Shop, invoice: Document) -> tuple[int, int]:
    row = standing(of.world, invoice)
    return row.owed_back_minor, row.returned_minor


def test_what_came_by_card_goes_back_to_it_once_in_parts_and_mixes(at: datetime) -> None:
    with shop(at, hold_seconds=0) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        charge = of.pay(invoice, at=at, amount=100_000)
        pay(world, invoice, 25_500, at=at)
        with refused(world, "nothing_owed_back"):
            back(world, invoice, at=at)
        credit(world, invoice, at=at)
        with refused(world, "more_than_came_by_card"):
            back(world, invoice, 100_001, at=at)
        back(world, invoice, 30_000, at=at)
        back(world, invoice, 25_500, at=at, by=MoneyKind.BANK_TRANSFER)
        back(world, invoice, at=at)
        assert owed(of, invoice) == (0, 125_500)
        assert of.house.refunds == {}, "nobody asks within a deed"
        assert of.follow(at=at) == 2
        assert [(row["amount"], row["payment_intent"]) for row in of.house.refunds.values()] == [
            (30_000, charge),
            (70_000, charge),
        ]
        assert of.sendings() == [("gone", 30_000, ""), ("gone", 70_000, "")]
        assert of.follow(at=at + timedelta(days=9)) == 0
        assert history(world, invoice.id)[-3:] == [
            "refund.sent",
            "refund.registered",
            "refund.sent",
        ]
        assert "PROVIDER" not in balances(world, invoice)
        with scope(world.id):
            refund = Refund.objects.filter(organization_id=world.id, way="provider").first()
        assert refund is not None
        with refused(world, "refund_is_sent"):
            grounds = Grounds(Why.MISTAKE, "no")
            reverse_refund(refund.id, grounds, who=world.who(), at=at)
        other = world.invoice(at=at)
        pay(world, other, 130_000, at=at)
        with refused(world, "not_paid_by_card"):
            back(world, other, at=at)
        holds(world)


def test_one_that_fails_is_owed_back_again_with_the_reason(clock: Clock) -> None:
    at = clock.now
    with shop(at, hold_seconds=0) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        of.pay(invoice, at=at)
        credit(world, invoice, at=at)
        of.house.refund_status = "pending"
        back(world, invoice, at=at)
        of.follow(at=at)
        assert of.sendings() == [("pending", 125_500, "")]
        assert "back to the card: on its way" in Member(world).get("invoice", invoice.id).text
        row = of.house.refunds["re_1"]
        row |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        failed = event("refund.failed", {"object": "refund", "id": "re_1"})
        for _twice in range(2):
            assert tell(hook_of(world), failed, signature(failed)) == 200
            of.follow(at=at)
        assert of.sendings() == [("failed", 125_500, "expired_or_canceled_card")]
        assert owed(of, invoice) == (125_500, 0)
        assert history(world, invoice.id)[-1] == "refund.came_back"
        shown = Member(world).get("invoice", invoice.id).text
        assert "Reversed: The card is not valid any more." in shown
        of.house.refund_status = "succeeded"
        back(world, invoice, at=at)
        of.follow(at=at)
        assert owed(of, invoice) == (0, 125_500)
        by_hand = world.invoice(at=at)
        charge = of.pay(by_hand, at=at)
        credit(world, by_hand, at=at)
        of.house.refunds["re_9"] = {
            **row,
            "id": "re_9",
            "payment_intent": charge,
            "status": "succeeded",
            "metadata": {},
        }
        back(world, by_hand, at=at)
        of.follow(at=at)
        assert of.sendings()[-1] == ("failed", 125_500, "charge_already_refunded")
        assert owed(of, by_hand) == (125_500, 0)
        holds(world)


def test_an_event_about_the_refund_of_another_organization_changes_nothing(clock: Clock) -> None:
    with shop(clock.now, hold_seconds=0) as of:
        theirs, ours, at = of.world, found(), clock.now
        keep_keys(KEY, HOOK_SECRET, who=ours.who(), at=at)
        invoice = theirs.invoice(at=at)
        of.pay(invoice, at=at)
        of.house.refund_status = "pending"
        credit(theirs, invoice, at=at)
        back(theirs, invoice, at=at)
        of.follow(at=at)
        of.house.refunds["re_1"] |= {"status": "failed", "failure_reason": "declined"}
        failed = event("refund.failed", {"object": "refund", "id": "re_1"})
        before = [snapshot(world) for world in (ours, theirs)]
        assert tell(hook_of(ours), failed, signature(failed)) == 200
        assert [snapshot(world) for world in (ours, theirs)] == before
        assert (of.follow(at=at), follow_next_refund(ours.id, at=at)) == (0, False)
        assert of.sendings() == [("pending", 125_500, "")]


def test_killed_between_the_call_and_the_note_it_goes_back_once(at: datetime) -> None:
    with shop(at, hold_seconds=0) as of:
        world, invoice = of.world, of.world.invoice(at=at)
        of.pay(invoice, at=at)
        credit(world, invoice, at=at)
        back(world, invoice, at=at)
        of.house.hangs_up = True
        assert of.follow(at=at) == 1
        of.house.hangs_up = False
        assert (len(of.house.refunds), of.sendings()) == (1, [("asked", 125_500, "")])
        of.house.answered.clear()
        later = at + timedelta(days=2)
        assert of.follow(at=later) == 1
        assert (len(of.house.refunds), of.sendings()) == (1, [("gone", 125_500, "")])
        assert timedelta(days=2) > LEASE
        holds(world)


def test_a_credit_pays_back_to_the_card_in_one_pass(clock: Clock) -> None:
    at = clock.now
    with shop(at) as of:
        world = of.world
        held, twice, mixed = (world.invoice(at=at) for _ in range(3))
        of.pay(held, at=at)
        of.pay(twice, at=at, amount=100_000)
        of.pay(twice, at=at)
        of.pay(mixed, at=at, amount=100_000)
        pay(world, mixed, 25_500, at=at)
        request = CreditRequest(Reason.CANCELLED, refund=GivenBack(at.date(), CARD))
        hold_credit(world, held, request, at=at)
        hold_credit(world, twice, request, at=at)
        assert of.sendings() == [], "with a hold nothing has happened"
        with refused(world, "method: not_by_card"):
            credit_invoice(mixed.id, request, who=world.who(), at=at)
        assert depart_due(world.id, at=at + HOLD) == 2
        of.follow(at=at + HOLD)
        assert sorted(of.sendings()) == [
            ("gone", 25_500, ""),
            ("gone", 100_000, ""),
            ("gone", 125_500, ""),
        ]
        for invoice in (held, twice):
            assert standing(world, invoice).is_refunded
            assert owed(of, invoice) == (0, 125_500)
        holds(world)


def test_programs_and_pages_pay_back_to_the_card(clock: Clock) -> None:
    at = clock.now
    with shop(at, hold_seconds=0) as of:
        world = of.world
        first, second, third = (world.invoice(at=at) for _ in range(3))
        for invoice in (first, second, third):
            of.pay(invoice, at=at)
        alice = caller(world)
        asked = {"reason": "cancelled", "next": "refund"}
        plan = alice.post(f"/invoices/{first.id}/credit-plan", asked).body
        assert (plan["refunded"], plan["next"]) == ("1255.00", "refund")
        assert alice.post(f"/invoices/{first.id}/credit-notes", asked).status == 201
        credit(world, second, at=at)
        by_provider = {"invoice": str(second.id), "way": "provider"}
        wrong = alice.post("/refunds", by_provider | {"method": "cash", "paid_on": "2026-06-16"})
        assert wrong.fields == {"paid_on": "not_here", "method": "not_here"}
        more = alice.post("/refunds", by_provider | {"amount": "1255.01"})
        assert (more.status, more.codes) == (409, ["more_than_owed_back"])
        gone = alice.post("/refunds", by_provider | {"amount": "255.00"})
        assert (gone.status, gone.body["way"], gone.body["progress"]) == (201, "provider", "asked")
        page = Member(world)
        dialog = page.get("invoice_refund", second.id)
        assert "Back to the card, by itself (at most €1,000.00)" in dialog.text
        said = {name: dialog.field(name) for name in ("amount", "refunded_on", "once", "seen")}
        assert said["amount"] == "1000.00"
        sent = page.post("invoice_refund", second.id, **said, method=CARD)
        assert "It goes back to the card." in sent.said
        form = page.get("invoice_credit", third.id)
        assert "Back to the card, by itself" in form.text
        said = {"reason": "cancelled", "next": "nothing", "refund": "on", "method": CARD}
        done = page.post("invoice_credit", third.id, **said, refunded_on=form.field("refunded_on"))
        assert done.status == 200
        of.follow(at=at)
        assert [row[:2] for row in of.sendings()] == [
            ("gone", 125_500),
            ("gone", 25_500),
            ("gone", 100_000),
            ("gone", 125_500),
        ]
        items = alice.get(f"/invoices/{second.id}/refunds").body["items"]
        assert [each["progress"] for each in items] == ["gone", "gone"]
        assert "back to the card: done" in page.get("invoice", third.id).text
        holds(world)
