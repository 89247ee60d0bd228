"""Something open is not asked for any more: a write-off, its posting, the invoice's new standing.

It is no credit note: the claim lives on, and money that comes in after all meets it. Called inside
a deed with the standing locked (`corrections/write_off.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, write_off_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.models import Payment, WriteOff, WriteOffKind


@dataclass(frozen=True)
class WrittenOffAsBadDebt(Happening):
    """What was open on the invoice was written off."""

    kind: ClassVar = "write_off.made"
    sentence: ClassVar = _("%(amount_minor)s was written off as bad debt.")
    write_off_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CentsSettled(WrittenOffAsBadDebt):
    """The cents that were open on the invoice were settled."""

    kind: ClassVar = "write_off.cents"
    sentence: ClassVar = _("A cent difference of %(amount_minor)s was settled.")


def write_off_open(
    kind: WriteOffKind,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    *,
    payment: Payment | None = None,
    has_credit_notes: bool,
    today: date,
    who: Actor,
    at: datetime,
) -> WriteOff:
    """Write all that is open off; cents settled with a payment name it."""
    row = sealed(
        WriteOff(
            id=new_id(),
            organization_id=who.organization_id,
            invoice_id=invoice.id,
            turn=standing.next_turn,
            kind=kind,
            amount_minor=claim.open_minor,
            payment_id=None if payment is None else payment.id,
            written_on=today,
            registered_at=at,
            registered_by=who.person_id,
        )
    )
    row.save(force_insert=True)
    after = claim.written_off(row.part)
    moves = write_off_posting(claim, after, vat_on_payment=invoice.vat_on == VatOn.PAYMENT)
    posting = Posting(row.id, "write_off", invoice.id, invoice.currency, today, moves)
    post([posting], organization_id=who.organization_id, at=at)
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    happening = CentsSettled if kind == WriteOffKind.CENT_DIFFERENCE else WrittenOffAsBadDebt
    told = happening(str(row.id), row.amount_minor, invoice.currency)
    record(told, subject_id=invoice.id, who=who, at=at)
    return row
