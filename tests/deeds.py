"""Short ways to the usual deeds, as Alice does them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from storno.corrections.credit import Held, credit_invoice
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.corrections.take_lines import CreditLine
from storno.documents.models import Document, Draft, FollowUp, Line, Reason
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind, Payment
from storno.payments.register import PaymentInput
from tests.world import World, line

HOLD = timedelta(minutes=20)
MOMENT = timedelta(microseconds=1)

CANCELLED = CreditRequest(Reason.CANCELLED)
CORRECT = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT)


def lines_of(world: World, document: Document) -> list[Line]:
    """The lines of a document in their order."""
    with scope(world.id):
        found = Line.objects.filter(organization_id=world.id, document_id=document.id)
        return list(found.order_by("position"))


def hold_draft(world: World, at: datetime, price: str = "1000.00") -> Draft:
    """A draft for Daisy, finalised and on hold."""
    held = finalise_draft(world.draft(line(price), at=at).id, who=world.who(), at=at)
    assert isinstance(held, Draft)
    return held


def quantity(of: Line, pieces: str) -> CreditLine:
    """So many pieces of a line."""
    return CreditLine(of.id, quantity=Decimal(pieces))


def amount(of: Line, minor: int) -> CreditLine:
    """So much of a line's amount."""
    return CreditLine(of.id, amount_minor=minor)


def part(*lines: CreditLine, **more: object) -> CreditRequest:
    """Goodwill on some lines."""
    return replace(CreditRequest(Reason.GOODWILL, lines=lines), **more)  # type: ignore[arg-type]


def credit(
    world: World, invoice: Document, request: CreditRequest = CANCELLED, *, at: datetime
) -> Document:
    """Credit where there is no hold."""
    credited = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(credited, Credited)
    return credited.credit_note


def hold_credit(
    world: World, invoice: Document, request: CreditRequest = CANCELLED, *, at: datetime
) -> Held:
    """Put a credit note on hold."""
    held = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(held, Held)
    return held


def pay(world: World, invoice: Document, amount_minor: int, *, at: datetime) -> Payment:
    """Register a payment of that day by bank transfer."""
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    return register_payment(invoice.id, entered, who=world.who(), at=at)
