"""Mischief by name: what somebody with the owner's rights could do, and what must be said of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from storno.archive.models import File
from storno.core.ids import new_id
from storno.documents.models import (
    Document,
    Draft,
    Erasure,
    Line,
    Particulars,
    Standing,
    TaxSubtotal,
)
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter
from storno.numbering.models import PaymentReference, Series
from storno.payments.models import Payment, Reversal
from tests.reports.tamper import reseal, rows

INVOICE, MIXED, LAST = "2026-0001", "2026-0002", "2027-0002"
CREDIT, SECOND_CREDIT, LAST_CREDIT = "2026-K1", "2026-K2", "2027-K1"


class Books:
    """The rows of one organization, as the owner sees them."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id

    def all(self, model: Any) -> Any:
        """All rows of a table."""
        return rows(model, self.organization_id)

    def id(self, number: str) -> UUID:
        """The id of a document."""
        found: UUID = self.all(Document).get(number=number).id
        return found

    def of(self, number: str, model: Any) -> Any:
        """The rows of a table that belong to a document."""
        columns = {Document: "id", Standing: "id", Transfer: "posting_id", Payment: "invoice_id"}
        column = columns.get(model, "subject_id" if model in (Letter, File) else "document_id")
        return self.all(model).filter(**{column: self.id(number)})

    def seal(self) -> None:
        """Seal everything anew, as a forger would."""
        reseal(self.organization_id)


Mischief = Callable[[Books], object]

MISCHIEFS: list[tuple[str, set[str], Mischief]] = []


def says(*codes: str) -> Callable[[Mischief], Mischief]:
    """Note a mischief and all that must be said of it."""

    def note(mischief: Mischief) -> Mischief:
        MISCHIEFS.append((mischief.__name__, set(codes), mischief))
        return mischief

    return note


def forge(row: Any, **values: Any) -> None:
    """Write a copy of a row with other values."""
    for name, value in ({"id": new_id()} | values).items():
        setattr(row, name, value)
    row.save(using="owner", force_insert=True)


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


@says("number_misspelt")
def a_number_written_otherwise(books: Books) -> None:
    books.of(INVOICE, Document).update(number="2026-1")
    books.seal()


@says("number_misspelt", "number_given_twice")
def a_number_given_twice(books: Books) -> None:
    books.of(LAST, Document).update(number="2027-0001")
    books.seal()


@says("number_gap", "series_wrong")
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


@says("credit_note_without_invoice", "standing_wrong", "posting_without_source")
def a_credit_note_on_a_credit_note(books: Books) -> None:
    books.of(LAST_CREDIT, Document).update(corrects_id=books.id(CREDIT))
    books.seal()


# --- The ledger


@says("posting_wrong", "posting_seal_broken", "balance_wrong")
def a_cent_less_in_a_transfer(books: Books) -> None:
    books.of(INVOICE, Transfer).filter(position=0).update(amount_minor=1)


@says("posting_wrong")
def revenue_booked_elsewhere(books: Books) -> None:
    books.of(INVOICE, Transfer).filter(position=0).update(credit="SALES[E,0]")
    books.seal()


@says("posting_wrong")
def booked_on_another_day(books: Books) -> None:
    books.of(INVOICE, Transfer).update(booked_on=date(2026, 6, 30))
    books.seal()


@says("posting_seal_broken")
def recorded_at_another_moment(books: Books) -> None:
    books.of(INVOICE, Transfer).update(recorded_at=datetime.fromisoformat("2026-06-16T09:13Z"))


@says("posting_without_source", "balance_wrong")
def a_posting_out_of_nothing(books: Books) -> None:
    forge(books.of(INVOICE, Transfer).first(), posting_id=uuid4())
    books.seal()


@says("transfer_without_invoice", "balance_wrong")
def a_transfer_on_nothing(books: Books) -> None:
    forge(books.of(INVOICE, Transfer).first(), posting_id=uuid4(), subject_id=uuid4())
    books.seal()


@says("payment_seal_broken")
def another_way_of_paying(books: Books) -> None:
    books.all(Payment).filter(method="bank_transfer").update(method="cash")


@says("reversal_seal_broken")
def somebody_else_reversed_it(books: Books) -> None:
    books.all(Reversal).update(reversed_by=uuid4())


@says("reversal_reason_changed")
def another_reason(books: Books) -> None:
    books.all(Reversal).update(reason="the client asked for it")


@says("posting_wrong", "standing_wrong")
def a_payment_out_of_nothing(books: Books) -> None:
    forge(books.all(Payment).first(), invoice_id=books.id(INVOICE))
    books.seal()


@says("payment_without_invoice")
def a_payment_for_a_credit_note(books: Books) -> None:
    forge(books.all(Payment).first(), invoice_id=books.id(CREDIT))
    books.seal()


@says("reversal_without_payment")
def a_reversal_of_nothing(books: Books) -> None:
    forge(books.all(Reversal).first(), payment_id=uuid4())
    books.seal()


# --- How invoices stand


@says("standing_missing", "balance_wrong")
def an_invoice_without_standing(books: Books) -> None:
    books.of(INVOICE, Standing).delete()


@says("standing_wrong")
def said_to_be_paid(books: Books) -> None:
    books.of(INVOICE, Standing).update(state="paid")


@says("standing_wrong", "balance_wrong")
def said_to_owe_less(books: Books) -> None:
    books.of(INVOICE, Standing).update(open_minor=1)


@says("standing_without_invoice")
def a_standing_of_nothing(books: Books) -> None:
    forge(books.of(INVOICE, Standing).get())


@says("hold_wrong")
def a_hold_that_nobody_pressed(books: Books) -> None:
    books.of(INVOICE, Standing).update(cancelling_at=datetime.fromisoformat("2026-07-01T00:00Z"))


@says("hold_wrong")
def a_held_credit_note_gone(books: Books) -> None:
    books.all(Draft).filter(kind="credit_note").delete()


@says("two_credit_notes_on_hold")
def two_credit_notes_on_hold(books: Books) -> None:
    forge(books.all(Draft).get(kind="credit_note"))


# --- Whatever belongs to them


@says("reference_not_in_directory")
def a_reference_that_leads_nowhere(books: Books) -> None:
    PaymentReference.objects.using("owner").filter(document_id=books.id(INVOICE)).delete()


@says("reference_astray", "reference_not_in_directory")
def a_reference_that_leads_to_another(books: Books) -> None:
    PaymentReference.objects.using("owner").filter(document_id=books.id(INVOICE)).update(
        document_id=books.id(MIXED)
    )


@says("letter_missing")
def a_letter_never_written(books: Books) -> None:
    books.of(LAST, Letter).delete()


@says("letter_astray", "letter_missing")
def a_letter_about_nothing(books: Books) -> None:
    books.of(LAST, Letter).update(subject_id=uuid4())


@says("file_missing")
def the_paper_gone(books: Books) -> None:
    books.of(INVOICE, File).delete()


@says("file_changed")
def another_paper(books: Books) -> None:
    books.of(INVOICE, File).update(content=b"%PDF-1.7 another")


@says("file_seal_broken")
def filed_at_another_moment(books: Books) -> None:
    books.of(INVOICE, File).update(filed_at=datetime.fromisoformat("2026-07-01T00:00Z"))


@says("file_astray", "file_missing")
def a_paper_of_nothing(books: Books) -> None:
    books.of(INVOICE, File).update(subject_id=uuid4())
    books.seal()


@says("draft_outlived_its_issue")
def a_draft_that_was_issued(books: Books) -> None:
    issued = books.all(Document).get(number=INVOICE).draft_id
    forge(books.all(Draft).filter(kind="invoice").first(), id=issued)


@says("draft_has_consequences", "letter_astray")
def a_draft_that_was_mailed(books: Books) -> None:
    draft = books.all(Draft).filter(kind="invoice").first()
    forge(books.of(LAST, Letter).first(), subject_id=draft.id)


# --- Erasure


def _erase(books: Books, *, on: str = "2040-01-01", **values: Any) -> None:
    """Erase the first invoice by hand, without the function that alone may do it."""
    id_ = books.id(INVOICE)
    letters = books.of(INVOICE, Letter)
    books.all(File).filter(subject_id__in=[*letters.values_list("id", flat=True), id_]).delete()
    letters.delete()
    books.of(INVOICE, Particulars).delete()
    erasure = Erasure(
        organization_id=books.organization_id,
        id=id_,
        document_id=id_,
        erased_at=datetime.fromisoformat(f"{on}T12:00Z"),
    )
    forge(erasure, **({"id": id_} | values))


@says()
def erased_as_the_law_wants_it(books: Books) -> None:
    _erase(books)


@says("erased_too_early")
def erased_on_the_last_day(books: Books) -> None:
    _erase(books, on="2032-12-31")


@says("erasure_unfinished")
def a_record_of_another_document(books: Books) -> None:
    _erase(books, id=uuid4())


@says("erasure_unfinished")
def personal_parts_left_behind(books: Books) -> None:
    particulars = books.of(INVOICE, Particulars).get()
    _erase(books)
    forge(particulars, id=books.id(INVOICE))


@says("erasure_unfinished")
def a_paper_left_behind(books: Books) -> None:
    paper = books.of(INVOICE, File).get()
    _erase(books)
    forge(paper)
    books.seal()
