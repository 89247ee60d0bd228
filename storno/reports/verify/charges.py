"""Fees and interest: each came with a reminder, and is met by what was owed back, or waived."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery, Sum

from storno.documents.models import Standing, State
from storno.history.models import Event
from storno.organizations.sealed import Sealed, is_whole
from storno.overdue.charge import Charged, ChargeWaived
from storno.overdue.models import Charge, ChargeMet, Reminder, Waiver
from storno.payments.models import Refund, RefundReversal, RefundWay
from storno.reports.verify.dossier import Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation


def prove_charges(books: Books) -> Iterator[Violation]:
    """Every rule about fees and interest."""
    charges, met, waivers = books.rows(Charge), books.rows(ChargeMet), books.rows(Waiver)
    for model in (Charge, ChargeMet, Waiver):
        yield from _whole(books, model)
    yield from found(
        "charge_without_reminder",
        "Something was charged on an invoice by no reminder of it.",
        charges.exclude(having(books.rows(Reminder), id="reminder_id", invoice_id="invoice_id")),
    )
    refunds = books.rows(Refund).filter(way=RefundWay.CHARGES)
    yield from found(
        "refund_meets_no_charge",
        "What was owed back counts as paid for fees or interest, but nothing of them is met.",
        refunds.exclude(having(met, id="source_id", refund_id="id")),
    )
    yield from found(
        "charge_met_by_nothing",
        "A fee or interest counts as paid by what no refund of its invoice has paid.",
        met.exclude(having(refunds, id="refund_id", invoice_id="charge__invoice_id")),
    )
    back = having(books.rows(RefundReversal), refund_id="refund_id")
    stands = met.exclude(back)
    sums = stands.filter(charge_id=OuterRef("id")).order_by().values("charge_id")
    paid = sums.annotate(sum=Sum("refund__amount_minor")).values("sum")
    yield from found(
        "charge_paid_too_much",
        "More was paid for a fee or interest than was charged.",
        charges.annotate(paid=Subquery(paid)).filter(paid__gt=F("amount_minor")),
    )
    yield from found(
        "charge_paid_though_waived",
        "A fee or interest was given up, and what was paid of it is not owed back.",
        waivers.filter(having(stands, charge_id="charge_id")),
    )
    credited = books.rows(Standing).filter(state=State.CREDITED)
    yield from found(
        "charge_outlives_invoice",
        "An invoice was credited, and its fees and interest did not lapse.",
        charges.filter(having(credited, id="invoice_id")).exclude(having(waivers, charge_id="id")),
    )
    yield from _told(books)


def _whole(books: Books, model: type[Sealed]) -> Iterator[Violation]:
    for row in books.rows(model).iterator():
        if not is_whole(row):
            yield Violation(
                "charge_seal_broken", row.id, "A fee or interest is not what was sealed."
            )


def _told(books: Books) -> Iterator[Violation]:
    """History tells of each charge and each waiver, and of no others."""
    kinds = (Charged.kind, ChargeWaived.kind)
    events = books.rows(Event).filter(kind__in=kinds).iterator()
    told = {(event.kind, event.facts["charge_id"]) for event in events}
    ids = books.rows(Charge).values_list("id", flat=True)
    must = {(Charged.kind, str(id_)) for id_ in ids}
    waived = books.rows(Waiver).values_list("charge_id", flat=True)
    must |= {(ChargeWaived.kind, str(id_)) for id_ in waived}
    for _kind, charge_id in sorted(must ^ told):
        yield Violation(
            "charge_untold", books.organization_id, f"History and charge {charge_id} differ."
        )
