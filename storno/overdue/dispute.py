"""Marking that a recipient disputes an invoice: as long as it does nobody is told to pay.

A claim that is disputed may not be collected (laki saatavien perinnästä 7 §; inkassoloven § 8).
Order of locks: the standing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Refused
from storno.documents.models import Dispute, Standing
from storno.history.record import Happening, record
from storno.notices.send import NOTHING_TO_PAY
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


class NothingToDispute(Refused):
    """Nothing is asked for any more."""

    code = NOTHING_TO_PAY.code
    message = _("Nothing is left to pay on this invoice, so there is nothing to dispute.")
    remedy = _("Credit it, if it was wrong.")


class NotDisputed(Refused):
    """The invoice is not marked as disputed."""

    code = "not_disputed"
    message = _("This invoice is not marked as disputed.")
    remedy = _("There is nothing to do.")


@dataclass(frozen=True)
class InvoiceDisputed(Happening):
    """The recipient does not agree with an invoice."""

    kind: ClassVar = "invoice.disputed"
    sentence: ClassVar = _("Marked as disputed.")
    over: str


@dataclass(frozen=True)
class DisputeEnded(Happening):
    """The recipient disputes the invoice no more."""

    kind: ClassVar = "invoice.dispute_ended"
    sentence: ClassVar = _("Marked as not disputed any more.")


@deed
def dispute_invoice(invoice_id: UUID, over: Dispute, *, who: Actor, at: datetime) -> Standing:
    """Mark an invoice as disputed, over something; once more changes over what, and no more.

    Raises Absent, NothingToDispute, NotAllowed.
    """
    standing = _locked(invoice_id, who)
    if not standing.open_minor:
        raise NothingToDispute
    standing.disputed_at = standing.disputed_at or at
    standing.dispute = over
    standing.save(update_fields=["disputed_at", "dispute"])
    record(InvoiceDisputed(over), subject_id=invoice_id, who=who, at=at)
    return standing


@deed
def end_dispute(invoice_id: UUID, *, who: Actor, at: datetime) -> Standing:
    """Mark an invoice as not disputed any more. Raises Absent, NotDisputed, NotAllowed."""
    standing = _locked(invoice_id, who)
    if standing.disputed_at is None:
        raise NotDisputed
    standing.disputed_at, standing.dispute = None, ""
    standing.save(update_fields=["disputed_at", "dispute"])
    record(DisputeEnded(), subject_id=invoice_id, who=who, at=at)
    return standing


def _locked(invoice_id: UUID, who: Actor) -> Standing:
    who.must(Deed.SEND)
    mine = Standing.objects.select_for_update().filter(organization_id=who.organization_id)
    standing = mine.filter(id=invoice_id).first()
    if standing is None:
        raise Absent
    return standing
