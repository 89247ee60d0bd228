"""Mischief on what was written off, or settled as a cent difference."""

from typing import Any
from uuid import uuid4

from storno.payments.models import Payment, Reversal, WriteOff, WriteOffReversal
from tests.reports.mischief import CREDIT, Books, forge, says


def standing_write_off(books: Books) -> Any:
    """What is written off and was not taken back."""
    asked_again = books.all(WriteOffReversal).values("write_off_id")
    return books.all(WriteOff).filter(kind="bad_debt_relieved").exclude(id__in=asked_again)


@says("write_off_seal_broken", "posting_wrong", "standing_wrong")
def written_off_with_its_vat(books: Books) -> None:
    standing_write_off(books).update(kind="bad_debt")


@says("standing_wrong", "posting_wrong")
def less_was_written_off(books: Books) -> None:
    standing_write_off(books).update(amount_minor=61_499)
    books.seal()


@says("write_off_without_invoice")
def a_write_off_of_a_credit_note(books: Books) -> None:
    row = standing_write_off(books).get()
    forge(row, invoice_id=books.id(CREDIT))
    books.seal()


@says("reversal_without_write_off")
def a_reversal_of_no_write_off(books: Books) -> None:
    forge(books.all(WriteOffReversal).first(), write_off_id=uuid4())
    books.seal()


@says("cents_of_other_payment")
def cents_settled_with_another_payment(books: Books) -> None:
    settled = books.all(WriteOff).exclude(payment=None)
    invoice_id = settled.values_list("invoice_id", flat=True).get()
    others = books.all(Payment).exclude(invoice_id=invoice_id)
    taken_back = books.all(Reversal).values("payment_id")
    settled.update(payment=others.exclude(id__in=taken_back).first())
    books.seal()


@says("cents_outlive_payment", "happening_missing", "posting_wrong", "standing_wrong")
def a_payment_taken_back_without_its_cents(books: Books) -> None:
    settled = books.all(WriteOff).exclude(payment=None).get()
    turn = settled.turn + 1
    forge(books.all(Reversal).first(), payment_id=settled.payment_id, turn=turn)
    books.seal()
