"""What the demo organizations do, in few words each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storno.cases.letters import (
    CHECKED_LETTER,
    CREDITED_LETTER,
    DECLINED_LETTER,
    OPENED_LETTER,
    compose_case_approved,
    compose_case_declined,
    compose_case_opened,
)
from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_credit
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import refund_invoice
from storno.corrections.settle import register_payment
from storno.corrections.take_lines import CreditLine
from storno.custody.letters import compose_money_came, compose_payout_account
from storno.custody.payout_account import PAYOUT_ACCOUNT_LETTER
from storno.custody.set_aside import MONEY_CAME_LETTER
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft
from storno.documents.issue import DOCUMENT_LETTER, NOTICES, OVERDUE_LETTER
from storno.documents.letter import compose_document_letter
from storno.documents.models import Document, FollowUp, Reason
from storno.documents.queries import whole_document
from storno.mailroom.deliver import Composer, deliver_next
from storno.mailroom.way_out import Mailbox
from storno.notices.letter import compose_notice
from storno.notices.remind import remind
from storno.notices.send import notify
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.overdue.letter import compose_reminder
from storno.overdue.remind import remind_of_invoice
from storno.payments.models import MoneyKind
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from storno.payouts.letters import compose_payout_back, compose_payout_left
from storno.payouts.write import BACK_LETTER, LEFT_LETTER
from storno.support.letters import ANSWER_LETTER, compose_answer

COMPOSERS: dict[str, Composer] = {
    DOCUMENT_LETTER: compose_document_letter,
    OVERDUE_LETTER: compose_reminder,
    **dict.fromkeys(NOTICES, compose_notice),
    MONEY_CAME_LETTER: compose_money_came,
    PAYOUT_ACCOUNT_LETTER: compose_payout_account,
    LEFT_LETTER: compose_payout_left,
    BACK_LETTER: compose_payout_back,
    ANSWER_LETTER: compose_answer,
    OPENED_LETTER: compose_case_opened,
    DECLINED_LETTER: compose_case_declined,
    CHECKED_LETTER: compose_case_approved,
    CREDITED_LETTER: compose_case_approved,
}
"""Who writes the letters that go out in the demonstration."""


@dataclass(frozen=True, slots=True)
class Town:
    """Where clients live, and which language they read."""

    postcode: str
    city: str
    country: str
    language: str


HELSINKI = Town("00100", "Helsinki", "FI", "fi")
BERGEN = Town("5003", "Bergen", "NO", "nb")


@dataclass(frozen=True, slots=True)
class House:
    """One demo organization and who acts in it."""

    who: Actor

    def client(
        self, name: str, street: str, email: str, town: Town, business_id: str = "", *, at: datetime
    ) -> Client:
        """A person, or a company where there is a business id."""
        entered = ClientInput(
            kind=ClientKind.COMPANY if business_id else ClientKind.PERSON,
            name=name,
            email=email,
            language=town.language,
            business_id=business_id,
            street=street,
            postcode=town.postcode,
            city=town.city,
            country=town.country,
        )
        return create_client(entered, who=self.who, at=at)

    def invoice(self, client: Client, *lines: LineInput, at: datetime, days: int = 14) -> Document:
        """An invoice that went out at this moment."""
        entered = DraftInput(client.id, lines, due_in_days=days, delivered_on=at.date())
        return self.finalise(create_draft(entered, who=self.who, at=at).id, at=at)

    def finalise(self, draft_id: UUID, *, at: datetime) -> Document:
        """Issue the invoice of a draft at this moment."""
        issued = finalise_draft(draft_id, send_now=True, who=self.who, at=at)
        assert isinstance(issued, Document)
        self.deliver(at)
        return issued

    def pay(self, invoice: Document, amount_minor: int, *, at: datetime) -> None:
        """Money that came by bank transfer."""
        entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
        register_payment(invoice.id, entered, who=self.who, at=at)

    def notify(self, invoice: Document, *, at: datetime) -> None:
        """Tell the recipient that there is something to pay."""
        notify(invoice.id, who=self.who, at=at)
        self.deliver(at)

    def remind(self, invoice: Document, *, at: datetime) -> None:
        """Let a reminder go whose day it is."""
        remind(invoice.id, organization_id=self.who.organization_id, at=at)
        self.deliver(at)

    def remind_of(self, invoice: Document, *, at: datetime) -> None:
        """Remind of an invoice that was not paid in time."""
        remind_of_invoice(invoice.id, who=self.who, at=at)
        self.deliver(at)

    def credit(
        self,
        invoice: Document,
        reason: Reason,
        then: FollowUp,
        *,
        at: datetime,
        leaves: bool = True,
    ) -> None:
        """A cancellation, pressed at this moment; it leaves when its hold is over, unless told."""
        request = CreditRequest(reason, follow_up=then)
        held = credit_invoice(invoice.id, request, who=self.who, at=at)
        if isinstance(held, Held) and leaves and held.draft.goes_at is not None:
            departs = held.draft.goes_at
            depart_credit(invoice.id, organization_id=self.who.organization_id, at=departs)
            self.deliver(departs)

    def credit_half(self, invoice: Document, reason: Reason, *, at: datetime) -> None:
        """Credit half of the one line of an invoice, with nothing to follow."""
        with scope(self.who.organization_id):
            (line,) = whole_document(invoice.id, self.who.organization_id).lines
        half = (CreditLine(line.id, amount_minor=line.amount_minor // 2),)
        request = CreditRequest(reason, follow_up=FollowUp.NOTHING, lines=half)
        credit_invoice(invoice.id, request, who=self.who, at=at)

    def refund(self, invoice: Document, *, at: datetime) -> None:
        """All that is owed back has gone back that day."""
        given = GivenBack(at.date(), MoneyKind.BANK_TRANSFER)
        refund_invoice(invoice.id, given, who=self.who, at=at)

    def deliver(self, at: datetime) -> None:
        """Put what was mailed at this moment into the mailbox: nobody out there is written to."""
        while deliver_next(self.who.organization_id, composers=COMPOSERS, out=Mailbox(), at=at):
            pass
