"""What a reminder costs: a fee and late interest, where the settings and the law say so.

A charge is no part of the invoice: its claim and standing stay as they are. What comes in beyond
the invoice meets what is charged on it; what nobody asks for any more is waived, for good. Called
inside a deed with the invoice's standing locked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from storno.clients.models import ClientKind
from storno.core.ids import new_id
from storno.core.refusals import Absent
from storno.documents.models import Document, Standing
from storno.history.record import Happening, record
from storno.late.fees import fee_of, may_charge
from storno.late.interest import late_interest
from storno.organizations.models import LateCharges
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.overdue.models import Charge, ChargeKind, ChargeMet, Reminder, Waiver, WhyWaived
from storno.payments.models import Refund, RefundReversal


@dataclass(frozen=True)
class Charged(Happening):
    """A reminder asks for something beside the invoice."""

    kind: ClassVar = "charge.made"
    sentence: ClassVar = _("%(amount_minor)s was charged with a reminder.")
    charge_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class ChargeWaived(Happening):
    """A fee or interest is asked for no more."""

    kind: ClassVar = "charge.waived"
    sentence: ClassVar = _("%(amount_minor)s that a reminder had charged was given up.")
    charge_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Charging:
    """What a reminder of now would cost; interest is of the days from `since` to `until`."""

    kind: ChargeKind
    amount_minor: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ChargeNow:
    """A charge as it stands: what was paid of it, and whether it was waived."""

    charge: Charge
    paid_minor: int
    waiver: Waiver | None

    @property
    def open_minor(self) -> int:
        """What is still asked for."""
        return 0 if self.waiver is not None else self.charge.amount_minor - self.paid_minor


def charges_on(invoice_ids: Iterable[UUID], organization_id: UUID) -> list[ChargeNow]:
    """What was charged on these invoices, the oldest first; inside a scope."""
    mine = {"organization_id": organization_id}
    charges = list(Charge.objects.filter(**mine, invoice_id__in=list(invoice_ids)).order_by("id"))
    if not charges:
        return []
    of_them = {**mine, "charge_id__in": [each.id for each in charges]}
    back = RefundReversal.objects.filter(**mine).values("refund_id")
    met = ChargeMet.objects.filter(**of_them).exclude(refund_id__in=back)
    sums = met.values_list("charge_id").annotate(sum=Sum("refund__amount_minor"))
    paid = dict(sums.order_by())
    waived = {row.charge_id: row for row in Waiver.objects.filter(**of_them)}
    return [ChargeNow(each, paid.get(each.id, 0), waived.get(each.id)) for each in charges]


def charge_with(charge_id: UUID, organization_id: UUID) -> Charge:
    """One charge. Raises Absent."""
    found = Charge.objects.filter(organization_id=organization_id, id=charge_id).first()
    if found is None:
        raise Absent
    return found


def open_charges(charged: Iterable[ChargeNow]) -> int:
    """What of these charges is still asked for, in minor units."""
    return sum(each.open_minor for each in charged)


def chargeable(
    invoice: Document,
    standing: Standing,
    reminded_on: Iterable[date],
    before: Sequence[ChargeNow],
    now: Circumstances,
) -> list[Charging]:
    """What a reminder of today would cost; nothing where the operator keeps client money.

    `before` is what was charged on the invoice until now.
    """
    asked = LateCharges(now.settings.late_charges)
    if now.settings.organization.in_custody or asked == LateCharges.NOTHING:
        return []
    company = invoice.recipient.kind == ClientKind.COMPANY
    found = []
    fee = fee_of(now.seller.country, company=company)
    if fee is not None and asked in (LateCharges.FEE, LateCharges.BOTH):
        charged = sum(each.charge.kind == ChargeKind.REMINDER_FEE for each in before)
        if may_charge(fee, standing.due_on, list(reminded_on), charged, now.today):
            found.append(Charging(ChargeKind.REMINDER_FEE, fee.amount_minor))
    if asked in (LateCharges.INTEREST, LateCharges.BOTH):
        until = [each.charge.until for each in before if each.charge.until is not None]
        interest = late_interest(
            standing.open_minor,
            max([standing.due_on, *until]),
            now.today,
            country=now.seller.country,
            company=company,
            own=Decimal(invoice.seller["late_interest"] or 0),
        )
        if interest is not None and interest.amount_minor:
            kind, days = ChargeKind.LATE_INTEREST, (interest.since, interest.until)
            found.append(Charging(kind, interest.amount_minor, *days))
    return found


def write_charges(
    reminder: Reminder,
    charging: Iterable[Charging],
    invoice: Document,
    *,
    who: Actor,
    at: datetime,
) -> list[Charge]:
    """Write what a reminder that was just written costs."""
    made = []
    for each in charging:
        charge = Charge(
            id=new_id(),
            organization_id=invoice.organization_id,
            invoice_id=invoice.id,
            reminder_id=reminder.id,
            kind=each.kind,
            amount_minor=each.amount_minor,
            since=each.since,
            until=each.until,
        )
        sealed(charge).save(force_insert=True)
        told = Charged(str(charge.id), charge.amount_minor, invoice.currency)
        record(told, subject_id=invoice.id, who=who, at=at)
        made.append(charge)
    return made


def write_met(charge: Charge, refund: Refund) -> ChargeMet:
    """Write that a refund of what was owed back has met a charge."""
    assert refund.source_id is not None, "such a refund names its row"
    met = ChargeMet(
        id=refund.source_id,
        organization_id=charge.organization_id,
        charge_id=charge.id,
        refund_id=refund.id,
    )
    sealed(met).save(force_insert=True)
    return met


def met_on(invoice_id: UUID, organization_id: UUID) -> list[ChargeMet]:
    """What has met charges on an invoice and counts, the oldest first."""
    mine = {"organization_id": organization_id}
    back = RefundReversal.objects.filter(**mine).values("refund_id")
    met = ChargeMet.objects.filter(**mine, charge__invoice_id=invoice_id).select_related("refund")
    return list(met.exclude(refund_id__in=back).order_by("id"))


def write_waiver(
    charge: Charge, why: WhyWaived, currency: str, *, who: Actor, at: datetime
) -> Waiver:
    """Write that a charge, of which nothing that was paid counts any more, is given up."""
    waiver = Waiver(
        id=new_id(),
        organization_id=charge.organization_id,
        charge_id=charge.id,
        why=why,
        waived_at=at,
        waived_by=who.person_id,
    )
    sealed(waiver).save(force_insert=True)
    told = ChargeWaived(str(charge.id), charge.amount_minor, currency)
    record(told, subject_id=charge.invoice_id, who=who, at=at)
    return waiver
