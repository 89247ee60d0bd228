"""Money that belongs to nothing, and the sums of it all: one statement a rule."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import F, Sum

from storno.documents.models import Document, Kind
from storno.ledger.journal import OFFSET, RECEIVABLE, REFUND, UNAPPLIED
from storno.ledger.models import Transfer
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    RefundWay,
    Reversal,
    WriteOff,
    WriteOffReversal,
)
from storno.reports.verify.dossier import Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation


def prove_money(books: Books) -> Iterator[Violation]:
    """Every rule about money that needs no dossier."""
    yield from _without_invoice(books)
    yield from _offsets(books)
    yield from _moved(books)
    yield from _cents(books)
    yield from _balances(books)


def _without_invoice(books: Books) -> Iterator[Violation]:
    invoices = books.rows(Document).filter(kind=Kind.INVOICE)
    for what, rows in (
        ("payment", books.rows(Payment)),
        ("refund", books.rows(Refund)),
        ("write_off", books.rows(WriteOff)),
    ):
        yield from found(
            f"{what}_without_invoice",
            f"A {what.replace('_', '-')} is for no invoice.",
            rows.filter(~having(invoices, id="invoice_id")),
        )
    yield from found(
        "reversal_without_payment",
        "A reversal is of no payment.",
        books.rows(Reversal).filter(~having(books.rows(Payment), id="payment_id")),
    )
    yield from found(
        "reversal_without_refund",
        "A reversal is of no refund.",
        books.rows(RefundReversal).filter(~having(books.rows(Refund), id="refund_id")),
    )
    yield from found(
        "reversal_without_write_off",
        "A reversal is of no write-off.",
        books.rows(WriteOffReversal).filter(~having(books.rows(WriteOff), id="write_off_id")),
    )


def _cents(books: Books) -> Iterator[Violation]:
    """Cents settled with a payment are on its invoice, and are taken back with it."""
    settled = books.rows(WriteOff).exclude(payment=None)
    payments = books.rows(Payment)
    yield from found(
        "cents_of_other_payment",
        "A cent difference was settled with a payment of another invoice.",
        settled.filter(~having(payments, id="payment_id", invoice_id="invoice_id")),
    )
    gone = having(books.rows(Reversal), payment_id="payment_id")
    asked_again = having(books.rows(WriteOffReversal), write_off_id="id")
    yield from found(
        "cents_outlive_payment",
        "A payment was reversed, but not the cent difference that was settled with it.",
        settled.filter(gone, ~asked_again),
    )


def _offsets(books: Books) -> Iterator[Violation]:
    """What is used for another invoice leaves the one and pays the other, to the cent."""
    paid = books.rows(Payment).exclude(offset=None)
    used = books.rows(Refund).filter(way=RefundWay.OFFSET)
    yield from found(
        "offset_pays_nothing",
        "What was owed back was used for another invoice, but no payment of it is there.",
        used.filter(~having(paid, offset_id="id", amount_minor="amount_minor")),
    )
    yield from found(
        "offset_to_itself",
        "What was owed back on an invoice pays the same invoice, or it is no offset.",
        paid.filter(offset__invoice_id=F("invoice_id")) | paid.exclude(offset__way="offset"),
    )
    reversed_payment = having(books.rows(Reversal), payment_id="id")
    reversed_refund = having(books.rows(RefundReversal), refund_id="offset_id")
    yield from found(
        "offset_half_reversed",
        "Of an offset only the one half was reversed.",
        paid.annotate(there=reversed_payment, here=reversed_refund).exclude(there=F("here")),
    )


def _moved(books: Books) -> Iterator[Violation]:
    """A payment that was moved was taken back where it had been entered, and is the same money."""
    moved = books.rows(Payment).exclude(moved_from=None)
    like = {"id": "moved_from_id", "amount_minor": "amount_minor", "paid_on": "paid_on"}
    yield from found(
        "moved_payment_differs",
        "A payment was moved, but from its own invoice, or it is not the same money.",
        moved.filter(~having(books.rows(Payment), **like))
        | moved.filter(moved_from__invoice_id=F("invoice_id")),
    )
    taken_back = having(books.rows(Reversal), payment_id="moved_from_id")
    yield from found(
        "moved_payment_doubled",
        "A payment was moved to another invoice, and still pays the first one as well.",
        moved.filter(~taken_back),
    )


def _balances(books: Books) -> Iterator[Violation]:
    """Receivables are what is open, and what is owed back is what the ledger owes.

    Nothing is on its way from one invoice to another.
    """
    receivable: Counter[str] = Counter()
    owed: Counter[str] = Counter()
    on_its_way: Counter[str] = Counter()
    for side, sign in (("debit", 1), ("credit", -1)):
        for currency, account, amount in (
            books.rows(Transfer)
            .filter(**{f"{side}__in": [RECEIVABLE, REFUND, UNAPPLIED, OFFSET]})
            .values_list("currency", side)
            .annotate(Sum("amount_minor"))
        ):
            if account == RECEIVABLE:
                receivable[currency] += sign * amount
            elif account == OFFSET:
                on_its_way[currency] += sign * amount
            else:
                owed[currency] -= sign * amount
    for currency in {*receivable, *owed, *books.open, *books.owed_back}:
        booked = (receivable[currency], owed[currency])
        stands = (books.open[currency], books.owed_back[currency])
        if booked != stands:
            yield Violation(
                "balance_wrong",
                books.organization_id,
                f"The ledger has receivables of {booked[0]} and owes {booked[1]} (in the minor "
                f"unit of {currency}); the invoices stand at {stands[0]} open and {stands[1]} owed "
                "back.",
            )
    for currency, amount in on_its_way.items():
        if amount:
            yield Violation(
                "offset_unbalanced",
                books.organization_id,
                f"{amount} (in the minor unit of {currency}) is on its way from one invoice to "
                "another and has not arrived.",
            )
