"""Mischief on refund cases."""

from uuid import uuid4

from storno.cases.models import Approval, Confirmation, RefundCase
from storno.core.ids import new_id
from storno.documents.models import Document, Draft
from tests.reports.mischief import Books, forge, says


@says("refund_case_seal_broken")
def another_sum_was_confirmed(books: Books) -> None:
    books.all(Confirmation).update(amount_minor=1)


@says("refund_case_missing")
def a_case_that_is_gone(books: Books) -> None:
    books.all(RefundCase).delete()


@says("approval_of_nothing")
def approved_without_a_word(books: Books) -> None:
    books.all(Confirmation).delete()


@says("approval_missing")
def nobody_has_approved(books: Books) -> None:
    books.all(Approval).first().delete()


@says("approval_of_another_invoice", "approval_missing")
def approved_for_another_invoice(books: Books) -> None:
    case = books.all(RefundCase).first()
    credited = books.all(Document).filter(kind="credit_note").exclude(corrects_id=case.invoice_id)
    forge(books.all(Approval).first(), id=new_id(), press_id=credited.first().draft_id)
    books.seal()


@says("held_credit_without_approval")
def held_as_if_customer_service_had_made_it(books: Books) -> None:
    books.all(Draft).filter(kind="credit_note").update(desk_case_id=uuid4())
