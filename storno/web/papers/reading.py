"""Reading an invoice with all that its page tells."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from storno.bank.queries import entries_that_paid
from storno.corrections.facts import read_standing
from storno.corrections.queries import Link, chain_of
from storno.corrections.stop import CREDIT_STOPPED_LETTER
from storno.diary.looks import note_look_at_paper
from storno.documents.models import Document, Kind, Standing
from storno.documents.queries import WholeDocument, credit_notes_of, state_on, whole_document
from storno.history.tell import Told, events_of, tell
from storno.mailroom.models import Letter
from storno.mailroom.queries import letters_about
from storno.mailroom.way_out import is_server_missing
from storno.notices.queries import NoticeRow, notices_of
from storno.online.account import is_set_up
from storno.online.offer import is_offered
from storno.organizations.queries import Circumstances
from storno.overdue.queries import ReminderRow, sent_of, with_letters
from storno.payments.models import RefundWay
from storno.payments.queries import (
    PaymentRow,
    RefundRow,
    WriteOffRow,
    payments_on,
    refunds_on,
    write_offs_on,
)
from storno.web.access import Here
from storno.web.say import reader_language


@dataclass(frozen=True, slots=True)
class InvoiceRead:
    """An invoice and everything around it; `payments`, `refunds` and `write_offs` of the chain.

    `by_card` says whether it can be paid online; None where that is not set up. `brought_by` are
    the entries of the bank that are payments on it, by the payment's id.
    """

    whole: WholeDocument
    standing: Standing
    now: Circumstances
    state: str
    credit_notes: tuple[WholeDocument, ...]
    chain: list[Link]
    payments: list[PaymentRow]
    refunds: list[RefundRow]
    write_offs: list[WriteOffRow]
    brought_by: dict[UUID, UUID]
    letters: list[Letter]
    notices: list[NoticeRow]
    reminders: list[ReminderRow]
    by_card: bool | None
    history: list[Told]

    @property
    def document(self) -> Document:
        """The invoice itself."""
        return self.whole.document

    @property
    def own_payments(self) -> list[PaymentRow]:
        """The payments on this very invoice."""
        return [row for row in self.payments if row.payment.invoice_id == self.document.id]

    @property
    def own_refunds(self) -> list[RefundRow]:
        """What has gone back on this very invoice."""
        return [row for row in self.refunds if row.refund.invoice_id == self.document.id]

    @property
    def own_write_offs(self) -> list[WriteOffRow]:
        """What was written off on this very invoice."""
        return [row for row in self.write_offs if row.write_off.invoice_id == self.document.id]

    @property
    def used_elsewhere_minor(self) -> int:
        """What of the money given back on this invoice pays another one."""
        return sum(
            row.refund.amount_minor
            for row in self.own_refunds
            if row.reversal is None and row.refund.way == RefundWay.OFFSET
        )

    @property
    def recipient(self) -> str:
        """Who it went to, as it stands on it; empty after erasure."""
        return recipient_on(self.whole)

    @property
    def was_sent(self) -> bool:
        """Whether it has left the house, by mail or by hand."""
        return bool(self.letters_on(self.document.id)) or self.whole.handed_over_at is not None

    @property
    def waits(self) -> bool:
        """Whether it stays in the house: its letters wait for a mail server, and nothing else."""
        letters = self.letters_on(self.document.id)
        unsent = all(letter.next_attempt_at is not None for letter in letters)
        return unsent and self.whole.handed_over_at is None and is_server_missing()

    @property
    def paid_on(self) -> date | None:
        """The day of the last payment that counts."""
        days = [row.payment.paid_on for row in self.own_payments if row.reversal is None]
        return max(days, default=None)

    def letters_on(self, document_id: UUID) -> list[Letter]:
        """The letters about the invoice, or about one of its credit notes."""
        return [letter for letter in self.letters if letter.subject_id == document_id]


def _brought_by(payments: list[PaymentRow], here: Here) -> dict[UUID, UUID]:
    """The entries that brought payments or are them, for who may see the bank."""
    if not payments or here.who.clients_of is not None:
        return {}
    return entries_that_paid([row.payment.id for row in payments], here.organization.id)


def recipient_on(whole: WholeDocument) -> str:
    """The buyer's name as it stands on a document; empty after erasure."""
    buyer = whole.parts.get("buyer")
    return str(buyer["name"]) if isinstance(buyer, dict) else ""


def read_invoice(
    invoice_id: UUID, here: Here, *, known: WholeDocument | None = None
) -> InvoiceRead:
    """Read an invoice for its page, which is noted as a look; inside a scope.

    `known` is the one of its papers that the caller has read already. Raises Absent, also for a
    credit note.
    """

    def whole_of(document_id: UUID) -> WholeDocument:
        if known is not None and known.document.id == document_id:
            return known
        return whole_document(document_id, mine)

    mine = here.organization.id
    now = here.now
    standing = read_standing(invoice_id, mine)
    whole = whole_of(invoice_id)
    note_look_at_paper(invoice_id, whole.document.recipient_id, who=here.who, at=here.at)
    notes = tuple(whole_of(note.id) for note in credit_notes_of(invoice_id, mine))
    chain = chain_of(whole.document, who=here.who, at=here.at, today=now.today)
    invoices = [link.id for link in chain if link.kind == Kind.INVOICE]
    payments = payments_on(invoices, mine)
    subjects = [invoice_id, *(note.document.id for note in notes)]
    letters = letters_about(subjects, organization_id=mine)
    return InvoiceRead(
        whole=whole,
        standing=standing,
        now=now,
        state=state_on(standing, now.today),
        credit_notes=notes,
        chain=chain,
        payments=payments,
        refunds=refunds_on(invoices, mine),
        write_offs=write_offs_on(invoices, mine),
        brought_by=_brought_by(payments, here),
        letters=[letter for letter in letters if letter.kind != CREDIT_STOPPED_LETTER],
        notices=notices_of(invoice_id, mine),
        reminders=with_letters(sent_of(invoice_id, mine), letters),
        by_card=is_offered(invoice_id, mine) if is_set_up(mine) else None,
        history=tell(
            events_of(mine, [*subjects, whole.document.draft_id]),
            language=reader_language(),
            time_zone=now.seller.time_zone,
        ),
    )
