"""Mischief on what was given back, used for another invoice, or moved to one."""

from typing import Any
from uuid import uuid4

from storno.ledger.models import Transfer
from storno.payments.models import Payment, Refund, RefundReversal, Reversal
from tests.reports.mischief import CREDIT, INVOICE, Books, forge, says


def _offset(books: Books) -> Any:
    """The refund that pays another invoice and stands."""
    taken_back = books.all(RefundReversal).values("refund_id")
    return books.all(Refund).filter(way="offset").exclude(id__in=taken_back)


@says("moved_payment_differs", "moved_payment_doubled")
def a_payment_moved_from_where_it_still_is(books: Books) -> None:
    taken_back = books.all(Reversal).values("payment_id")
    still = books.all(Payment).filter(moved_from=None).exclude(id__in=taken_back)
    books.all(Payment).exclude(moved_from=None).update(moved_from=still.first())
    books.seal()


@says("refund_seal_broken")
def given_back_in_another_way(books: Books) -> None:
    books.all(Refund).filter(method="cash").update(method="bank_transfer")


@says("reversal_seal_broken")
def somebody_else_took_it_back(books: Books) -> None:
    books.all(RefundReversal).update(reversed_by=uuid4())


@says("posting_wrong", "posting_seal_broken", "balance_wrong")
def less_went_back(books: Books) -> None:
    given = books.all(Refund).filter(way="outside").values("id")
    books.all(Transfer).filter(posting_id__in=given).update(amount_minor=1)


@says("refund_without_invoice")
def a_refund_of_a_credit_note(books: Books) -> None:
    forge(books.all(Refund).filter(way="outside").first(), invoice_id=books.id(CREDIT))
    books.seal()


@says("reversal_without_refund")
def a_reversal_of_no_refund(books: Books) -> None:
    forge(books.all(RefundReversal).first(), refund_id=uuid4())
    books.seal()


@says("postings_underivable", "happening_missing")
def more_went_back_than_was_owed(books: Books) -> None:
    forge(books.all(Refund).filter(way="outside").first(), invoice_id=books.id(INVOICE), turn=1)
    books.seal()


@says("offset_pays_nothing", "posting_wrong", "standing_wrong")
def an_offset_that_paid_less(books: Books) -> None:
    books.all(Payment).filter(offset__in=_offset(books)).update(amount_minor=349)
    books.seal()


@says(
    *("offset_to_itself", "happening_missing", "happening_unfounded", "out_of_turn"),
    *("posting_without_source", "posting_wrong", "standing_wrong"),
)
def an_offset_that_pays_itself(books: Books) -> None:
    offset = _offset(books).get()
    books.all(Payment).filter(offset=offset).update(invoice_id=offset.invoice_id)
    books.seal()


@says("offset_half_reversed", "happening_missing", "posting_wrong", "standing_wrong")
def half_an_offset_taken_back(books: Books) -> None:
    paid = books.all(Payment).filter(offset__in=_offset(books)).get()
    forge(books.all(Reversal).first(), payment_id=paid.id)
    books.seal()


@says("offset_unbalanced", "balance_wrong", "posting_wrong")
def money_that_never_arrives(books: Books) -> None:
    offset = _offset(books).get()
    books.all(Transfer).filter(posting_id=offset.id).delete()
