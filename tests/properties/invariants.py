"""What always holds of an organization's books, read from its rows and reckoned by the oracle.

I1 to I14 are the guarantees that ledgers of the trade give, as far as this house has them. The
product's own proof (`reports/verify`) must find nothing either.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from storno.bank.models import Entry, EntryState
from storno.core.canonical import salted_hash
from storno.custody.models import Return, SetAside, SetAsideReversal
from storno.documents.models import (
    Document,
    Draft,
    Kind,
    Line,
    Particulars,
    Standing,
    TaxSubtotal,
)
from storno.documents.seal import seal_of
from storno.history.models import Event
from storno.ledger.models import Transfer
from storno.ledger.post import seal_of as seal_of_posting
from storno.mailroom.models import Letter
from storno.numbering.models import PaymentReference, Series
from storno.organizations.scope import scope
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    Reversal,
    WriteOff,
    WriteOffReversal,
)
from storno.payouts.models import Payout, PayoutBack, PayoutLeft
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from storno.tax.category import TaxCategory
from tests.properties.oracle import Account, SoldLine
from tests.world import World

KINDS = {"bad_debt": "lost", "bad_debt_relieved": "relieved", "cent_difference": "rounded"}
"""What of the account a write-off adds to."""

WAITING = ("waits", "waits_no_more")
"""The kinds of postings of an entry of the bank that no invoice has yet."""

CUSTODY = ("set_aside", "set_aside_reversal", "tax_return")
"""The kinds of postings about client money, which stand beside those of the payment."""

MONEY = {"PROVIDER": "BANK", "HELD": "BANK"}
"""Where money lies that is not at the bank yet; the oracle knows one place."""


@dataclass
class Rows:
    """Every row that the invariants speak of."""

    documents: list[Document]
    lines: dict[UUID, list[Line]]
    subtotals: dict[UUID, list[TaxSubtotal]]
    particulars: dict[UUID, Particulars]
    standings: dict[UUID, Standing]
    transfers: list[Transfer]
    payments: list[Payment]
    reversals: list[Reversal]
    refunds: list[Refund]
    refund_reversals: list[RefundReversal]
    write_offs: list[WriteOff]
    write_off_reversals: list[WriteOffReversal]
    drafts: list[Draft]
    series: list[Series]
    letters: list[Letter]
    events: list[Event]
    references: list[PaymentReference]
    entries: list[Entry]
    kept: list[SetAside | SetAsideReversal | Return]
    paid_out: list[Payout | PayoutLeft | PayoutBack]


def read(world: World) -> Rows:
    def mine(model: Any, *order: str) -> list[Any]:
        return list(model.objects.filter(organization_id=world.id).order_by(*order))

    def by_document(rows: list[Any]) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in rows:
            found[row.document_id].append(row)
        return found

    with scope(world.id):
        return Rows(
            documents=mine(Document, "series_id", "sequence"),
            lines=by_document(mine(Line, "document_id", "position")),
            subtotals=by_document(mine(TaxSubtotal, "document_id", "position")),
            particulars={row.document_id: row for row in mine(Particulars, "id")},
            standings={row.id: row for row in mine(Standing, "id")},
            transfers=mine(Transfer, "posting_id", "position"),
            payments=mine(Payment, "id"),
            reversals=mine(Reversal, "id"),
            refunds=mine(Refund, "id"),
            refund_reversals=mine(RefundReversal, "id"),
            write_offs=mine(WriteOff, "id"),
            write_off_reversals=mine(WriteOffReversal, "id"),
            drafts=mine(Draft, "id"),
            series=mine(Series, "id"),
            letters=mine(Letter, "id"),
            events=mine(Event, "id"),
            references=mine(PaymentReference, "id"),
            entries=mine(Entry, "id"),
            kept=[
                row for model in (SetAside, SetAsideReversal, Return) for row in mine(model, "id")
            ],
            paid_out=[
                row for model in (Payout, PayoutLeft, PayoutBack) for row in mine(model, "id")
            ],
        )


def prove_books(world: World) -> Rows:
    """Raise AssertionError for whatever does not hold; return the rows that were read."""
    rows = read(world)
    _numbers_and_seals(rows)
    _papers_add_up(rows)
    _postings_are_whole(rows)
    _what_waits_is_booked(rows)
    for invoice in rows.documents:
        if invoice.kind == Kind.INVOICE:
            _invoice_stands(invoice, rows)
    _held_papers_have_done_nothing(rows)
    _letters_and_references(rows)
    return rows


def verify_finds_nothing(world: World) -> None:
    """The product's own proof agrees."""
    with scope(world.id):
        assert list(prove(open_books(world.id, database="default"))) == []


def _numbers_and_seals(rows: Rows) -> None:
    """I8, I9, I12: gapless, rising with time, chained."""
    in_series: dict[UUID, list[Document]] = defaultdict(list)
    for document in rows.documents:
        in_series[document.series_id].append(document)
    assert set(in_series) == {series.id for series in rows.series}
    for series in rows.series:
        chain = in_series[series.id]
        assert [document.sequence for document in chain] == list(
            range(series.first_number, series.next_number)
        )
        head = bytes(32)
        moment, day = chain[0].issued_at, chain[0].issued_on
        for document in chain:
            year = document.issued_on.year
            assert document.number == series.format.format(year=year, number=document.sequence)
            assert moment <= document.issued_at
            assert day <= document.issued_on
            moment, day = document.issued_at, document.issued_on
            assert bytes(document.previous_seal) == head
            head = seal_of(document, rows.lines[document.id], rows.subtotals[document.id])
            assert bytes(document.seal) == head
            particulars = rows.particulars[document.id]
            personal = salted_hash(bytes(particulars.salt), particulars.parts)
            assert bytes(document.personal) == personal
        assert bytes(series.head) == head
    assert len({document.number for document in rows.documents}) == len(rows.documents)


def _papers_add_up(rows: Rows) -> None:
    """I7, I14: lines make groups, groups make totals; a credit note corrects an invoice."""
    papers = {document.id: document for document in rows.documents}
    for document in rows.documents:
        lines, groups = rows.lines[document.id], rows.subtotals[document.id]
        assert [line.position for line in lines] == list(range(len(lines)))
        assert sum(line.net_minor for line in lines) == document.net_minor
        assert sum(group.net_minor for group in groups) == document.net_minor
        assert sum(group.tax_minor for group in groups) == document.tax_minor
        assert len(rows.particulars[document.id].parts["lines"]) == len(lines)
        if document.kind == Kind.INVOICE:
            continue
        assert document.corrects_id is not None
        corrected = papers[document.corrects_id]
        assert corrected.kind == Kind.INVOICE
        assert document.issued_on >= corrected.issued_on
        for same in ("recipient_id", "currency", "seller", "vat_on", "language"):
            assert getattr(document, same) == getattr(corrected, same)
        assert (document.payment_account, document.payment_reference) == ("", "")
        sold = {line.id: line for line in rows.lines[corrected.id]}
        for line in lines:
            assert line.corrects_line_id is not None
            original = sold[line.corrects_line_id]
            for same in ("tax_category", "tax_rate", "includes_tax", "delivered_on", "work"):
                assert getattr(line, same) == getattr(original, same)


def _postings_are_whole(rows: Rows) -> None:
    """I1: legs above zero, each posting sealed as a whole and made by exactly one thing."""
    postings: dict[UUID, list[Transfer]] = defaultdict(list)
    for transfer in rows.transfers:
        assert transfer.amount_minor > 0
        assert transfer.debit != transfer.credit
        postings[transfer.posting_id].append(transfer)
    for posted in postings.values():
        assert [transfer.position for transfer in posted] == list(range(len(posted)))
        assert {bytes(transfer.seal) for transfer in posted} == {seal_of_posting(posted)}
        assert len({(row.currency, row.kind, row.subject_id) for row in posted}) == 1
    sources = {document.id for document in rows.documents if document.payable_minor}
    sources |= {row.id for row in (*rows.payments, *rows.reversals)}
    sources |= {row.id for row in (*rows.refunds, *rows.refund_reversals)}
    sources |= {row.id for row in rows.write_offs}
    # what was paid or credited since is not open again: then it posts nothing
    may_post = {row.id for row in rows.write_off_reversals}
    for row in (*rows.kept, *rows.paid_out):
        may_post |= {row.id, getattr(row, "own_id", row.id)}
    may_post |= {id_ for id_, posted in postings.items() if posted[0].kind in WAITING}
    assert set(postings) - may_post == sources


def _what_waits_is_booked(rows: Rows) -> None:
    """What waits for its invoice stands on one account as the bank told it, and nothing else."""
    waits: Counter[UUID] = Counter()
    for transfer in rows.transfers:
        if transfer.kind in WAITING:
            assert {transfer.debit, transfer.credit} == {"BANK", "UNMATCHED"}
            came = transfer.amount_minor
            waits[transfer.subject_id] += came if transfer.credit == "UNMATCHED" else -came
    told = {row.id: row.amount_minor for row in rows.entries if row.state == EntryState.QUEUED}
    assert {id_: amount for id_, amount in waits.items() if amount} == told


def _write_off(
    account: Account, deed: WriteOff | WriteOffReversal, lost: dict[UUID, WriteOff]
) -> None:
    if isinstance(deed, WriteOff):
        assert account.write_off(KINDS[deed.kind]) == deed.amount_minor
    else:
        row = lost[deed.write_off_id]
        account.write_off(KINDS[row.kind], -row.amount_minor)


def account_of(invoice: Document, rows: Rows) -> Account:
    """The invoice's account, told again by the oracle from papers, payments and reversals."""
    own = rows.lines[invoice.id]
    account = Account(
        [
            SoldLine(
                line.amount_minor,
                Fraction(line.quantity),
                (TaxCategory(line.tax_category), line.tax_rate, line.includes_tax),
            )
            for line in own
        ],
        invoice.vat_on == "payment",
    )
    place = {line.id: number for number, line in enumerate(own)}
    amounts = {row.id: row.amount_minor for row in rows.payments if row.invoice_id == invoice.id}
    offsets = {row.id for row in rows.payments if row.offset_id}
    given = {row.id: row for row in rows.refunds if row.invoice_id == invoice.id}
    lost = {row.id: row for row in rows.write_offs if row.invoice_id == invoice.id}
    deeds: list[Any] = [
        *(document for document in rows.documents if document.corrects_id == invoice.id),
        *(payment for payment in rows.payments if payment.id in amounts),
        *(reversal for reversal in rows.reversals if reversal.payment_id in amounts),
        *given.values(),
        *(reversal for reversal in rows.refund_reversals if reversal.refund_id in given),
        *lost.values(),
        *(back for back in rows.write_off_reversals if back.write_off_id in lost),
    ]
    took: dict[UUID, int] = {}
    for deed in sorted(deeds, key=lambda row: row.turn):
        if isinstance(deed, Payment):
            account.pay(deed.amount_minor, offset=deed.id in offsets)
        elif isinstance(deed, Reversal):
            account.reverse(amounts[deed.payment_id], offset=deed.payment_id in offsets)
        elif isinstance(deed, Refund):
            took[deed.id] = account.refund(deed.amount_minor, offset=deed.way == "offset")
            assert took[deed.id] == deed.unapplied_minor
        elif isinstance(deed, RefundReversal):
            refund = given[deed.refund_id]
            is_offset = refund.way == "offset"
            account.take_back(refund.amount_minor, took[refund.id], offset=is_offset)
        elif isinstance(deed, WriteOff | WriteOffReversal):
            _write_off(account, deed, lost)
        else:
            for line in rows.lines[deed.id]:
                assert line.corrects_line_id is not None
                sold = account.lines[place[line.corrects_line_id]]
                assert 0 <= line.amount_minor <= sold.left
                assert 0 <= line.credited_quantity <= sold.quantity_left
            total = account.credit(
                [
                    (place[line.corrects_line_id], None, line.amount_minor)
                    for line in rows.lines[deed.id]
                    if line.corrects_line_id
                ]
            )
            for line in rows.lines[deed.id]:
                if line.corrects_line_id:
                    sold = account.lines[place[line.corrects_line_id]]
                    sold.took_quantity += Fraction(line.credited_quantity)
            assert total == deed.payable_minor
    return account


def _invoice_stands(invoice: Document, rows: Rows) -> None:
    """I3, I4, I5: papers, payments, standing and accounts tell the same."""
    account, standing = account_of(invoice, rows), rows.standings[invoice.id]
    assert account.payable == invoice.payable_minor == standing.payable_minor
    assert (
        standing.open_minor,
        standing.received_minor,
        standing.returned_minor,
        standing.credited_minor,
        standing.owed_back_minor,
        standing.unapplied_minor,
        standing.state,
    ) == (
        account.open,
        account.received,
        account.returned,
        account.credited,
        account.owed_back,
        account.unapplied,
        account.state,
    )
    assert (standing.due_on, standing.issued_on, standing.recipient_id) == (
        invoice.due_on,
        invoice.issued_on,
        invoice.recipient_id,
    )
    shown: dict[str, int] = defaultdict(int)
    for transfer in rows.transfers:
        if transfer.subject_id == invoice.id and transfer.kind not in CUSTODY:
            shown[MONEY.get(transfer.debit, transfer.debit)] += transfer.amount_minor
            shown[MONEY.get(transfer.credit, transfer.credit)] -= transfer.amount_minor
    assert {name: amount for name, amount in shown.items() if amount} == account.balances()
    if account.is_credited:
        taken: Counter[UUID | None] = Counter()
        for document in rows.documents:
            if document.corrects_id == invoice.id:
                for line in rows.lines[document.id]:
                    taken[line.corrects_line_id] += line.amount_minor
        for line in rows.lines[invoice.id]:
            assert taken[line.id] == line.amount_minor


def _held_papers_have_done_nothing(rows: Rows) -> None:
    """I13: on hold there is no document, transfer or letter, and one credit note per invoice."""
    issued_from = {document.draft_id for document in rows.documents}
    posted = {transfer.posting_id for transfer in rows.transfers}
    written = {letter.subject_id for letter in rows.letters}
    held = {}
    for draft in rows.drafts:
        assert draft.id not in issued_from | posted | written
        if draft.kind == Kind.CREDIT_NOTE:
            assert draft.credits_id not in held
            held[draft.credits_id] = draft.goes_at
        elif draft.waits_for_id and draft.goes_at:
            waited_for = next(other for other in rows.drafts if other.id == draft.waits_for_id)
            assert waited_for.goes_at is not None
            assert draft.goes_at >= waited_for.goes_at
    cancelling = {row.id: row.cancelling_at for row in rows.standings.values() if row.cancelling_at}
    assert held == cancelling
    assert set(rows.standings) == {
        document.id for document in rows.documents if document.kind == Kind.INVOICE
    }


def _letters_and_references(rows: Rows) -> None:
    """Each document that goes by e-mail has its letter; each reference finds its invoice."""
    letters = Counter(letter.subject_id for letter in rows.letters if letter.kind == "document")
    issues = Counter(event.subject_id for event in rows.events if event.kind == "invoice.issued")
    credits = Counter(
        event.facts["credit_note_id"] for event in rows.events if event.kind == "invoice.credited"
    )
    for document in rows.documents:
        assert letters[document.id] == (document.channel == "email")
        if document.kind == Kind.INVOICE:
            assert issues[document.id] == 1
        else:
            assert credits[str(document.id)] == 1
    found = {(row.account, row.reference): row.document_id for row in rows.references}
    assert found == {
        (document.payment_account, document.payment_reference): document.id
        for document in rows.documents
        if document.payment_reference
    }
