"""A life with everything in it, whose books must be in order."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from storno.cases.approve import RefundApproved
from storno.cases.models import Approval, Confirmation, RefundCase
from storno.core.ids import new_id
from storno.corrections.charges import waive_charge
from storno.corrections.collect import book_checkout
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_credit
from storno.corrections.facts import gather, lock_standing
from storno.corrections.finalise import finalise_draft
from storno.corrections.follow_refund import take_failed_back
from storno.corrections.move_payment import move_payment
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.corrections.settle import register_payment, reverse_payment
from storno.corrections.take_lines import CreditLine
from storno.corrections.undo import undo_credit
from storno.corrections.write_off import reverse_write_off, write_off_invoice
from storno.custody.models import Remitted, TaxRepayment, ToPayer
from storno.custody.payout_account import write_payout_account
from storno.custody.queries import held_now
from storno.custody.reserves import release, write_repayment
from storno.custody.terms import TermsChanges, write_terms
from storno.custody.to_payer import write_to_payer, write_to_payer_reversal
from storno.documents.models import Dispute, Document, FollowUp, Line, Reason
from storno.documents.send import hand_over
from storno.history.record import record
from storno.mailroom.deliver import deliver_next
from storno.mailroom.way_out import Mailbox
from storno.matching.match import match_entry, set_aside, undo_match
from storno.online.models import Checkout, CheckoutState
from storno.online.provider import Said
from storno.online.provider import Standing as Paid
from storno.organizations.models import LateCharges, Settings
from storno.organizations.roles import system
from storno.organizations.scope import scope
from storno.organizations.sealed import sealed
from storno.overdue.charge import charges_on
from storno.overdue.dispute import dispute_invoice, end_dispute
from storno.overdue.remind import remind_of_invoice
from storno.payments.methods import CARD, CLIENT_MONEY
from storno.payments.models import MoneyKind, Payment, Refund, Why
from storno.payments.refund import GivenBack, Went, tell_refund, write_refund
from storno.payments.register import PaymentInput
from storno.payments.reverse_refund import Grounds, write_refund_reversal
from storno.payouts.models import Batch, Instruction, InstructionState, Payout, WhyBack
from storno.payouts.write import write_back, write_left, write_payout
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from storno.reports.verify.violation import Violation
from storno.tax.category import TaxCategory
from storno.worker.rounds import COMPOSERS
from tests.bank.told import bring, told
from tests.custody.house import came, undone
from tests.world import World, line

DAY = timedelta(days=1)


def violations(world: World) -> list[Violation]:
    """What the owner's proof finds in this organization."""
    return list(prove(open_books(world.id, database="owner")))


def codes(world: World) -> set[str]:
    """The codes of what is found."""
    return {violation.code for violation in violations(world)}


def pay(world: World, invoice: Document, amount_minor: int, *, at: datetime) -> Payment:
    """Money comes in."""
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    return register_payment(invoice.id, entered, who=world.who(), at=at)


def hold(
    world: World, invoice: Document, *lines: CreditLine, then: FollowUp | None = None, at: datetime
) -> datetime:
    """Put a credit note on hold; returns its departure."""
    request = CreditRequest(Reason.CANCELLED, lines=lines or None, follow_up=then)
    held = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(held, Held)
    assert held.draft.goes_at is not None
    return held.draft.goes_at


def credit(world: World, invoice: Document, *lines: CreditLine, at: datetime) -> Document:
    """Credit an invoice, in full or these lines, and let the hold pass."""
    goes_at = hold(world, invoice, *lines, at=at)
    credit_note = depart_credit(invoice.id, organization_id=world.id, at=goes_at)
    assert credit_note is not None
    return credit_note


def part(
    line_id: UUID, *, quantity: str | None = None, amount_minor: int | None = None
) -> CreditLine:
    """A part of one line."""
    return CreditLine(line_id, Decimal(quantity) if quantity else None, amount_minor)


def line_ids(world: World, document: Document) -> list[UUID]:
    """The ids of a document's lines, in their order."""
    with scope(world.id):
        rows = Line.objects.filter(organization_id=world.id, document_id=document.id)
        return list(rows.order_by("position").values_list("id", flat=True))


def deliver(world: World, *, at: datetime) -> None:
    """Let every letter go that is due."""
    while deliver_next(world.id, composers=COMPOSERS, out=Mailbox(), at=at):
        pass


def give_back(world: World, owed: Document, other: Document, *, at: datetime) -> None:
    """Give money back in each way, and take some of it back: 501 was too much."""
    who, given = world.who(), GivenBack(at.date(), MoneyKind.CASH)
    slip = refund_invoice(owed.id, given, amount_minor=200, who=who, at=at)
    reverse_refund(slip.id, Grounds(Why.MISTAKE, "typed twice"), who=who, at=at)
    refund_invoice(owed.id, given, amount_minor=150, who=who, at=at)
    bounced = offset_invoice(owed.id, other.id, amount_minor=300, who=who, at=at)
    reverse_refund(bounced.id, Grounds(Why.CAME_BACK, "of somebody else"), who=who, at=at)
    offset_invoice(owed.id, other.id, amount_minor=350, who=who, at=at)


def hear_from_the_bank(world: World, rate: Decimal, *, at: datetime) -> None:
    """Have entries matched, undone, returned, set aside, and one that waits."""
    first, second = (world.invoice(line(rate=rate), at=at) for _ in range(2))
    on_the_day = partial(told, day=at.date().isoformat(), currency=first.currency)
    came = partial(on_the_day, reference=first.payment_reference, end_to_end="E1")
    entries = bring(
        world,
        came("1000.00", "A1"),
        came("1000.00", "A2", side="DBIT", reason="AC04"),
        on_the_day("700.00", "A3", text="Invoice 11"),
        on_the_day("550.00", "A4", text="Invoice 12"),
        on_the_day("9.00", "A5"),
        account=first.payment_account,
        at=at,
    )
    who = world.who()
    match_entry(entries[2].id, second.id, who=who, at=at)
    undo_match(entries[2].id, "of somebody else", who=who, at=at)
    match_entry(entries[3].id, second.id, who=who, at=at)
    set_aside(entries[4].id, "A gift", who=who, at=at)


def pay_by_card(world: World, rate: Decimal, *, at: datetime) -> None:
    """Have an invoice paid by card, credited, and paid back: a part in vain, then once more."""
    invoice, who = world.invoice(line(rate=rate), at=at), system(world.id)
    with scope(world.id):
        checkout = Checkout.objects.create(
            organization_id=world.id,
            invoice_id=invoice.id,
            amount_minor=invoice.payable_minor,
            state=CheckoutState.OPEN,
            link_id=uuid4(),
            session="cs_1",
            opened_at=at,
        )
    paid = Said(Paid.PAID, invoice.payable_minor, invoice.currency, "pi_1", at)
    book_checkout(checkout.id, invoice.id, paid, who=who, at=at)
    credit(world, invoice, at=at)
    given = GivenBack(at.date(), CARD.code)
    for amount in (20_000, 30_000):
        refund = refund_invoice(invoice.id, given, amount_minor=amount, who=world.who(), at=at)
        if amount == 20_000:
            assert refund.source_id is not None
            failure = ("expired_or_canceled_card", "re_1")
            take_failed_back(refund.source_id, invoice.id, *failure, who=who, at=at)


def keep_client_money(world: World, rate: Decimal, *, at: datetime) -> None:
    """Let money come to an operator's account: in part, too much, wrongly, and credited later."""
    with scope(world.id):
        percents = TermsChanges(withholding_percent=Decimal(20), fee_percent=Decimal(5))
        write_terms(percents, who=world.who(), at=at)
        for account in ("FI2112345600000785", "FI4250001510000023"):
            write_payout_account(account, who=world.who(), at=at)
    for amount in (125_500, 60_001):
        invoice = world.invoice(line(rate=rate), at=at)
        came(world, invoice, amount, at=at)
        wrong = came(world, invoice, 70_000, at=at)
        undone(world, wrong, at=at)
        if amount == 60_001:
            remit(world, at=at)
        credit(world, invoice, at=at)
    with scope(world.id):
        for vat, prepayment in ((100, 0), (0, 50)):
            repaid = TaxRepayment(organization_id=world.id, id=new_id(), entry_id=new_id())
            repaid.vat_minor, repaid.prepayment_minor, repaid.own_id = vat, prepayment, new_id()
            repaid.currency, repaid.on, repaid.noted_at = "EUR", at.date(), at
            write_repayment(repaid, who=world.who(), at=at)
            release("EUR", at.date(), who=world.who(), at=at)
    stays = world.invoice(line(rate=rate), at=at)
    first = came(world, stays, 50_000, at=at)
    came(world, stays, 90_000, at=at)
    undone(world, first, at=at)
    give_to_payers(world, rate, at=at)


def give_to_payers(world: World, rate: Decimal, *, at: datetime) -> None:
    """What came beyond an invoice goes back to whoever paid: in vain, and with the bank."""
    who, day, invoice = world.who(), at.date(), world.invoice(line(rate=rate), at=at)
    came(world, invoice, invoice.payable_minor, at=at)
    over = came(world, invoice, 600, at=at)
    for amount in (100, 200, 300):
        with scope(world.id):
            case = gather(lock_standing(invoice.id, world.id), who=who, at=at)
            of = (case.facts.invoice, case.standing, case.facts.claim)
            refund = write_refund(
                amount,
                *of,
                Went(day, CLIENT_MONEY, new_id()),
                has_credit_notes=False,
                who=who,
                at=at,
            )
            tell_refund(refund, invoice, who=who, at=at)
            row = write_to_payer(refund, over, payee="", account="", at=at)
        if amount != 300:
            take_off(world, invoice, row, refund, at=at)
        else:
            with scope(world.id):
                payout = Payout(id=new_id(), organization_id=world.id, batch_id=new_id())
                payout.amount_minor, payout.to_payer_id, payout.currency = amount, row.id, "EUR"
                payout.end_to_end, payout.pay_on, payout.made_at = payout.id.hex, day, at
                write_payout(payout, at=at)
                write_left(payout, new_id(), day, move_id=new_id(), who=who, at=at)


def take_off(
    world: World, invoice: Document, row: ToPayer, refund: Refund, *, at: datetime
) -> None:
    """It does not go back after all."""
    who, day = world.who(), at.date()
    with scope(world.id):
        case = gather(lock_standing(invoice.id, world.id), who=who, at=at)
        of = (case.facts.invoice, case.standing, case.facts.claim)
        reversal = write_refund_reversal(
            refund,
            Grounds(Why.MISTAKE, "of somebody else"),
            *of,
            has_credit_notes=False,
            today=day,
            who=who,
            at=at,
        )
        write_to_payer_reversal(row, refund, reversal, day, at=at)


def remit(world: World, *, at: datetime) -> None:
    """What is reserved goes to the tax office, and the operator does not advance it."""
    who, day = world.who(), at.date()
    with scope(world.id):
        write_terms(TermsChanges(remitted=Remitted.WAIT), who=who, at=at)
        held = held_now(world.id).shares
        payout = Payout(id=new_id(), organization_id=world.id, batch_id=new_id(), until=day)
        payout.vat_minor, payout.prepayment_minor = held.vat_minor, held.prepayment_minor
        payout.amount_minor = held.withheld_minor
        payout.currency, payout.account, payout.end_to_end = "EUR", "FI56", payout.id.hex
        payout.pay_on, payout.made_at = day, at
        write_payout(payout, at=at)
        write_left(payout, new_id(), day, move_id=new_id(), who=who, at=at)


def pay_out(world: World, *, at: datetime) -> None:
    """Payouts that are on the way, have left, never did, and came back."""
    who, day, entry_id = world.who(), at.date(), new_id()
    with scope(world.id):
        batch = Batch.objects.create(
            organization_id=world.id,
            payer="Client Money Ltd",
            payer_account="FI3715903000000776",
            pay_on=day,
            limit_minor=400,
            total_minor=400,
            proposed_at=at,
        )
        for state in ("on_the_way", "left", "dropped", "returned"):
            payout = Payout(
                id=new_id(), organization_id=world.id, batch_id=batch.id, amount_minor=100
            )
            payout.currency, payout.account, payout.end_to_end = "EUR", "FI21", payout.id.hex
            payout.pay_on, payout.made_at = day, at
            write_payout(payout, at=at)
            asked = Instruction(batch=batch, seller_id=world.id, payout_id=payout.id, state=state)
            asked.organization_id, asked.amount_minor, asked.payee = world.id, 100, "Alice"
            asked.end_to_end, asked.account = payout.end_to_end, payout.account
            returned = state == "returned"
            if state in ("left", "returned"):
                write_left(payout, entry_id, day, move_id=new_id(), who=who, at=at)
                asked.left_by_id = entry_id
            if state in ("dropped", "returned"):
                asked.state = InstructionState.BACK
                why, by = (WhyBack.RETURNED, entry_id) if returned else (WhyBack.DROPPED, None)
                write_back(payout, why, day, entry_id=by, who=who, at=at)
                asked.back_by_id = by
            asked.save(force_insert=True)


def open_a_case(world: World, rate: Decimal, *, at: datetime) -> None:
    """A refund case that was approved: its invoice is credited, and its client was paid back."""
    invoice = world.invoice(line(rate=rate), at=at)
    pay(world, invoice, invoice.payable_minor, at=at)
    note = credit(world, invoice, at=at)
    mine = {"organization_id": world.id}
    with scope(world.id):
        case = RefundCase.objects.create(**mine, invoice_id=invoice.id, asked_at=at)
        confirmed = Confirmation(
            **mine, id=new_id(), case=case, invoice_id=invoice.id, paid_on=at.date()
        )
        confirmed.amount_minor = confirmed.held_minor = invoice.payable_minor
        confirmed.way, confirmed.message_id, confirmed.by_desk = "cash", new_id(), False
        confirmed.confirmed_at, confirmed.confirmed_by = at, world.alice.id
        sealed(confirmed).save(force_insert=True)
        approval = Approval(**mine, id=new_id(), case=case, confirmation=confirmed)
        approval.invoice_id = invoice.id
        approval.press_id, approval.approved_at = note.draft_id, at
        approval.approved_by = world.bob.id
        sealed(approval).save(force_insert=True)
        told = RefundApproved(str(case.id))
        record(told, subject_id=invoice.id, who=world.who(), at=at)


def write_some_off(world: World, rate: Decimal, *, at: datetime) -> None:
    """Bad debt that stands, with its VAT, bad debt that was paid and asked for, and cents."""
    who = world.who()
    lost, paid = (world.invoice(line(rate=rate), at=at) for _each in range(2))
    pay(world, lost, 60_000, at=at)
    early = write_off_invoice(lost.id, relieved=True, who=who, at=at)
    reverse_write_off(early.id, "too early", who=who, at=at)
    write_off_invoice(lost.id, relieved=True, who=who, at=at)
    row = write_off_invoice(paid.id, relieved=False, who=who, at=at)
    pay(world, paid, paid.payable_minor - 500, at=at)
    reverse_write_off(row.id, "paid after all", who=who, at=at)
    entered = PaymentInput(450, at.date(), MoneyKind.CASH)
    register_payment(paid.id, entered, settle=True, who=who, at=at)


def charge_late(world: World, rate: Decimal, *, at: datetime) -> None:
    """Reminders that cost something: it is paid, given up, and goes with a credit."""
    who = world.who()
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(late_charges=LateCharges.BOTH)
    for credited in (False, True):
        invoice = world.invoice(line(rate=rate), at=at)
        for days in (60, 80):
            remind_of_invoice(invoice.id, by_hand=True, who=who, at=at + days * DAY)
        pay(world, invoice, invoice.payable_minor + 2_100, at=at + 81 * DAY)
        with scope(world.id):
            charged = charges_on([invoice.id], world.id)  # nothing where no limit is known
        if credited:
            credit(world, invoice, at=at + 82 * DAY)
        elif charged:
            waive_charge(charged[0].charge.id, who=who, at=at + 82 * DAY)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(late_charges=LateCharges.NOTHING)


def live(world: World, *rates: str, at: datetime) -> None:
    """Let an organization with a hold go through everything that its books can show.

    `rates` are the three in force, the highest first: those of Finland unless told otherwise.
    """
    high, middle, low = (Decimal(rate) for rate in rates or ("25.5", "13.5", "10"))
    who = world.who()
    late = world.invoice(line(rate=high), at=at)
    mixed = world.invoice(
        line("10.10", "3", rate=high),
        line("33.33", rate=middle),
        line("15.54", "2.5", rate=low, discount="12.5"),
        line("100.00", "7", rate=high, gross=True),
        line("40", category=TaxCategory.EXEMPT),
        at=at + DAY,
    )
    first, second, third, fourth, _fifth = line_ids(world, mixed)
    some = (part(first, quantity="1"), part(second, amount_minor=1000))
    credit(world, mixed, *some, at=at + 2 * DAY)
    mistaken = pay(world, mixed, 50_000, at=at + 4 * DAY)
    more = (part(third, quantity="0.5"), part(fourth, quantity="2"))
    credit(world, mixed, *more, at=at + 5 * DAY)
    reverse_payment(mistaken.id, "booked twice", who=who, at=at + 7 * DAY)
    twice = pay(world, mixed, 200_000, at=at + 8 * DAY)
    credit(world, mixed, at=at + 9 * DAY)
    reverse_payment(twice.id, "of somebody else", who=who, at=at + 9 * DAY)
    free = world.invoice(line("0", rate=high), at=at + 11 * DAY)
    world.invoice(line("0", rate=high, gross=True), at=at + 11 * DAY)
    credit(world, free, at=at + 12 * DAY)
    deliver(world, at=at + 13 * DAY)
    part_paid = world.invoice(line("999.99", "3", rate=high, discount="33.33"), at=at + 14 * DAY)
    pay(world, part_paid, 601, at=at + 15 * DAY)
    undone = world.invoice(line(rate=high), channel="none", at=at + 16 * DAY)
    for document in (part_paid, undone):
        hand_over(document.id, who=who, at=at + 16 * DAY)
    hold(world, undone, then=FollowUp.DRAFT, at=at + 16 * DAY)
    undo_credit(undone.id, who=who, at=at + 16 * DAY)
    stopped = world.invoice(line(rate=high), at=at + 17 * DAY)
    hold(world, stopped, at=at + 17 * DAY)
    pay(world, stopped, stopped.payable_minor + 501, at=at + 17 * DAY)
    give_back(world, stopped, undone, at=at + 17 * DAY)
    hear_from_the_bank(world, high, at=at + 17 * DAY)
    write_some_off(world, high, at=at + 17 * DAY)
    pay_by_card(world, high, at=at + 17 * DAY)
    astray = pay(world, stopped, 700, at=at + 17 * DAY)
    move_payment(astray.id, part_paid.id, who=who, at=at + 17 * DAY)
    finalise_draft(world.draft(line(rate=high), at=at + 18 * DAY).id, who=who, at=at + 18 * DAY)
    keep_client_money(world, high, at=at + 20 * DAY)
    pay_out(world, at=at + 21 * DAY)
    for rate in (high, low):
        open_a_case(world, rate, at=at + 22 * DAY)
    charge_late(world, high, at=at + 23 * DAY)
    remind_of_invoice(late.id, who=who, at=at + 280 * DAY)
    remind_of_invoice(late.id, by_hand=True, who=who, at=at + 281 * DAY)
    dispute_invoice(part_paid.id, Dispute.AMOUNT, who=who, at=at + 282 * DAY)
    end_dispute(part_paid.id, who=who, at=at + 283 * DAY)
    dispute_invoice(part_paid.id, Dispute.AMOUNT, who=who, at=at + 284 * DAY)
    dispute_invoice(part_paid.id, Dispute.QUALITY, who=who, at=at + 285 * DAY)
    next_year = world.invoice(line(rate=high), at=at + 300 * DAY)
    credit(world, next_year, at=at + 301 * DAY)
    held = world.invoice(line(rate=high), at=at + 302 * DAY)
    hold(world, held, then=FollowUp.DRAFT, at=at + 302 * DAY)
