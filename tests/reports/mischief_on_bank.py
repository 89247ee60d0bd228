"""Mischief on what banks told, and on what it has met."""

from typing import Any
from uuid import uuid4

from storno.bank.models import BankFile, Entry, Match, MatchReversal
from storno.ledger.models import Transfer
from storno.payments.models import Payment
from tests.reports.mischief import Books, forge, says


def _standing(books: Books) -> Any:
    """The match that stands."""
    undone = books.all(MatchReversal).values("match_id")
    return books.all(Match).exclude(id__in=undone)


def _waiting(books: Books) -> Any:
    """The transfers of the entry that waits."""
    waits = books.all(Entry).filter(state="queued").values("id")
    return books.all(Transfer).filter(subject_id__in=waits)


@says("bank_file_sums_wrong")
def an_entry_that_no_file_brought(books: Books) -> None:
    forge(books.all(Entry).filter(state="aside").first(), key="forged")
    books.all(Transfer).filter(subject_id=books.all(Entry).get(key="forged").id).delete()


@says("bank_file_sums_wrong")
def a_file_with_fewer_entries(books: Books) -> None:
    books.all(BankFile).update(new=4)


@says("match_seal_broken")
def somebody_else_matched(books: Books) -> None:
    books.all(Match).update(matched_by=uuid4())


@says("match_reversal_seal_broken")
def somebody_else_undid_a_match(books: Books) -> None:
    books.all(MatchReversal).update(reversed_by=uuid4())


@says("match_astray", "entry_match_missing")
def an_entry_matched_by_another_match(books: Books) -> None:
    books.all(Entry).filter(match_id__in=_standing(books).values("id")).update(match_id=uuid4())


@says("match_without_payment")
def a_match_that_brought_another_payment(books: Books) -> None:
    match = _standing(books).get()
    books.all(Payment).filter(id=match.payment_id).update(source_id=uuid4())
    books.seal()


@says("match_reversal_astray")
def the_end_of_no_match(books: Books) -> None:
    forge(books.all(MatchReversal).first(), match_id=uuid4())
    books.seal()


@says("match_half_undone", "match_astray")
def a_match_undone_without_its_payment(books: Books) -> None:
    books.all(MatchReversal).filter(returned_by=None).delete()


@says("waiting_unbooked")
def an_entry_that_waits_in_no_book(books: Books) -> None:
    _waiting(books).filter(kind="waits").last().delete()


@says("waiting_unbooked", "aside_unbooked")
def what_waits_is_said_to_be_the_operators_own(books: Books) -> None:
    _waiting(books).filter(kind="waits", credit="UNMATCHED").update(kind="aside", credit="ASIDE")
    books.seal()


@says("waiting_posting_wrong", "posting_seal_broken", "waiting_unbooked")
def less_waits(books: Books) -> None:
    _waiting(books).update(amount_minor=1)


@says("waiting_posting_wrong", "waiting_unbooked")
def less_waits_and_is_sealed(books: Books) -> None:
    _waiting(books).update(amount_minor=1)
    books.seal()
