"""Mischief on what was paid out, and on what the operator's books say of it."""

from uuid import uuid4

from storno.core.ids import new_id
from storno.ledger.models import Transfer
from storno.payouts.models import Instruction, Payout, PayoutBack, PayoutLeft
from tests.reports.mischief import Books, forge, says


@says("payout_seal_broken")
def paid_out_at_another_time(books: Books) -> None:
    books.all(PayoutLeft).update(noted_at="2026-01-01T00:00:00Z")


@says("payout_seal_broken", "instruction_without_payout")
def paid_out_to_somebody_else(books: Books) -> None:
    books.all(Payout).update(account="FI1410093000123458")


@says("posting_wrong")
def booked_as_if_it_had_left(books: Books) -> None:
    books.all(Transfer).filter(kind="payout", credit="ONWAY").update(credit="CBANK")
    books.seal()


@says("posting_without_source", "instruction_differs")
def it_never_came_back(books: Books) -> None:
    books.all(PayoutBack).first().delete()


@says("payout_missing", "transfer_without_invoice", "instruction_without_payout", "letter_astray")
def what_left_was_never_asked_for(books: Books) -> None:
    books.all(Payout).filter(id__in=books.all(PayoutLeft).values("payout_id")).delete()


@says("instruction_without_payout")
def the_bank_was_asked_for_more(books: Books) -> None:
    forge(books.all(Instruction).filter(state="on_the_way").first(), payout_id=uuid4())


@says("instruction_differs")
def the_operator_says_that_it_has_left(books: Books) -> None:
    books.all(Instruction).filter(state="on_the_way").update(state="left", left_by_id=new_id())
