"""Mischief on what was paid by card, or goes back to it."""

from uuid import uuid4

from storno.online.models import Checkout, Sending
from storno.payments.models import Refund
from tests.reports.mischief import Books, says


@says("card_money_not_booked")
def a_checkout_that_brought_more(books: Books) -> None:
    books.all(Checkout).filter(state="paid").update(brought_minor=999_999)


@says("refund_never_sent", "sending_without_refund")
def a_refund_that_nobody_sent(books: Books) -> None:
    books.all(Refund).filter(way="provider").update(source_id=uuid4())
    books.seal()


@says("sending_without_refund")
def a_failure_that_still_counts(books: Books) -> None:
    books.all(Sending).filter(state="asked").update(state="failed")


@says("more_sent_back_than_came", "refund_never_sent")
def more_back_than_came(books: Books) -> None:
    books.all(Sending).filter(state="asked").update(amount_minor=9_999_999)
