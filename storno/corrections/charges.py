"""Fees and interest on an invoice follow its money: what is beyond the invoice meets them.

They are paid out of what would be owed back, by a refund of its own way, so that the invoice's own
claim is what it was. A payment that is taken back, or a credit, gives that up first. Order of
locks: held draft, standing.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.core.ids import new_id
from storno.core.refusals import Refused
from storno.corrections.facts import Case, gather, lock_standing
from storno.corrections.money_back import book_refund, book_refund_back
from storno.documents.models import Standing
from storno.organizations.once import deed
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Actor, Deed
from storno.overdue.charge import charge_with, charges_on, met_on, write_met, write_waiver
from storno.overdue.models import Waiver, WhyWaived
from storno.payments.models import Why
from storno.payments.refund import Went, tell_refund
from storno.payments.reverse_refund import Grounds


class AlreadyWaived(Refused):
    """The charge is asked for no more."""

    code = "already_waived"
    message = _("This has been given up already.")
    remedy = _("There is nothing more to do.")


def meet_charges(standing: Standing, now: Circumstances, *, who: Actor, at: datetime) -> None:
    """Have what is owed back on a locked invoice meet what is charged on it, the oldest first."""
    if not standing.owed_back_minor:
        return
    for each in charges_on([standing.id], standing.organization_id):
        if amount := min(each.open_minor, standing.owed_back_minor):
            case = gather(standing, now=now, who=who, at=at)
            went = Went(case.now.today, None, new_id())
            refund = book_refund(amount, case, went, who=who, at=at)
            write_met(each.charge, refund)
            tell_refund(refund, case.facts.invoice, who=who, at=at)


def free_charges(case: Case, *, only: UUID | None = None, who: Actor, at: datetime) -> Case:
    """Have what has met charges, or `only` this one, owed back again; the case as it is after."""
    mine = case.standing.organization_id
    for met in met_on(case.standing.id, mine):
        if only not in (None, met.charge_id):
            continue
        with override(case.now.seller.language):
            reason = _now("The payment or the invoice that brought it does not count any more.")
        book_refund_back(met.refund, Grounds(Why.MISTAKE, reason), case, who=who, at=at)
        case = gather(case.standing, now=case.now, who=who, at=at)
    return case


def drop_charges(
    standing: Standing, now: Circumstances, currency: str, *, who: Actor, at: datetime
) -> None:
    """The invoice was credited whole: its fees and interest lapse, what was paid is owed back."""
    charges = charges_on([standing.id], standing.organization_id)
    if any(each.paid_minor for each in charges):
        free_charges(gather(standing, now=now, who=who, at=at), who=who, at=at)
    for each in charges:
        if each.waiver is None:
            write_waiver(each.charge, WhyWaived.CREDITED, currency, who=who, at=at)


@deed
def waive_charge(charge_id: UUID, *, who: Actor, at: datetime) -> Waiver:
    """Give a charge up, for good; what was paid of it meets the others, or is owed back.

    Raises Absent, AlreadyWaived, NotAllowed.
    """
    who.must(Deed.REFUND)
    mine = who.organization_id
    charge = charge_with(charge_id, mine)
    standing = lock_standing(charge.invoice_id, mine)
    if Waiver.objects.filter(organization_id=mine, charge_id=charge_id).exists():
        raise AlreadyWaived
    case = gather(standing, who=who, at=at)
    case = free_charges(case, only=charge_id, who=who, at=at)
    currency = case.facts.invoice.currency
    waiver = write_waiver(charge, WhyWaived.WAIVED, currency, who=who, at=at)
    meet_charges(standing, case.now, who=who, at=at)
    return waiver
