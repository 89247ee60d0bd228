"""What belongs to nothing, what is missing, and the sums of it all: one statement a rule."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, NullIf

from storno.archive.models import File, FileKind
from storno.bank.models import Entry
from storno.cases.models import Approval, RefundCase
from storno.custody.models import PayoutAccount, Released, SetAside, TaxRepayment
from storno.diary.bill import SESSION
from storno.diary.models import Booking, Series
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.models import Document, Draft, DraftLine, Erasure, Kind, Line, Standing, State
from storno.history.models import Event
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter, LetterState
from storno.numbering.models import PaymentReference
from storno.organizations.models import Channel, Method, Settings
from storno.organizations.sealed import is_whole
from storno.organizations.tenant import TenantModel
from storno.payouts.models import Payout
from storno.reports.verify.dossier import Books
from storno.reports.verify.violation import Violation
from storno.support.models import Conversation, Waiting
from storno.support.tell import WAITING_LETTER

Row = TypeVar("Row", bound=TenantModel)


def prove_loose_ends(books: Books) -> Iterator[Violation]:
    """Every rule that needs no dossier."""
    yield from _without_invoice(books)
    yield from _seals(books)
    yield from _references(books)
    yield from _letters(books)
    yield from _files(books)
    yield from _erasures(books)
    yield from _drafts(books)
    yield from _billed_twice(books)
    yield from _leaving_by_themselves(books)


def found(code: str, sentence: str, rows: QuerySet[Any], *facts: str) -> Iterator[Violation]:
    """One violation for each row, its facts filled into the sentence."""
    for id_, *values in rows.values_list("id", *facts).iterator():
        yield Violation(code, id_, sentence.format(*values))


def having(rows: QuerySet[Row], **match: str) -> Exists:
    """Whether there is such a row for the outer one; columns by the outer one's names."""
    return Exists(rows.filter(**{name: OuterRef(column) for name, column in match.items()}))


def _without_invoice(books: Books) -> Iterator[Violation]:
    invoices = books.rows(Document).filter(kind=Kind.INVOICE)
    yield from found(
        "credit_note_without_invoice",
        "Credit note {} corrects no invoice.",
        books.rows(Document).exclude(kind=Kind.INVOICE).filter(~having(invoices, id="corrects_id")),
        "number",
    )
    yield from found(
        "transfer_without_invoice",
        "A transfer ({}) is on no invoice, no entry of the bank, no payout and nothing of taxes.",
        books.rows(Transfer).filter(
            ~having(invoices, id="subject_id"),
            ~having(books.rows(Entry), id="subject_id"),
            ~having(books.rows(Payout), id="subject_id"),
            ~having(books.rows(Released), id="subject_id"),
            ~having(books.rows(TaxRepayment), id="subject_id"),
        ),
        "kind",
    )
    yield from found(
        "standing_without_invoice",
        "A standing is that of no invoice.",
        books.rows(Standing).filter(~having(invoices, id="id")),
    )


def _seals(books: Books) -> Iterator[Violation]:
    """The rows that vouch for themselves and that belong to more than invoices."""
    for what, rows in (
        ("happening", books.rows(Event)),
        ("letter", books.rows(Letter)),
        ("file", books.rows(File).defer("content")),
    ):
        for row in rows.iterator():
            if not is_whole(row):
                yield Violation(
                    f"{what}_seal_broken", row.id, f"A {what} ({row.kind}) is not what was sealed."
                )


def _references(books: Books) -> Iterator[Violation]:
    """The directory leads each payment reference to its document, and nowhere else."""
    directory = PaymentReference.objects.using(books.database).filter(
        organization_id=books.organization_id
    )
    documents = books.rows(Document)
    yield from found(
        "reference_not_in_directory",
        "The payment reference of {} leads nowhere: a payment with it would not be found.",
        documents.exclude(payment_reference="").filter(
            ~Exists(
                directory.filter(
                    document_id=OuterRef("id"),
                    account=OuterRef("payment_account"),
                    reference=OuterRef("payment_reference"),
                )
            )
        ),
        "number",
    )
    bearing = {
        "id": "document_id",
        "payment_account": "account",
        "payment_reference": "reference",
    }
    yield from found(
        "reference_astray",
        "The payment reference {} leads to a document that does not bear it.",
        directory.filter(~having(documents, **bearing)),
        "reference",
    )


def _letters(books: Books) -> Iterator[Violation]:
    """What goes by e-mail has a letter, handed over as well or not; letters have a subject."""
    letters = books.rows(Letter).filter(kind=DOCUMENT_LETTER)
    yield from found(
        "letter_missing",
        "{} was to be sent by e-mail, but there is no letter.",
        books.rows(Document)
        .filter(channel=Channel.EMAIL)
        .filter(
            ~having(letters, subject_id="id"),
            ~having(books.rows(Erasure), document_id="id"),
        ),
        "number",
    )
    yield from found(
        "letter_astray",
        "A letter ({}) is about nothing that there is.",
        books.rows(Letter)
        .exclude(Exists(Waiting.objects.filter(id=OuterRef("subject_id"))), kind=WAITING_LETTER)
        .filter(
            ~having(books.rows(Document), id="subject_id"),
            ~having(books.rows(Booking), id="subject_id"),
            ~having(books.rows(Series), id="subject_id"),
            ~having(books.rows(Conversation), id="subject_id"),
            ~having(books.rows(SetAside), id="subject_id"),
            ~having(books.rows(PayoutAccount), id="subject_id"),
            ~having(books.rows(Payout), id="subject_id"),
            ~having(books.rows(RefundCase), id="subject_id"),
            ~having(books.rows(Approval), id="subject_id"),
            ~having(books.rows(Settings), id="subject_id"),
        ),
        "kind",
    )


def _files(books: Books) -> Iterator[Violation]:
    """Contents are hashed where they lie."""
    files = books.rows(File)
    yield from found(
        "file_changed",
        "The content of a file ({}) is not that of its SHA-256.",
        files.exclude(sha256=Func(F("content"), function="sha256")),
        "kind",
    )
    yield from found(
        "file_astray",
        "A file ({}) belongs to no document and no letter.",
        files.filter(
            ~having(books.rows(Document), id="subject_id"),
            ~having(books.rows(Letter), id="subject_id"),
        ),
        "kind",
    )
    sent = books.rows(Letter).filter(kind=DOCUMENT_LETTER, state=LetterState.SENT)
    yield from found(
        "file_missing",
        "{} was sent, but its PDF is not on file.",
        books.rows(Document)
        .filter(having(sent, subject_id="id"))
        .filter(
            ~having(files.filter(kind=FileKind.PDF), subject_id="id"),
            ~having(books.rows(Erasure), document_id="id"),
        ),
        "number",
    )


def _erasures(books: Books) -> Iterator[Violation]:
    """Nothing personal is left of what was erased."""
    yield from found(
        "erasure_unfinished",
        "{} is recorded as erased, but files or letters of it are still there.",
        books.rows(Document)
        .filter(having(books.rows(Erasure), document_id="id"))
        .filter(
            Q(having(books.rows(File), subject_id="id"))
            | Q(having(books.rows(Letter), subject_id="id"))
        ),
        "number",
    )


def _drafts(books: Books) -> Iterator[Violation]:
    """A draft has no number, no transfers and no letters: nothing has happened yet."""
    drafts = books.rows(Draft)
    yield from found(
        "draft_outlived_its_issue",
        "A draft that has been issued is still there.",
        drafts.filter(having(books.rows(Document), draft_id="id")),
    )
    letters = books.rows(Letter).filter(kind=DOCUMENT_LETTER)
    yield from found(
        "draft_has_consequences",
        "A draft has transfers or letters, although nothing may have happened yet.",
        drafts.filter(
            Q(having(books.rows(Transfer), posting_id="id")) | Q(having(letters, subject_id="id"))
        ),
    )


def _billed_twice(books: Books) -> Iterator[Violation]:
    """What is left of invoices bills a session once, and one draft bills it.

    One that was credited in part and the one for the rest stand beside each other; together they
    bill no more than one of them did at first.
    """
    stands = having(books.rows(Standing).exclude(state=State.CREDITED), id="document_id")
    of_sessions = books.rows(Line).filter(source_kind=SESSION, source_id__isnull=False)
    invoiced, credited = Q(corrects_line=None), Q(corrects_line__isnull=False)
    billed = of_sessions.annotate(stands=stands).values("source_id")
    twice = billed.annotate(
        invoices=Count("document_id", filter=invoiced & Q(stands=True), distinct=True),
        largest=Max("amount_minor", filter=invoiced & Q(stands=True)),
        left=Coalesce(Sum("amount_minor", filter=invoiced), 0)
        - Coalesce(Sum("amount_minor", filter=credited), 0),
    ).filter(invoices__gt=1, left__gt=F("largest"))
    yield from _of_sessions(
        "session_invoiced_twice",
        "Invoices that stand bill the same session, together with more than it costs.",
        twice,
    )
    drafted = books.rows(DraftLine).filter(source_kind=SESSION, source_id__isnull=False)
    yield from _of_sessions(
        "session_drafted_twice",
        "Two drafts bill the same session.",
        drafted.values("source_id")
        .annotate(drafts=Count("draft_id", distinct=True))
        .filter(drafts__gt=1),
    )


def _leaving_by_themselves(books: Books) -> Iterator[Violation]:
    """A draft goes out by itself only where its session is invoiced so (`diary/method.py`)."""
    its_own = books.rows(Booking).filter(id=OuterRef("source_id")).values("method")
    says = Coalesce(
        NullIf(Subquery(its_own[:1]), Value("")),
        NullIf(F("draft__recipient__method"), Value("")),
        Subquery(books.rows(Settings).values("method")[:1]),
    )
    leaving = books.rows(DraftLine).filter(source_kind=SESSION, draft__issues_at__isnull=False)
    yield from _of_sessions(
        "draft_leaves_unasked",
        "The draft of a session goes out by itself, although it is invoiced otherwise.",
        leaving.annotate(says=says).exclude(says=Method.AUTOMATIC),
    )


def _of_sessions(code: str, sentence: str, rows: QuerySet[Any, Any]) -> Iterator[Violation]:
    """One violation for each session."""
    for session_id in rows.values_list("source_id", flat=True).iterator():
        yield Violation(code, session_id, sentence)
