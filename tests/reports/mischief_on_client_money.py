"""Mischief on what was set aside of client money, and on where it goes."""

from uuid import uuid4

from storno.core.ids import new_id
from storno.custody.models import (
    PayoutAccount,
    Released,
    Return,
    SetAside,
    SetAsideReversal,
    TaxRepayment,
    ToPayer,
    ToPayerReversal,
)
from storno.ledger.models import Transfer
from tests.reports.mischief import Books, forge, says


@says("payout_account_seal_broken")
def money_goes_elsewhere(books: Books) -> None:
    books.all(PayoutAccount).update(account="FI1410093000123458")


@says("payout_account_untold")
def an_account_that_nobody_entered(books: Books) -> None:
    forge(books.all(PayoutAccount).first(), id=new_id())
    books.seal()


@says("payout_account_missing", "letter_astray")
def an_account_that_is_gone(books: Books) -> None:
    books.all(PayoutAccount).first().delete()


@says("split_seal_broken")
def set_aside_at_another_time(books: Books) -> None:
    books.all(SetAsideReversal).update(made_at="2026-01-01T00:00:00Z")


@says("split_wrong")
def less_tax_and_more_to_pay_out(books: Books) -> None:
    returned = books.all(Return).first()
    books.all(Return).filter(id=returned.id).update(vat_minor=returned.vat_minor + 1)
    books.seal()


@says("posting_wrong", "posting_seal_broken")
def more_is_payable(books: Books) -> None:
    mine = books.all(Transfer).filter(kind="tax_return", credit="PAYABLE")
    books.all(Transfer).filter(id=mine.first().id).update(amount_minor=1)


@says("set_aside_missing", "posting_without_source", "split_astray", "letter_astray")
def nothing_was_set_aside(books: Books) -> None:
    returned = books.all(Return).first()
    of_it = books.all(SetAside).filter(invoice_id=returned.invoice_id)
    backs = books.all(SetAsideReversal).filter(invoice_id=returned.invoice_id)
    backs.delete()
    of_it.delete()


@says("set_aside_stays", "posting_without_source")
def the_money_is_gone_and_what_was_set_aside_is_not(books: Books) -> None:
    books.all(SetAsideReversal).first().delete()


@says("return_missing", "posting_without_source")
def what_was_withheld_stays_withheld(books: Books) -> None:
    books.all(Return).first().delete()


@says("split_astray")
def set_aside_for_nothing(books: Books) -> None:
    forge(books.all(SetAside).first(), id=new_id(), cause_id=uuid4())
    books.seal()


@says("tax_seal_broken")
def the_tax_office_paid_back_by_another_entry(books: Books) -> None:
    books.all(TaxRepayment).update(entry_id=new_id())


@says("posting_without_source", "transfer_without_invoice")
def nothing_was_released(books: Books) -> None:
    books.all(Released).first().delete()


@says("released_too_much", "posting_wrong")
def more_is_released_than_waited(books: Books) -> None:
    forge(books.all(Released).first(), amount_minor=10_000_000)
    books.seal()


@says("posting_wrong")
def paid_back_for_the_wrong_tax(books: Books) -> None:
    books.all(Transfer).filter(kind="tax_repaid", credit="VATRES").update(credit="PREP")
    books.seal()


@says("split_seal_broken")
def it_goes_back_to_somebody_else(books: Books) -> None:
    books.all(ToPayer).update(payee="Mallory", account="FI2112345600000785")


@says("to_payer_stays", "posting_without_source")
def it_goes_back_though_it_does_not_count(books: Books) -> None:
    reversal = books.all(ToPayerReversal).first()
    books.all(ToPayerReversal).filter(id=reversal.id).delete()


@says("to_payer_astray", "to_payer_stays", "posting_without_source")
def nothing_goes_back_though_it_counts(books: Books) -> None:
    reversal = books.all(ToPayerReversal).first()
    books.all(ToPayerReversal).filter(id=reversal.id).delete()
    books.all(ToPayer).filter(id=reversal.to_payer_id).delete()
