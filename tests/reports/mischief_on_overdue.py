"""Mischief on what was reminded of, and what is disputed."""

from uuid import uuid4

from storno.core.ids import new_id
from storno.documents.models import Standing
from storno.overdue.models import Charge, ChargeMet, Reminder, Waiver, WhyWaived
from storno.payments.models import Refund, RefundReversal
from tests.reports.mischief import CREDIT, Books, forge, says


@says("reminder_seal_broken")
def reminded_of_more(books: Books) -> None:
    books.all(Reminder).filter(by_hand=False).update(open_minor=1)


@says("reminder_without_invoice", "reminder_untold")
def a_reminder_of_a_credit_note(books: Books) -> None:
    forge(books.all(Reminder).first(), invoice_id=books.id(CREDIT))
    books.seal()


@says("reminder_unfounded")
def a_reminder_is_gone(books: Books) -> None:
    books.all(Reminder).filter(by_hand=True, charges_minor=0).delete()


@says("reminder_untold", "reminder_unfounded")
def a_reminder_under_another_name(books: Books) -> None:
    books.all(Reminder).filter(by_hand=True, charges_minor=0).update(id=uuid4())
    books.seal()


@says("dispute_wrong")
def a_dispute_is_forgotten(books: Books) -> None:
    books.all(Standing).exclude(dispute="").update(disputed_at=None, dispute="")


@says("charge_seal_broken")
def charged_more(books: Books) -> None:
    charge = books.all(Charge).first()
    books.all(Charge).filter(id=charge.id).update(amount_minor=charge.amount_minor + 1)


@says("charge_without_reminder", "charge_untold")
def charged_by_no_reminder_of_it(books: Books) -> None:
    charge = books.all(Charge).first()
    other = books.all(Reminder).exclude(invoice_id=charge.invoice_id).first()
    forge(charge, id=new_id(), reminder_id=other.id)
    books.seal()


@says("refund_meets_no_charge")
def what_paid_a_charge_is_forgotten(books: Books) -> None:
    books.all(ChargeMet).filter(id=books.all(ChargeMet).first().id).delete()


@says("charge_outlives_invoice", "charge_untold")
def a_charge_is_asked_for_though_its_invoice_is_credited(books: Books) -> None:
    books.all(Waiver).filter(why=WhyWaived.CREDITED).delete()


@says("charge_paid_though_waived", "charge_untold")
def a_paid_charge_is_given_up_and_not_owed_back(books: Books) -> None:
    back = books.all(RefundReversal).values("refund_id")
    met = books.all(ChargeMet).exclude(refund_id__in=back).first()
    waiver = books.all(Waiver).first()
    forge(waiver, id=new_id(), charge_id=met.charge_id)
    books.seal()


@says("charge_met_by_nothing", "refund_meets_no_charge")
def a_charge_is_met_by_a_refund_of_its_own_way(books: Books) -> None:
    met = books.all(ChargeMet).first()
    other = books.all(Refund).exclude(way="charges").first()
    books.all(ChargeMet).filter(id=met.id).update(refund_id=other.id)
    books.seal()


@says("charge_paid_too_much")
def less_was_charged_than_was_paid(books: Books) -> None:
    back = books.all(RefundReversal).values("refund_id")
    met = books.all(ChargeMet).exclude(refund_id__in=back).first()
    books.all(Charge).filter(id=met.charge_id).update(amount_minor=1)
    books.seal()
