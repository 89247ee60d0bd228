"""What the reserves lack since the tax office has it, and what of a return waits for that.

A reserve below nothing is what was given up of it after it had been remitted. Where the operator
does not advance that, as much of a return waits until the reserves have it again: by money that
comes in, or because the tax office pays it back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.custody.books import (
    PREPAYMENT_RESERVE,
    VAT_RESERVE,
    WAITING,
    released_moves,
    repaid_moves,
)
from storno.custody.models import Released, Remitted, TaxRepayment, Terms
from storno.custody.split import Shares
from storno.history.record import Happening, record
from storno.ledger.balances import credited
from storno.ledger.post import Posting, post
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed

RELEASED = "tax_released"
REPAID = "tax_repaid"
"""The kinds of the postings; each is on its own record."""


@dataclass(frozen=True)
class ReturnReleased(Happening):
    """What had waited of returns is to be paid out to the seller."""

    kind: ClassVar = "custody.released"
    sentence: ClassVar = _("%(amount_minor)s that had waited for the tax office goes back to you.")
    released_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class TaxesRepaid(Happening):
    """The tax office paid back what it had of money that was returned."""

    kind: ClassVar = "custody.taxes_repaid"
    sentence: ClassVar = _("The tax office paid back %(amount_minor)s.")
    repayment_id: str
    amount_minor: int
    currency: str


def hold_reserves(organization_id: UUID) -> Terms:
    """Lock what is agreed: nobody else remits, returns or releases by it meanwhile."""
    found = Terms.objects.select_for_update().filter(organization_id=organization_id).first()
    return found or Terms(organization_id=organization_id)


def lacking(organization_id: UUID) -> tuple[int, int]:
    """What the reserves for VAT and income tax lack, in minor units."""
    vat, prepayment = credited(organization_id, VAT_RESERVE, PREPAYMENT_RESERVE)
    return max(-vat, 0), max(-prepayment, 0)


def waits(returned: Shares, organization_id: UUID) -> int:
    """What of a return the reserves do not have, and the operator does not advance; holds them."""
    if hold_reserves(organization_id).remitted == Remitted.ADVANCE:
        return 0
    vat, prepayment = credited(organization_id, VAT_RESERVE, PREPAYMENT_RESERVE)
    return _short(returned.vat_minor, vat) + _short(returned.prepayment_minor, prepayment)


def releasable(organization_id: UUID) -> int:
    """What has waited and need not any more, in minor units."""
    (waiting,) = credited(organization_id, WAITING)
    return max(waiting - sum(lacking(organization_id)), 0) if waiting > 0 else 0


def release(currency: str, day: date, *, who: Actor, at: datetime) -> int:
    """Make payable what need not wait any more, and return how much that is. Inside a deed."""
    organization_id = who.organization_id
    hold_reserves(organization_id)
    amount = releasable(organization_id)
    if amount:
        made = Released(
            id=new_id(),
            organization_id=organization_id,
            amount_minor=amount,
            currency=currency,
            on=day,
            made_at=at,
        )
        sealed(made).save(force_insert=True)
        post([posting_of_release(made)], organization_id=organization_id, at=at)
        told = ReturnReleased(str(made.id), amount, currency)
        record(told, subject_id=organization_id, who=who, at=at)
    return amount


def write_repayment(repaid: TaxRepayment, *, who: Actor, at: datetime) -> TaxRepayment:
    """The tax office paid back what it had; it is reserved again. Inside a deed."""
    sealed(repaid).save(force_insert=True)
    post(list(postings_of_repayment(repaid)), organization_id=repaid.organization_id, at=at)
    amount = repaid.vat_minor + repaid.prepayment_minor
    told = TaxesRepaid(str(repaid.id), amount, repaid.currency)
    record(told, subject_id=repaid.organization_id, who=who, at=at)
    return repaid


def posting_of_release(row: Released) -> Posting:
    """What is posted of it."""
    moves = released_moves(row.amount_minor)
    return Posting(row.id, RELEASED, row.id, row.currency, row.on, moves)


def postings_of_repayment(row: TaxRepayment) -> tuple[Posting, Posting]:
    """What is posted of it: in the custody book, joined to the operator's, and in the own one."""
    custody, own = repaid_moves(row.vat_minor, row.prepayment_minor)
    named = (REPAID, row.id, row.currency, row.on)
    return Posting(row.id, *named, custody, row.id), Posting(row.own_id, *named, own)


def _short(wanted: int, there: int) -> int:
    return max(wanted - max(there, 0), 0)
