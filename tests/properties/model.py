"""The whole life of invoices as a plain state machine: what each deed must do, or refuse.

Nothing here knows how the product does it. Every deed returns the codes with which it must be
refused, or None when it must succeed; the deadline counts, so whatever is due goes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from storno.documents.content import LineInput
from tests.properties.oracle import Account, Asked, SoldLine
from tests.tax.oracle import nearest

Codes = set[str] | None
CENTS = 100
"""What the settings let one settle."""


@dataclass
class Pending:
    """A credit note on hold: what was asked (None for all), the draft beside it, the money back."""

    asked: list[Asked] | None
    follow_up: bool
    refund: bool
    goes_at: datetime


@dataclass
class Sold:
    """An invoice: its account, the credit note on hold, and its payments still standing."""

    account: Account
    pending: Pending | None = None
    payments: dict[UUID, int] = field(default_factory=dict)
    refunds: dict[UUID, "GivenBack"] = field(default_factory=dict)
    write_offs: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    """What each that stands adds to, and how much."""
    cents: dict[UUID, UUID] = field(default_factory=dict)
    """The cent difference that was settled with a payment, by the payment."""
    effects: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class GivenBack:
    """A refund that stands; of it `took` had never met the claim. It may pay the `target`."""

    amount: int
    took: int
    target: UUID | None = None


@dataclass
class Writing:
    """A draft: when it leaves, whose credit note it waits for, whether somebody worked on it."""

    lines: Sequence[LineInput]
    goes_at: datetime | None = None
    waits_for: UUID | None = None
    replaces: UUID | None = None
    changed: bool = False

    @property
    def touched(self) -> bool:
        return self.changed or self.goes_at is not None


def account_for(lines: Sequence[LineInput], *, vat_on_payment: bool) -> Account:
    """The account of an invoice over these lines."""
    return Account(
        [
            SoldLine(
                nearest(
                    Fraction(line.quantity)
                    * Fraction(line.unit_price)
                    * (100 - Fraction(line.discount_percent))
                ),
                Fraction(line.quantity),
                (line.tax_category, line.rate, line.includes_tax),
            )
            for line in lines
        ],
        vat_on_payment,
    )


@dataclass
class Model:
    """One organization. Ids are the product's; all else is reckoned here."""

    hold: timedelta
    desk: bool
    vat_on_payment: bool
    drafts: dict[UUID, Writing] = field(default_factory=dict)
    invoices: dict[UUID, Sold] = field(default_factory=dict)
    issued: list[UUID] = field(default_factory=list)
    """Drafts that became invoices and whose invoice is not yet known by its id."""
    unnamed: list[tuple[Sold, GivenBack]] = field(default_factory=list)
    """Refunds that came with a credit note and are not yet known by their ids."""
    stopped: int = 0

    def depart_credit(self, invoice_id: UUID, at: datetime) -> None:
        """Let a credit note go whose time has come."""
        sold = self.invoices[invoice_id]
        if sold.pending is None or sold.pending.goes_at > at:
            return
        if sold.pending.refund and not sold.account.held:
            self.drop_pending(invoice_id, keep=True)
            self.stopped += 1
            return
        self.give_credit(sold, sold.pending.asked, refund=sold.pending.refund)
        for draft in self.waiting(invoice_id).values():
            draft.waits_for = None
        sold.pending = None

    def waiting(self, invoice_id: UUID) -> dict[UUID, Writing]:
        return {id_: d for id_, d in self.drafts.items() if d.waits_for == invoice_id}

    def give_credit(self, sold: Sold, asked: list[Asked] | None, *, refund: bool) -> None:
        account = sold.account
        account.credit(account.whole() if asked is None else asked)
        if refund:
            sold.effects.append(("refunded", account.owed_back))
            self.unnamed.append((sold, self.write_refund(sold, account.owed_back)))
        elif account.owed_back:
            sold.effects.append(("owed_back", account.owed_back))
        elif account.open:
            sold.effects.append(("still_to_pay", account.open))
        elif account.gone["relieved"] + account.gone["lost"]:
            sold.effects.append(("nothing_asked", 0))
        else:
            sold.effects.append(("nothing_to_pay", int(account.gross_left == 0)))

    def drop_pending(self, invoice_id: UUID, *, keep: bool) -> None:
        """Take a held credit note away; a touched draft stays as a plain one if it is kept."""
        for id_, draft in self.waiting(invoice_id).items():
            if draft.touched and keep:
                draft.waits_for = draft.replaces = draft.goes_at = None
            else:
                del self.drafts[id_]
        self.invoices[invoice_id].pending = None

    def work(self, at: datetime) -> None:
        """The worker: credit notes, then invoices."""
        for invoice_id in self.invoices:
            self.depart_credit(invoice_id, at)
        for id_, draft in list(self.drafts.items()):
            if draft.goes_at and draft.goes_at <= at and draft.waits_for is None:
                self.issue(id_)

    def issue(self, draft_id: UUID) -> None:
        self.issued.append(draft_id)

    def identify(self, draft_id: UUID, invoice_id: UUID) -> None:
        """A draft that must have been issued has this id as an invoice."""
        self.issued.remove(draft_id)
        lines = self.drafts.pop(draft_id).lines
        self.invoices[invoice_id] = Sold(account_for(lines, vat_on_payment=self.vat_on_payment))

    def has_departed(self, draft_id: UUID, at: datetime) -> bool:
        goes_at = self.drafts[draft_id].goes_at
        return goes_at is not None and goes_at <= at

    def leaves(self, draft: Writing, at: datetime, *, hold: timedelta) -> datetime:
        """After the hold, never before the credit note it waits for."""
        if draft.waits_for is None:
            return at + hold
        pending = self.invoices[draft.waits_for].pending
        assert pending is not None
        return max(at + hold, pending.goes_at)

    def finalise(self, draft_id: UUID, at: datetime, *, send_now: bool) -> Codes:
        if self.has_departed(draft_id, at):
            return {"already_issued"}
        draft = self.drafts[draft_id]
        if draft.waits_for is not None:
            self.depart_credit(draft.waits_for, at)
        leaves = self.leaves(draft, at, hold=timedelta(0) if send_now else self.hold)
        if leaves <= at:
            self.issue(draft_id)
        elif draft.goes_at is None or send_now:
            draft.goes_at = leaves
        return None

    def withdraw(self, draft_id: UUID, at: datetime) -> Codes:
        if self.has_departed(draft_id, at):
            return {"already_issued"}
        if self.drafts[draft_id].goes_at is None:
            return {"not_on_hold"}
        self.drafts[draft_id].goes_at = None
        return None

    def edit(self, draft_id: UUID, lines: Sequence[LineInput], at: datetime) -> Codes:
        if self.has_departed(draft_id, at):
            return {"already_issued"}
        draft = self.drafts[draft_id]
        draft.lines, draft.changed = lines, True
        if draft.goes_at is not None:
            draft.goes_at = self.leaves(draft, at, hold=self.hold)
        return None

    def delete(self, draft_id: UUID, at: datetime) -> Codes:
        if self.has_departed(draft_id, at):
            return {"already_issued"}
        del self.drafts[draft_id]
        return None

    def credit(
        self,
        invoice_id: UUID,
        asked: list[Asked] | None,
        at: datetime,
        *,
        follow_up: bool,
        refund: bool,
    ) -> Codes:
        self.depart_credit(invoice_id, at)
        sold = self.invoices[invoice_id]
        pending, codes = sold.pending, self.codes_against(sold, asked, refund=refund)
        if pending is not None:
            had = (pending.asked, pending.follow_up, pending.refund)
            return None if had == (asked, follow_up, refund) else codes | {"credit_already_on_hold"}
        if codes:
            return codes
        if self.hold:
            sold.pending = Pending(asked, follow_up, refund, at + self.hold)
        else:
            self.give_credit(sold, asked, refund=refund)
        return None

    def codes_against(self, sold: Sold, asked: list[Asked] | None, *, refund: bool) -> set[str]:
        if sold.account.is_credited:
            return {"already_credited"}
        codes = set() if asked is None else sold.account.why_not(asked)
        if refund and not sold.account.held:
            codes.add("nothing_to_refund")
        if self.desk and sold.account.held and sold.pending is None:
            codes.add("paid_credit_needs_desk")
        return codes

    def undo(self, invoice_id: UUID, at: datetime, *, changed: str) -> Codes:
        self.depart_credit(invoice_id, at)
        sold = self.invoices[invoice_id]
        if sold.pending is None:
            return {"too_late_to_undo" if sold.account.is_credited else "nothing_to_undo"}
        if changed == "ask" and any(draft.touched for draft in self.waiting(invoice_id).values()):
            return {"draft_was_changed"}
        self.drop_pending(invoice_id, keep=changed == "keep")
        return None

    def pay(self, invoice_id: UUID, amount: int, at: datetime) -> None:
        self.depart_credit(invoice_id, at)
        if self.invoices[invoice_id].pending is not None:
            self.drop_pending(invoice_id, keep=True)
            self.stopped += 1
        self.invoices[invoice_id].account.pay(amount)

    def reverse(self, invoice_id: UUID, payment_id: UUID, at: datetime) -> Codes:
        sold = self.invoices[invoice_id]
        self.depart_credit(invoice_id, at)
        if payment_id not in sold.payments:
            return {"already_reversed"}
        if self.was_given_back(sold, sold.payments[payment_id]):
            return {"money_was_given_back"}
        if payment_id in sold.cents:
            self.drop_write_off(sold, sold.cents.pop(payment_id))
        sold.account.reverse(sold.payments.pop(payment_id))
        return None

    def write_off(self, invoice_id: UUID, what: str, at: datetime) -> Codes | int:
        self.depart_credit(invoice_id, at)
        sold = self.invoices[invoice_id]
        if sold.pending is not None:
            return {"being_cancelled"}
        if not sold.account.open:
            return {"nothing_open"}
        if what == "rounded" and sold.account.open > CENTS:
            return {"more_than_cents"}
        return sold.account.write_off(what)

    def drop_write_off(self, sold: Sold, row_id: UUID) -> None:
        what, amount = sold.write_offs.pop(row_id)
        sold.account.write_off(what, -amount)

    def ask_again(self, invoice_id: UUID, row_id: UUID, at: datetime) -> Codes:
        self.depart_credit(invoice_id, at)
        sold = self.invoices[invoice_id]
        if row_id not in sold.write_offs:
            return {"already_reversed"}
        self.drop_write_off(sold, row_id)
        sold.cents = {paid: row for paid, row in sold.cents.items() if row != row_id}
        return None

    def was_given_back(self, sold: Sold, amount: int) -> bool:
        return sold.account.received - amount < sold.account.returned

    def write_refund(self, sold: Sold, amount: int, target: UUID | None = None) -> GivenBack:
        took = sold.account.refund(amount, offset=target is not None)
        return GivenBack(amount, took, target)

    def refund(self, invoice_id: UUID, amount: int, at: datetime) -> Codes | GivenBack:
        self.depart_credit(invoice_id, at)
        sold = self.invoices[invoice_id]
        return self.why_not_back(sold, amount) or self.write_refund(sold, amount)

    def offset(
        self, invoice_id: UUID, target_id: UUID, amount: int, at: datetime
    ) -> Codes | GivenBack:
        for id_ in (invoice_id, target_id):
            self.depart_credit(id_, at)
        sold, target = self.invoices[invoice_id], self.invoices[target_id]
        if codes := self.why_not_back(sold, amount):
            return codes
        if not target.account.open:
            return {"nothing_open"}
        if amount > target.account.open:
            return {"more_than_open_there"}
        if target.pending is not None:
            self.drop_pending(target_id, keep=True)
            self.stopped += 1
        target.account.pay(amount, offset=True)
        return self.write_refund(sold, amount, target_id)

    def why_not_back(self, sold: Sold, amount: int) -> Codes:
        if not sold.account.owed_back:
            return {"nothing_owed_back"}
        return {"more_than_owed_back"} if amount > sold.account.owed_back else None

    def take_back(
        self, invoice_id: UUID, refund_id: UUID, target: UUID | None, at: datetime
    ) -> Codes:
        self.depart_credit(invoice_id, at)
        if target is not None:
            self.depart_credit(target, at)
        sold = self.invoices[invoice_id]
        if refund_id not in sold.refunds:
            return {"already_reversed"}
        given = sold.refunds[refund_id]
        if given.target is not None:
            paid = self.invoices[given.target]
            if self.was_given_back(paid, given.amount):
                return {"money_was_given_back"}
            paid.account.reverse(given.amount, offset=True)
        offset = given.target is not None
        sold.account.take_back(given.amount, given.took, offset=offset)
        del sold.refunds[refund_id]
        return None
