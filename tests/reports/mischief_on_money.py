"""Mischief on the ledger, on standings, and on what belongs to documents."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from storno.archive.models import File
from storno.documents.models import (
    Document,
    Draft,
    DraftLine,
    Erasure,
    HandedOver,
    Line,
    Particulars,
    Standing,
)
from storno.history.models import Event
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter
from storno.numbering.models import PaymentReference
from storno.payments.models import Payment, Reversal
from tests.reports.mischief import (
    CREDIT,
    INVOICE,
    LAST,
    MIXED,
    PART_PAID,
    Books,
    forge,
    says,
)

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


@says("posting_wrong", "standing_wrong", "happening_missing")
def a_payment_out_of_nothing(books: Books) -> None:
    forge(books.all(Payment).first(), invoice_id=books.id(INVOICE), turn=1)
    books.seal()


@says("out_of_turn")
def a_payment_that_jumped_the_queue(books: Books) -> None:
    books.of(PART_PAID, Payment).update(turn=2)
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
def a_hold_over_another_amount(books: Books) -> None:
    books.all(Standing).filter(cancelling_at__isnull=False).update(cancelling_minor=1)


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
    books.seal()


@says("letter_seal_broken")
def a_letter_to_somebody_else(books: Books) -> None:
    books.of(LAST, Letter).update(to_address="scrooge@example.com")


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
    books.seal()


@says("session_invoiced_twice")
def a_session_that_two_invoices_bill(books: Books) -> None:
    whole = books.all(Standing).filter(credited_minor=0, payable_minor__gt=0)
    two = list(whole.order_by("id").values_list("id", flat=True)[:2])
    billing = books.all(Line).filter(document_id__in=two)
    billing.update(source_kind="session", source_id=uuid4())
    books.seal()


@says("session_drafted_twice")
def a_session_that_two_drafts_bill(books: Books) -> None:
    books.all(DraftLine).update(source_kind="session", source_id=uuid4())


@says("draft_leaves_unasked")
def a_draft_that_nobody_lets_go(books: Books) -> None:
    draft = books.all(Draft).filter(kind="invoice", external_at=None).first()
    draft.lines.update(source_kind="session", source_id=uuid4())
    books.all(Draft).filter(id=draft.id).update(issues_at=draft.created_at)


# --- History


@says("happening_missing")
def an_issue_that_nobody_remembers(books: Books) -> None:
    books.all(Event).filter(kind="invoice.issued", subject_id=books.id(INVOICE)).delete()


@says("happening_unfounded")
def an_issue_told_twice(books: Books) -> None:
    forge(books.all(Event).get(kind="invoice.issued", subject_id=books.id(INVOICE)))
    books.seal()


@says("happening_seal_broken")
def somebody_else_entered_the_client(books: Books) -> None:
    books.all(Event).filter(kind="client.saved").update(person_id=uuid4())


@says("handed_over_seal_broken")
def somebody_else_handed_it_over(books: Books) -> None:
    books.all(HandedOver).update(by=uuid4())


@says("happening_unfounded")
def never_handed_over(books: Books) -> None:
    books.of(PART_PAID, HandedOver).delete()


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
    happened = books.all(Event).get(kind="invoice.issued", subject_id=id_)
    forge(happened, kind="document.erased", at=erasure.erased_at)
    books.seal()


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
