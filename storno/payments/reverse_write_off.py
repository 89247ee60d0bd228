"""Asking again for what was written off: a record of its own, never a deletion."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from storno.core.canonical import salted_hash
from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, write_off_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.models import WriteOff, WriteOffReversal


class WriteOffAlreadyReversed(Refused):
    """The write-off was taken back before."""

    code = "already_reversed"
    message = _("This write-off has already been taken back.")
    remedy = _("There is nothing more to do.")


@dataclass(frozen=True)
class WriteOffTakenBack(Happening):
    """What was written off is asked for again. The reason stands in the reversal."""

    kind: ClassVar = "write_off.reversed"
    sentence: ClassVar = _("The write-off of %(amount_minor)s was taken back.")
    write_off_id: str
    reversal_id: str
    amount_minor: int
    currency: str


def write_write_off_reversal(
    write_off: WriteOff,
    reason: str,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    *,
    has_credit_notes: bool,
    today: date,
    who: Actor,
    at: datetime,
) -> WriteOffReversal:
    """Take a write-off back; what money or credits have met of it since stays met.

    Raises WriteOffAlreadyReversed.
    """
    mine = who.organization_id
    taken_back = WriteOffReversal.objects.filter(organization_id=mine, write_off_id=write_off.id)
    if taken_back.exists():
        raise WriteOffAlreadyReversed
    salt = os.urandom(32)
    reversal = sealed(
        WriteOffReversal(
            id=new_id(),
            organization_id=mine,
            write_off_id=write_off.id,
            turn=standing.next_turn,
            reason=reason,
            salt=salt,
            personal=salted_hash(salt, reason),
            reversed_at=at,
            reversed_by=who.person_id,
        )
    )
    reversal.save(force_insert=True)
    after = claim.asked_again(write_off.part)
    moves = write_off_posting(claim, after, vat_on_payment=invoice.vat_on == VatOn.PAYMENT)
    kind = "write_off_reversal"
    post(
        [Posting(reversal.id, kind, invoice.id, invoice.currency, today, moves)],
        organization_id=mine,
        at=at,
    )
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    amount = write_off.amount_minor
    told = WriteOffTakenBack(str(write_off.id), str(reversal.id), amount, invoice.currency)
    record(told, subject_id=invoice.id, who=who, at=at)
    return reversal
