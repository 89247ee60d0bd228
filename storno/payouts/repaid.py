"""The tax office pays back what it has of money that was returned to a seller since."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.bank.books import post_waiting
from storno.bank.models import Entry, EntryState, EntryWhy
from storno.bank.queries import NotWaiting, lock_entry
from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.custody.crossing import crossing
from storno.custody.models import TaxRepayment
from storno.custody.reserves import hold_reserves, lacking, write_repayment
from storno.organizations.once import deed
from storno.organizations.roles import Actor
from storno.payouts.books import CURRENCY
from storno.payouts.rules import must_pay_out


class NotRepaid(Refused):
    """The entry is more than the tax office has of this seller's, or is no money that came in."""

    code = "not_repaid"
    message = _("The tax office does not have that much of this seller's money.")
    remedy = _("Look at what its reserves lack: storno remit due.")


@deed
def say_repaid(entry_id: UUID, seller_id: UUID, *, who: Actor, at: datetime) -> TaxRepayment:
    """Say that an entry that waits is what the tax office paid back for a seller, VAT first.

    Order of locks: the seller's terms, then the entry. Raises Absent, NotWaiting, NotRepaid,
    NotAllowed, SignInAgain.
    """
    must_pay_out(who)
    who.must_be_fresh()
    with crossing(seller_id, back_to=who.organization_id):
        hold_reserves(seller_id)
        lacks_vat, lacks_prepayment = lacking(seller_id)
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.QUEUED:
        raise NotWaiting
    amount = entry.amount_minor
    if entry.currency != CURRENCY or not 0 < amount <= lacks_vat + lacks_prepayment:
        raise NotRepaid
    vat = min(amount, lacks_vat)
    repaid = TaxRepayment(
        id=new_id(),
        organization_id=seller_id,
        entry_id=entry.id,
        vat_minor=vat,
        prepayment_minor=amount - vat,
        currency=entry.currency,
        own_id=new_id(),
        on=entry.booked_on,
        noted_at=at,
    )
    with crossing(seller_id, back_to=who.organization_id):
        write_repayment(repaid, who=who.across(seller_id), at=at)
    _end(entry, repaid.id, at=at)
    return repaid


def _end(entry: Entry, move_id: UUID, *, at: datetime) -> None:
    post_waiting(entry, move_id, at=at, ends=True, move_id=move_id)
    entry.state, entry.why = EntryState.PAYOUT, EntryWhy.TAXES_BACK
    entry.save(update_fields=["state", "why"])
