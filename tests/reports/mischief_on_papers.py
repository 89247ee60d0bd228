"""Mischief on documents, series and credit notes."""

from datetime import date, timedelta
from uuid import uuid4

from storno.documents.models import (
    Document,
    Line,
    Particulars,
    TaxSubtotal,
)
from storno.numbering.models import Series
from tests.reports.mischief import (
    CREDIT,
    INVOICE,
    LAST,
    LAST_CREDIT,
    SECOND_CREDIT,
    Books,
    forge,
    says,
)

# --- A document for itself


@says("form_unknown")
def a_form_of_the_future(books: Books) -> None:
    books.of(INVOICE, Document).update(form=9)


@says("seal_broken")
def a_note_in_the_margin(books: Books) -> None:
    books.of(INVOICE, Line).update(source_kind="session")


@says("chain_broken", "seal_broken")
def a_seal_of_its_own(books: Books) -> None:
    books.of(INVOICE, Document).update(seal=bytes(32))


@says("series_wrong", "seal_broken")
def a_seal_of_its_own_at_the_end(books: Books) -> None:
    books.of(LAST, Document).update(seal=bytes(32))


@says("personal_parts_missing")
def personal_parts_gone_without_a_word(books: Books) -> None:
    books.of(INVOICE, Particulars).delete()


@says("personal_parts_changed")
def another_buyer(books: Books) -> None:
    particulars = books.of(INVOICE, Particulars).get()
    particulars.parts["buyer"]["name"] = "Scrooge McDuck"
    particulars.save(using="owner")


@says("personal_parts_changed")
def another_row_for_the_personal_parts(books: Books) -> None:
    books.of(INVOICE, Particulars).update(id=uuid4())


@says("series_missing")
def a_series_gone(books: Books) -> None:
    books.all(Series).filter(kind="credit_note", year=2027).delete()


@says("series_wrong")
def a_series_of_nothing(books: Books) -> None:
    forge(books.all(Series).filter(kind="invoice", year=2027).get(), year=2028)


@says("series_wrong")
def a_counter_put_forward(books: Books) -> None:
    books.all(Series).filter(kind="invoice", year=2027).update(next_number=9)


@says("number_misspelt", "happening_missing", "happening_unfounded")
def a_number_written_otherwise(books: Books) -> None:
    books.of(INVOICE, Document).update(number="2026-1")
    books.seal()


@says("number_misspelt", "number_given_twice", "happening_missing", "happening_unfounded")
def a_number_given_twice(books: Books) -> None:
    books.of(LAST, Document).update(number="2027-0001")
    books.seal()


@says("number_gap", "series_wrong", "happening_missing", "happening_unfounded")
def a_number_left_out(books: Books) -> None:
    books.of(LAST, Document).update(sequence=3, number="2027-0003")
    books.seal()


@says("series_of_another_kind", "number_misspelt", "series_wrong")
def an_invoice_among_the_credit_notes(books: Books) -> None:
    series = books.all(Series).get(kind="credit_note", year=2027)
    books.of(LAST, Document).update(series_id=series.id)
    books.seal()


@says(
    *("series_of_another_year", "number_misspelt", "series_wrong", "out_of_order"),
    *("standing_wrong", "posting_wrong"),
)
def a_day_in_another_year(books: Books) -> None:
    books.of(LAST, Document).update(issued_on=date(2026, 12, 31))
    books.seal()


@says("out_of_order", "series_wrong")
def a_moment_before_its_predecessor(books: Books) -> None:
    document = books.of(LAST, Document)
    document.update(issued_at=document.get().issued_at - timedelta(days=60))
    books.seal()


@says("totals_wrong", "standing_wrong")
def a_total_that_does_not_add_up(books: Books) -> None:
    books.of(INVOICE, Document).update(payable_minor=1)
    books.seal()


@says("no_lines", "totals_wrong", "tax_wrong", "personal_parts_changed")
def a_document_without_lines(books: Books) -> None:
    books.of(INVOICE, Line).delete()
    books.seal()


@says("line_amount_wrong")
def another_quantity(books: Books) -> None:
    books.of(INVOICE, Line).update(quantity=2)
    books.seal()


@says("tax_wrong", "posting_wrong")
def a_group_of_another_rate(books: Books) -> None:
    books.of(INVOICE, TaxSubtotal).update(tax_rate=24)
    books.seal()


@says("tax_wrong")
def a_line_of_another_rate(books: Books) -> None:
    books.of(INVOICE, Line).update(tax_rate=24)
    books.seal()


@says("line_amount_wrong", "tax_wrong")
def a_discount_on_the_sly(books: Books) -> None:
    books.of(INVOICE, Line).update(discount_percent=10, amount_minor=1)
    books.seal()


@says("tax_wrong", "postings_underivable")
def a_category_that_there_is_not(books: Books) -> None:
    books.of(INVOICE, TaxSubtotal).update(tax_category="luxury")
    books.seal()


# --- Credit notes


@says("credit_note_between_others")
def a_credit_note_for_another_client(books: Books) -> None:
    books.of(CREDIT, Document).update(recipient_id=uuid4())
    books.seal()


@says("credit_note_before_invoice", "out_of_order", "posting_wrong")
def a_credit_note_before_its_invoice(books: Books) -> None:
    books.of(SECOND_CREDIT, Document).update(issued_on=date(2026, 6, 16))
    books.seal()


@says("credits_no_line")
def a_credited_line_that_is_nowhere(books: Books) -> None:
    books.of(CREDIT, Line).filter(position=0).update(corrects_line_id=uuid4(), quantity=1)
    books.of(SECOND_CREDIT, Line).filter(position=0).update(credited_quantity=0)
    books.seal()


@says("line_credited_too_much")
def more_of_a_line_than_there_was(books: Books) -> None:
    books.of(CREDIT, Line).filter(position=0).update(credited_quantity=3)
    books.seal()


@says("credited_tax_wrong", "line_amount_wrong", "line_credited_too_much")
def a_cent_more_credited(books: Books) -> None:
    line = books.of(CREDIT, Line).filter(position=1)
    line.update(amount_minor=line.get().amount_minor + 5)
    books.seal()


@says(
    *("credit_note_without_invoice", "standing_wrong", "posting_without_source"),
    "happening_unfounded",
)
def a_credit_note_on_a_credit_note(books: Books) -> None:
    books.of(LAST_CREDIT, Document).update(corrects_id=books.id(CREDIT))
    books.seal()
