"""The operator of the test's installation, and sellers whose client money it keeps."""

from datetime import datetime
from uuid import UUID

from storno.core.ids import new_id
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import gather, lock_invoice
from storno.corrections.settle import receive, take_back
from storno.custody.operate import set_by_operator
from storno.custody.operator import create_operator
from storno.documents.models import Document
from storno.organizations.models import Organization
from storno.organizations.once import deed
from storno.organizations.queries import operator
from storno.organizations.roles import Actor, system
from storno.payments.methods import CLIENT_MONEY
from storno.payments.models import Payment, Reversal
from storno.payments.register import PaymentInput
from tests.deeds import credit
from tests.world import FOUNDED, World, found

CUSTODY = "FI3715903000000776"
"""The operator's account."""


def the_operator() -> Organization:
    """The operator, created by the first test that wants one: there is one an installation."""
    return operator() or create_operator(name="Client Money Ltd", custody_iban=CUSTODY, at=FOUNDED)


def in_custody(*assignments: str, at: datetime = FOUNDED, **settings: object) -> World:
    """A seller in custody: 20 % withheld, a fee of 5 %, unless told otherwise."""
    the_operator()
    world = found(**settings)  # type: ignore[arg-type]
    terms = ["custody=on", "withholding_percent=20", "fee_percent=5", "paid_credit=desk"]
    set_by_operator(world.organization.slug, [*terms, *assignments], at=at)
    world.organization.refresh_from_db()
    return world


@after_due_credit
@deed
def _came(
    invoice_id: UUID, amount_minor: int, source_id: UUID, *, who: Actor, at: datetime
) -> Payment:
    entered = PaymentInput(amount_minor, at.date(), CLIENT_MONEY.code)
    return receive(invoice_id, entered, source_id=source_id, method=CLIENT_MONEY, who=who, at=at)


@after_due_credit
@deed
def _undone(payment: Payment, *, who: Actor, at: datetime) -> Reversal:
    _draft, standing = lock_invoice(payment.invoice_id, who.organization_id, at=at)
    return take_back(payment, "another payer", gather(standing, who=who, at=at), who=who, at=at)


def came(world: World, invoice: Document, amount_minor: int, *, at: datetime) -> Payment:
    """Money of a client comes to the operator's account and is matched to an invoice."""
    return _came(invoice.id, amount_minor, new_id(), who=system(world.id), at=at)


def undone(world: World, payment: Payment, *, at: datetime) -> Reversal:
    """The match turns out to be wrong."""
    return _undone(payment, who=system(world.id), at=at)


def credited_by_desk(world: World, invoice: Document, *, at: datetime) -> Document:
    """A paid invoice is credited whole by who may: here custody is off for that moment."""
    slug = world.organization.slug
    set_by_operator(slug, ["custody=off", "paid_credit=members", "hold_seconds=0"], at=at)
    note = credit(world, invoice, at=at)
    set_by_operator(slug, ["custody=on", "paid_credit=desk"], at=at)
    return note
