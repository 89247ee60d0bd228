"""Customer service of the demonstration: refund cases at each step, and what is said of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from storno.cases.approve import approve_case, decline_case
from storno.cases.ask import ask_for_refund
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.models import RefundedBy
from storno.corrections.depart import depart_credit
from storno.demo.house import House
from storno.documents.models import Document
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.staff.visit import visit
from storno.support.files import Upload
from storno.support.models import Conversation
from storno.support.talk import Said, answer, begin

RECEIPT = b"""\
Tilisiirto / Account transfer

The receipt of the demonstration: the whole amount went back to whoever had paid.
"""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who serves customers."""

    person_id: UUID

    def ask(self, house: House, invoice: Document, *, at: datetime) -> None:
        """A member opens a refund case, asks how it goes, and is answered."""
        ask_for_refund(invoice.id, who=house.who, at=at)
        asked = Said("My client cancelled the order but had paid already. What shall I do?")
        begin(asked, invoice_id=invoice.id, who=house.who, at=at)
        steps = (
            "Pay the whole amount back to the account it came from, and confirm it in the refund "
            "case with a receipt. Then we cancel the invoice, and your taxes come back to you."
        )
        self._answer(house, invoice, steps, at=at + HOUR)

    def confirm(self, house: House, invoice: Document, *, at: datetime) -> UUID:
        """A member has paid the client back, and sends the receipt."""
        case_id = ask_for_refund(invoice.id, who=house.who, at=at).case.id
        paid = PaidBack(at.date(), invoice.payable_minor, RefundedBy.BANK_TRANSFER)
        receipt = [Upload("receipt.txt", RECEIPT)]
        confirm_refund(case_id, paid, receipt=receipt, who=house.who, at=at + HOUR)
        return case_id

    def return_money(self, house: House, invoice: Document, *, at: datetime) -> None:
        """Customer service has checked it: the invoice is credited, and the taxes come back."""
        self.ask(house, invoice, at=at)
        case_id = self.confirm(house, invoice, at=at + 2 * HOUR)
        checked_at = at + 4 * HOUR
        now = approve_case(case_id, who=self._visit(house, case_id, checked_at), at=checked_at)
        self._answer(house, invoice, "Thank you. The invoice is being cancelled.", at=checked_at)
        assert now.goes_at is not None, "the organization has a hold"
        depart_credit(invoice.id, organization_id=house.who.organization_id, at=now.goes_at)
        house.deliver(now.goes_at)

    def decline(self, house: House, invoice: Document, *, at: datetime) -> None:
        """The receipt is of another payment, so the case ends without a credit note."""
        case_id = self.confirm(house, invoice, at=at)
        declined_at = at + 2 * HOUR
        reason = "The receipt names another payee than the one who had paid. Ask your bank."
        decline_case(case_id, reason, who=self._visit(house, case_id, declined_at), at=declined_at)
        self._answer(house, invoice, reason, at=declined_at)

    def _answer(self, house: House, invoice: Document, words: str, *, at: datetime) -> None:
        """Say something in the conversation about an invoice."""
        with scope(house.who.organization_id):
            (talk,) = Conversation.objects.filter(invoice_id=invoice.id)
        who = self._visit(house, talk.id, at)
        answer(talk.id, Said(words), version=talk.version, who=who, at=at)
        house.deliver(at)

    def _visit(self, house: House, about_id: UUID, at: datetime) -> Actor:
        mine = house.who.organization_id
        return visit(self.person_id, mine, "Refund case", about_id=about_id, at=at)
