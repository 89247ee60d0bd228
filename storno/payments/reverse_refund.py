"""Taking a refund back that was none, or that came back: a record of its own, never a deletion."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from storno.core.canonical import salted_hash
from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.documents.models import Document, Standing
from storno.documents.standing import stand_at
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, money_in_posting
from storno.ledger.post import Posting, post
from storno.organizations.models import VatOn
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.account import account_of
from storno.payments.models import Refund, RefundReversal, Why


class RefundAlreadyReversed(Refused):
    """The refund was taken back before."""

    code = "already_reversed"
    message = _("This refund has already been reversed.")
    remedy = _("There is nothing more to do.")


@dataclass(frozen=True)
class RefundTakenBack(Happening):
    """A refund was none, and is owed back again. The reason stands in the reversal."""

    kind: ClassVar = "refund.reversed"
    sentence: ClassVar = _("The refund of %(amount_minor)s was reversed.")
    refund_id: str
    reversal_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class RefundCameBack(RefundTakenBack):
    """The money of a refund came back, so it is owed back again."""

    kind: ClassVar = "refund.came_back"
    sentence: ClassVar = _("The refund of %(amount_minor)s came back.")


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a refund is taken back."""

    why: Why
    reason: str


def write_refund_reversal(
    refund: Refund,
    grounds: Grounds,
    invoice: Document,
    standing: Standing,
    claim: Claim,
    *,
    has_credit_notes: bool,
    today: date,
    who: Actor,
    at: datetime,
) -> RefundReversal:
    """Take a refund back: the money meets what is open by now, the rest is owed back as before.

    Raises RefundAlreadyReversed.
    """
    mine = who.organization_id
    taken_back = RefundReversal.objects.filter(organization_id=mine)
    if taken_back.filter(refund_id=refund.id).exists():
        raise RefundAlreadyReversed
    salt = os.urandom(32)
    reversal = sealed(
        RefundReversal(
            id=new_id(),
            organization_id=mine,
            refund_id=refund.id,
            turn=standing.next_turn,
            why=grounds.why,
            reason=grounds.reason,
            salt=salt,
            personal=salted_hash(salt, grounds.reason),
            reversed_at=at,
            reversed_by=who.person_id,
        )
    )
    reversal.save(force_insert=True)
    after = claim.got_back(refund.amount_minor, unapplied_minor=refund.unapplied_minor)
    moves = money_in_posting(
        claim,
        after,
        vat_on_payment=invoice.vat_on == VatOn.PAYMENT,
        account=account_of(refund),
    )
    kind = "refund_reversal"
    post(
        [Posting(reversal.id, kind, invoice.id, invoice.currency, today, moves)],
        organization_id=mine,
        at=at,
    )
    still = Refund.objects.filter(organization_id=mine, invoice_id=invoice.id)
    still = still.exclude(id__in=taken_back.values("refund_id"))
    standing.refunded_on = still.aggregate(last=Max("refunded_on"))["last"]
    stand_at(standing, after, has_credit_notes=has_credit_notes)
    happening = RefundCameBack if grounds.why == Why.CAME_BACK else RefundTakenBack
    told = happening(str(refund.id), str(reversal.id), refund.amount_minor, invoice.currency)
    record(told, subject_id=invoice.id, who=who, at=at)
    return reversal
