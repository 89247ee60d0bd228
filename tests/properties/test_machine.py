"""Everything members and worker do, in any order and at any moment, against the model.

The product runs on the real database; after each step its rows must be what the model says, and
the invariants must hold.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storno.core.refusals import Refused
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft, withdraw_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.corrections.settle import register_payment, reverse_payment
from storno.corrections.take_lines import CreditLine
from storno.corrections.undo import undo_credit
from storno.corrections.write_off import reverse_write_off, settle_difference, write_off_invoice
from storno.diary.amend import change_draft
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft, entered_in
from storno.documents.models import Draft, FollowUp, Kind, Reason
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Why, WriteOff
from storno.payments.refund import GivenBack as GivenBackThen
from storno.payments.register import PaymentInput
from storno.payments.reverse_refund import Grounds
from tests.observe import codes_of
from tests.properties.depth import proof
from tests.properties.invariants import Rows, prove_books, verify_finds_nothing
from tests.properties.model import CENTS, Codes, GivenBack, Model, Writing, account_for
from tests.properties.oracle import Asked
from tests.properties.stories import invoice_lines, some_of
from tests.world import World, found

BEGIN = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 19, 20, 60, 24 * 60)]
BY_CASH = GivenBackThen(BEGIN.date(), MoneyKind.CASH)
FOLLOWS = {True: FollowUp.DRAFT, False: FollowUp.NOTHING}


class Story(RuleBasedStateMachine):
    """One organization, told by the product and by the model."""

    world: World
    model: Model
    now = BEGIN

    @initialize(
        hold=st.sampled_from([1200, 1200, 1200, 0]),
        desk=st.sampled_from([False, False, True]),
        vat_on_payment=st.booleans(),
    )
    def begin(self, hold: int, desk: bool, vat_on_payment: bool) -> None:
        self.world = found(
            hold_seconds=hold,
            paid_credit="desk" if desk else "members",
            vat_on="payment" if vat_on_payment else "invoice",
            default_channel="email",
        )
        self.model = Model(timedelta(seconds=hold), desk, vat_on_payment)
        self.rows = prove_books(self.world)

    def expect(self, codes: Codes, deed: Callable[[], Any]) -> Any:
        """The deed succeeds, or is refused for these reasons."""
        if codes is None:
            return deed()
        with pytest.raises(Refused) as refused:
            deed()
        assert set(codes_of(refused.value)) == codes
        return None

    # Time

    @rule(data=st.data(), pause=st.sampled_from(PAUSES), to_deadline=st.booleans())
    def time_passes(self, data: st.DataObject, pause: timedelta, to_deadline: bool) -> None:
        """By minutes, or to the very moment of a deadline, just before it, or just after."""
        ahead = [draft.goes_at for draft in self.model.drafts.values() if draft.goes_at]
        ahead += [sold.pending.goes_at for sold in self.model.invoices.values() if sold.pending]
        ahead = [goes_at for goes_at in ahead if goes_at > self.now]
        if to_deadline and ahead:
            shift = data.draw(st.sampled_from([-MOMENT, timedelta(0), MOMENT]))
            self.now = max(data.draw(st.sampled_from(ahead)) + shift, self.now)
        else:
            self.now += pause

    @rule()
    def worker_runs(self) -> None:
        depart_due(self.world.id, at=self.now)
        self.model.work(self.now)

    # Drafts

    @rule(lines=invoice_lines(3), finalised=st.booleans())
    def somebody_writes(self, lines: tuple[LineInput, ...], finalised: bool) -> None:
        entered = DraftInput(self.world.daisy.id, lines)
        draft = create_draft(entered, who=self.world.who(), at=self.now)
        self.model.drafts[draft.id] = Writing(lines)
        if finalised:
            self.finalise(draft.id, send_now=True)

    def finalise(self, draft_id: UUID, *, send_now: bool) -> None:
        codes = self.model.finalise(draft_id, self.now, send_now=send_now)
        self.expect(
            codes,
            lambda: finalise_draft(draft_id, send_now=send_now, who=self.world.who(), at=self.now),
        )

    @precondition(lambda self: self.model.drafts)
    @rule(
        data=st.data(),
        lines=invoice_lines(2),
        deed=st.sampled_from(["finalise", "send now", "withdraw", "edit", "delete"]),
    )
    def somebody_works_on_a_draft(
        self, data: st.DataObject, lines: tuple[LineInput, ...], deed: str
    ) -> None:
        draft_id = data.draw(st.sampled_from(list(self.model.drafts)))
        who, at = self.world.who(), self.now
        if deed in ("finalise", "send now"):
            self.finalise(draft_id, send_now=deed == "send now")
        elif deed == "withdraw":
            codes = self.model.withdraw(draft_id, at)
            self.expect(codes, lambda: withdraw_draft(draft_id, who=who, at=at))
        elif deed == "edit":
            entered = DraftInput(self.world.daisy.id, lines)
            codes = self.model.edit(draft_id, lines, at)
            self.expect(codes, lambda: change_draft(draft_id, entered, who=who, at=at))
        else:
            codes = self.model.delete(draft_id, at)
            self.expect(codes, lambda: delete_draft(draft_id, who=who, at=at))

    # Invoices

    def an_invoice(self, data: st.DataObject, *, pending: bool = False) -> UUID:
        """Any invoice; one that is being cancelled if there is one and that is the point."""
        invoices = list(self.model.invoices)
        cancelling = [id_ for id_ in invoices if self.model.invoices[id_].pending]
        return data.draw(st.sampled_from(cancelling if pending and cancelling else invoices))

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), follow_up=st.booleans(), refund=st.sampled_from([False, False, True]))
    def somebody_cancels(self, data: st.DataObject, follow_up: bool, refund: bool) -> None:
        self.credit(self.an_invoice(data), None, follow_up, refund=refund)

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), follow_up=st.booleans())
    def somebody_credits_a_part(self, data: st.DataObject, follow_up: bool) -> None:
        invoice_id = self.an_invoice(data)
        asked = data.draw(some_of(self.model.invoices[invoice_id].account))
        self.credit(invoice_id, asked, follow_up)

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data())
    def somebody_presses_again(self, data: st.DataObject) -> None:
        invoice_id = self.an_invoice(data, pending=True)
        pending = self.model.invoices[invoice_id].pending
        if pending is not None:
            self.credit(invoice_id, pending.asked, pending.follow_up, refund=pending.refund)

    def credit(
        self,
        invoice_id: UUID,
        asked: list[Asked] | None,
        follow_up: bool,
        *,
        refund: bool = False,
    ) -> None:
        sold = self.model.invoices[invoice_id]
        had = sold.pending
        codes = self.model.credit(invoice_id, asked, self.now, follow_up=follow_up, refund=refund)
        request = CreditRequest(
            Reason.OTHER,
            follow_up=FOLLOWS[follow_up],
            lines=self.asked_lines(invoice_id, asked),
            refund=BY_CASH if refund else None,
        )
        done = self.expect(
            codes, lambda: credit_invoice(invoice_id, request, who=self.world.who(), at=self.now)
        )
        if done is not None and (had is None or sold.pending is not had):
            assert isinstance(done, Held if self.model.hold else Credited)
            self.note_corrected(done, invoice_id, follow_up)

    def asked_lines(
        self, invoice_id: UUID, asked: Sequence[Asked] | None
    ) -> tuple[CreditLine, ...] | None:
        if asked is None:
            return None
        lines = self.rows.lines[invoice_id]
        return tuple(
            CreditLine(
                lines[place].id,
                None if taken is None else Decimal(taken.numerator) / taken.denominator,
                amount,
            )
            for place, taken, amount in asked
        )

    def note_corrected(self, done: Held | Credited, invoice_id: UUID, follow_up: bool) -> None:
        """The corrected draft is in the model what it is in the product; its worth is checked."""
        assert (done.corrected is not None) == follow_up
        if done.corrected is None:
            return
        with scope(self.world.id):
            lines = entered_in(Draft.objects.get(id=done.corrected.id)).lines
        self.model.drafts[done.corrected.id] = Writing(
            lines,
            waits_for=invoice_id if isinstance(done, Held) else None,
            replaces=invoice_id,
        )
        planned = [line.amount_minor for line in done.plan.lines]
        drafted = [line.amount for line in account_for(lines, vat_on_payment=False).lines]
        assert all(abs(wanted - has) <= 1 for wanted, has in zip(planned, drafted, strict=True))

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), changed=st.sampled_from(["ask", "discard", "keep"]))
    def somebody_undoes(self, data: st.DataObject, changed: Any) -> None:
        invoice_id = self.an_invoice(data, pending=True)
        self.expect(
            self.model.undo(invoice_id, self.now, changed=changed),
            lambda: undo_credit(
                invoice_id, changed_draft=changed, who=self.world.who(), at=self.now
            ),
        )

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), share=st.sampled_from(["part", "open", "cents", "more"]))
    def money_comes(self, data: st.DataObject, share: str) -> None:
        invoice_id = self.an_invoice(data, pending=data.draw(st.booleans()))
        sold = self.model.invoices[invoice_id]
        amount = {
            "part": max(sold.account.open // 3, 1),
            "open": max(sold.account.open, 1),
            "cents": max(sold.account.open - 3, 1),
            "more": sold.account.open + 4_500,
        }[share]
        entered = PaymentInput(amount, date(2026, 6, 16), MoneyKind.BANK_TRANSFER)
        settle = share == "cents" and sold.account.open > CENTS
        payment = register_payment(
            invoice_id, entered, settle=settle, who=self.world.who(), at=self.now
        )
        self.model.pay(invoice_id, amount, self.now)
        sold.payments[payment.id] = amount
        if settle and sold.account.open:
            with scope(self.world.id):
                row = WriteOff.objects.get(organization_id=self.world.id, payment=payment)
            sold.cents[payment.id] = row.id
            sold.write_offs[row.id] = ("rounded", sold.account.write_off("rounded"))

    @precondition(lambda self: self.rows.payments)
    @rule(data=st.data())
    def somebody_reverses(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(self.rows.payments))
        codes: Codes = {"paid_by_owed_back"}
        if payment.offset_id is None:
            codes = self.model.reverse(payment.invoice_id, payment.id, self.now)
        self.expect(
            codes,
            lambda: reverse_payment(payment.id, "Wrong", who=self.world.who(), at=self.now),
        )

    # Bad debt

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), what=st.sampled_from(["lost", "relieved", "relieved", "rounded"]))
    def somebody_writes_off(self, data: st.DataObject, what: str) -> None:
        invoice_id, who = self.an_invoice(data), self.world.who()
        told = self.model.write_off(invoice_id, what, self.now)
        codes = told if isinstance(told, set) else None
        if what == "rounded":
            made = self.expect(codes, lambda: settle_difference(invoice_id, who=who, at=self.now))
        else:
            relieved = what == "relieved"
            made = self.expect(
                codes,
                lambda: write_off_invoice(invoice_id, relieved=relieved, who=who, at=self.now),
            )
        if isinstance(told, int):
            self.model.invoices[invoice_id].write_offs[made.id] = (what, told)

    @precondition(lambda self: self.rows.write_offs)
    @rule(data=st.data())
    def it_is_asked_for_again(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.rows.write_offs))
        codes = self.model.ask_again(row.invoice_id, row.id, self.now)
        self.expect(
            codes, lambda: reverse_write_off(row.id, "Wrong", who=self.world.who(), at=self.now)
        )

    # Money back

    @precondition(lambda self: self.model.invoices)
    @rule(data=st.data(), share=st.sampled_from(["part", "all", "more"]), offset=st.booleans())
    def money_goes_back(self, data: st.DataObject, share: str, offset: bool) -> None:
        owing = [id_ for id_, sold in self.model.invoices.items() if sold.account.owed_back]
        invoice_id = data.draw(st.sampled_from(owing or list(self.model.invoices)))
        others = [id_ for id_ in self.model.invoices if id_ != invoice_id]
        sold, who = self.model.invoices[invoice_id], self.world.who()
        owed = sold.account.owed_back
        amount = {"part": max(owed // 3, 1), "all": max(owed, 1), "more": owed + 1}[share]
        if offset and others:
            target = data.draw(st.sampled_from(others))
            if share == "all":
                amount = max(min(amount, self.model.invoices[target].account.open), 1)
            told = self.model.offset(invoice_id, target, amount, self.now)
            made = self.expect(
                told if isinstance(told, set) else None,
                lambda: offset_invoice(
                    invoice_id, target, amount_minor=amount, who=who, at=self.now
                ),
            )
        else:
            told = self.model.refund(invoice_id, amount, self.now)
            made = self.expect(
                told if isinstance(told, set) else None,
                lambda: refund_invoice(
                    invoice_id, BY_CASH, amount_minor=amount, who=who, at=self.now
                ),
            )
        if isinstance(told, GivenBack):
            sold.refunds[made.id] = told

    @precondition(lambda self: self.rows.refunds)
    @rule(data=st.data(), why=st.sampled_from(list(Why)))
    def a_refund_comes_back(self, data: st.DataObject, why: Why) -> None:
        refund = data.draw(st.sampled_from(self.rows.refunds))
        paid = {row.offset_id: row.invoice_id for row in self.rows.payments if row.offset_id}
        codes = self.model.take_back(refund.invoice_id, refund.id, paid.get(refund.id), self.now)
        grounds = Grounds(why, "Wrong")
        self.expect(
            codes, lambda: reverse_refund(refund.id, grounds, who=self.world.who(), at=self.now)
        )

    # What must hold

    @invariant()
    def the_product_is_what_the_model_says(self) -> None:
        if not hasattr(self, "world"):
            return
        self.rows = prove_books(self.world)
        for document in self.rows.documents:
            if document.draft_id in self.model.issued:
                self.model.identify(document.draft_id, document.id)
        assert self.model.issued == []
        self.name_refunds()
        assert set(self.rows.standings) == set(self.model.invoices)
        for invoice_id, sold in self.model.invoices.items():
            standing, account = self.rows.standings[invoice_id], sold.account
            assert (
                standing.state,
                standing.open_minor,
                standing.owed_back_minor,
                standing.unapplied_minor,
                standing.credited_minor,
                standing.cancelling_at,
            ) == (
                account.state,
                account.open,
                account.owed_back,
                account.unapplied,
                account.credited,
                sold.pending.goes_at if sold.pending else None,
            )
            assert effects_on(invoice_id, self.rows) == sold.effects
        assert {
            draft.id: (draft.goes_at, draft.replaces_id, waited_for(draft, self.rows))
            for draft in self.rows.drafts
            if draft.kind == Kind.INVOICE
        } == {
            id_: (draft.goes_at, draft.replaces, draft.waits_for)
            for id_, draft in self.model.drafts.items()
        }
        told = [letter for letter in self.rows.letters if letter.kind == "credit_stopped"]
        assert len(told) == self.model.stopped

    def name_refunds(self) -> None:
        """Refunds that came with a credit note are known by what is new in the rows."""
        known = {id_ for sold in self.model.invoices.values() for id_ in sold.refunds}
        gone = {row.refund_id for row in self.rows.refund_reversals}
        for sold, given in self.model.unnamed:
            (id_,) = (
                row.id
                for row in self.rows.refunds
                if self.model.invoices[row.invoice_id] is sold and row.id not in known | gone
            )
            sold.refunds[id_] = given
        self.model.unnamed = []

    def teardown(self) -> None:
        if hasattr(self, "world"):
            verify_finds_nothing(self.world)


def effects_on(invoice_id: UUID, rows: Rows) -> list[tuple[str, int]]:
    """What the credit notes of an invoice say, in the order of their numbers."""
    effects = []
    for document in rows.documents:
        if document.corrects_id == invoice_id:
            assert document.effect is not None
            kind = document.effect["kind"]
            name = "cancelled" if kind == "nothing_to_pay" else "amount_minor"
            effects.append((kind, int(document.effect.get(name, 0))))
    return effects


def waited_for(draft: Draft, rows: Rows) -> UUID | None:
    """The invoice whose held credit note a draft waits for."""
    held = {other.id: other.credits_id for other in rows.drafts}
    return held[draft.waits_for_id] if draft.waits_for_id else None


TestStory = Story.TestCase
TestStory.settings = proof(20, 600, steps=25)
