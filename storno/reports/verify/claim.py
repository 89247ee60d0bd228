"""An invoice's way through the ledger, gone again: each posting, and where the claim now stands."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from storno.core.canonical import salted_hash
from storno.documents.models import Document
from storno.documents.standing import state_of
from storno.ledger.journal import (
    Claim,
    Move,
    credit_posting,
    issue_posting,
    money_in_posting,
    money_out_posting,
    tax_by_rate,
    write_off_posting,
)
from storno.ledger.models import Transfer
from storno.ledger.post import Posting
from storno.ledger.post import seal_of as seal_of_posting
from storno.organizations.models import VatOn
from storno.organizations.sealed import Sealed, is_whole
from storno.payments.account import account_of
from storno.payments.models import (
    Payment,
    Refund,
    RefundReversal,
    Reversal,
    TakenBack,
    WriteOff,
    WriteOffReversal,
)
from storno.reports.verify.dossier import Books, Dossier, Paper
from storno.reports.verify.hold import prove_hold
from storno.reports.verify.split import Step, reckon_split
from storno.reports.verify.violation import UNRECKONABLE, Violation, named

Moved = Payment | Reversal | Refund | RefundReversal
Written = WriteOff | WriteOffReversal
Deed = Paper | Moved | Written


def prove_claim(dossier: Dossier, books: Books) -> Iterator[Violation]:
    """Postings, payments, reversals and standing of an invoice, re-derived in their order."""
    yield from _prove_payments(dossier)
    yield from _prove_turns(dossier)
    if dossier.standing:
        currency = dossier.invoice.document.currency
        books.open[currency] += dossier.standing.open_minor
        books.owed_back[currency] += dossier.standing.owed_back_minor
    postings: dict[UUID, list[Transfer]] = {}
    for transfer in dossier.transfers:
        postings.setdefault(transfer.posting_id, []).append(transfer)
    invoice = dossier.invoice.document
    try:
        claim, expected, steps = _walk(dossier)
        split = reckon_split(dossier, steps)
    except UNRECKONABLE:
        yield Violation(
            "postings_underivable",
            invoice.id,
            f"What must be posted for {named(invoice)} cannot be derived: its papers or payments "
            "contradict one another.",
        )
        return
    yield from split.violations
    for posting in [*expected, *split.postings]:
        yield from prove_posting(posting, postings.pop(posting.source_id, []), named(invoice))
    for source_id, transfers in postings.items():
        yield Violation(
            "posting_without_source",
            source_id,
            f"A posting ({transfers[0].kind}) on {named(invoice)} belongs to no document, payment "
            "or reversal of it.",
        )
    yield from _prove_standing(dossier, claim)


def _row(deed: Deed) -> Document | Moved | Written:
    return deed.document if isinstance(deed, Paper) else deed


def _deeds(dossier: Dossier) -> list[Deed]:
    """What was done to an invoice, in its order."""
    deeds: list[Deed] = [*dossier.credit_notes, *dossier.payments, *dossier.reversals]
    deeds += [*dossier.refunds, *dossier.refund_reversals]
    deeds += [*dossier.write_offs, *dossier.write_off_reversals]
    return sorted(deeds, key=lambda deed: _row(deed).turn)


def _walk(dossier: Dossier) -> tuple[Claim, list[Posting], list[Step]]:
    """Where the claim stands after all deeds and each, and the posting that each of them made."""
    invoice = dossier.invoice.document
    on_payment = invoice.vat_on == VatOn.PAYMENT
    groups = dossier.invoice.groups()
    claim = Claim(invoice.payable_minor, tax_by_rate(groups))
    expected = [
        _posting(dossier, dossier.invoice, issue_posting(groups, vat_on_payment=on_payment))
    ]
    steps: list[Step] = []
    for deed in _deeds(dossier):
        before, claim = claim, _after(claim, deed, dossier)
        if isinstance(deed, Paper):
            moves = credit_posting(before, claim, deed.groups(), vat_on_payment=on_payment)
        elif isinstance(deed, Written):
            moves = write_off_posting(before, claim, vat_on_payment=on_payment)
        else:
            book = money_in_posting if _brings_money(deed) else money_out_posting
            account = _account_of(deed, dossier)
            moves = book(before, claim, vat_on_payment=on_payment, account=account)
        expected.append(_posting(dossier, deed, moves))
        steps.append(Step(_row(deed), claim, expected[-1].booked_on))
    return claim, expected, steps


def _after(claim: Claim, deed: Deed, dossier: Dossier) -> Claim:
    """Where the claim stands after a deed. Raises KeyError, AssertionError for what cannot be."""
    if isinstance(deed, Paper):
        return claim.credited(deed.groups())
    if isinstance(deed, Payment):
        return claim.paid(deed.amount_minor)
    if isinstance(deed, Reversal):
        amounts = {payment.id: payment.amount_minor for payment in dossier.payments}
        return claim.unpaid(amounts[deed.payment_id])
    if isinstance(deed, Refund):
        return claim.refunded(deed.amount_minor)
    if isinstance(deed, WriteOff):
        return claim.written_off(deed.part)
    if isinstance(deed, WriteOffReversal):
        parts = {row.id: row.part for row in dossier.write_offs}
        return claim.asked_again(parts[deed.write_off_id])
    (refund,) = (each for each in dossier.refunds if each.id == deed.refund_id)
    return claim.got_back(refund.amount_minor, unapplied_minor=refund.unapplied_minor)


def _brings_money(deed: Deed) -> bool:
    return isinstance(deed, Payment | RefundReversal)


def _account_of(deed: Deed, dossier: Dossier) -> str:
    """Where money came from or went to: the bank, or another invoice."""
    rows: list[Payment | Refund] = [*dossier.payments, *dossier.refunds]
    moved = {each.id: each for each in rows}
    named = getattr(deed, "refund_id", None) or getattr(deed, "payment_id", None) or _row(deed).id
    return account_of(moved[named])


_REVERSALS: dict[type[TakenBack], str] = {
    Reversal: "reversal",
    RefundReversal: "refund_reversal",
    WriteOffReversal: "write_off_reversal",
}
"""What the postings of reversals are called."""


def _posting(dossier: Dossier, deed: Deed, moves: tuple[Move, ...]) -> Posting:
    """The posting of a deed. A reversal is booked on the day of its making, as it says itself."""
    invoice = dossier.invoice.document
    if isinstance(deed, Paper):
        kind = "issue" if deed is dossier.invoice else "credit"
        booked_on = deed.document.issued_on
    elif isinstance(deed, Payment):
        kind, booked_on = "payment", deed.paid_on
    elif isinstance(deed, Refund):
        kind, booked_on = "refund", deed.refunded_on
    elif isinstance(deed, WriteOff):
        kind, booked_on = "write_off", deed.written_on
    else:
        made = [transfer for transfer in dossier.transfers if transfer.posting_id == deed.id]
        kind = _REVERSALS[type(deed)]
        booked_on = made[0].booked_on if made else deed.reversed_at.date()
    return Posting(_row(deed).id, kind, invoice.id, invoice.currency, booked_on, moves)


def prove_posting(posting: Posting, transfers: list[Transfer], on: str) -> Iterator[Violation]:
    """What is posted `on` something is what must be posted, and what was sealed."""
    moves = tuple(Move(row.debit, row.credit, row.amount_minor) for row in transfers)
    holds = moves == posting.moves and all(
        (row.position, row.kind, row.currency, row.booked_on, row.move_id)
        == (position, posting.kind, posting.currency, posting.booked_on, posting.move_id)
        for position, row in enumerate(transfers)
    )
    if not holds:
        yield Violation(
            "posting_wrong",
            posting.source_id,
            f"The posting ({posting.kind}) on {on} is not what must be posted.",
        )
    if transfers:
        seal = seal_of_posting(transfers)
        if any(bytes(row.seal) != seal for row in transfers):
            yield Violation(
                "posting_seal_broken",
                posting.source_id,
                f"The posting ({posting.kind}) on {on} is not what was sealed.",
            )


def _prove_turns(dossier: Dossier) -> Iterator[Violation]:
    """One deed after the other: each has its turn, and none is missing."""
    for turn, deed in enumerate(map(_row, _deeds(dossier)), start=1):
        if deed.turn != turn:
            yield Violation(
                "out_of_turn",
                deed.id,
                f"A deed on {named(dossier.invoice.document)} says that it is number {deed.turn} "
                f"on it, but it is number {turn}.",
            )


_SEALED: dict[type[Sealed], str] = {
    Payment: "payment",
    Refund: "refund",
    WriteOff: "write_off",
}


def _prove_payments(dossier: Dossier) -> Iterator[Violation]:
    """The seals of payments, refunds, write-offs and reversals, and the reasons of reversals."""
    invoice = dossier.invoice.document
    reversals: list[TakenBack] = [*dossier.reversals, *dossier.refund_reversals]
    reversals += dossier.write_off_reversals
    rows: list[Sealed] = [*dossier.payments, *dossier.refunds, *dossier.write_offs, *reversals]
    for row in rows:
        if not is_whole(row):
            what = _SEALED.get(type(row), "reversal")
            yield Violation(
                f"{what}_seal_broken",
                row.id,
                f"A {what.replace('_', '-')} on {named(invoice)} is not what was sealed.",
            )
    for reversal in reversals:
        if dossier.invoice.erasures and not reversal.salt and not reversal.reason:
            continue
        if salted_hash(reversal.salt, reversal.reason) != bytes(reversal.personal):
            yield Violation(
                "reversal_reason_changed",
                reversal.id,
                f"The reason of a reversal on {named(invoice)} is not the one that was sealed.",
            )


def _refunded_on(dossier: Dossier) -> date | None:
    """The day of the last refund that stands."""
    taken_back = {each.refund_id for each in dossier.refund_reversals}
    days = (each.refunded_on for each in dossier.refunds if each.id not in taken_back)
    return max(days, default=None)


def _to_give(dossier: Dossier) -> int:
    """How many credit notes were not given by hand yet, as their invoice was."""
    given = bool(dossier.invoice.handed_over)
    return sum(given and not note.handed_over for note in dossier.credit_notes)


def _prove_standing(dossier: Dossier, claim: Claim) -> Iterator[Violation]:
    invoice, standing = dossier.invoice.document, dossier.standing
    if standing is None:
        yield Violation("standing_missing", invoice.id, f"{named(invoice)} has no standing.")
        return
    state = state_of(invoice.payable_minor, claim, has_credit_notes=bool(dossier.credit_notes))
    derived = {
        "recipient_id": invoice.recipient_id,
        "state": state.value,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "payable_minor": invoice.payable_minor,
        "received_minor": claim.received_minor,
        "returned_minor": claim.returned_minor,
        "refunded_on": _refunded_on(dossier),
        "credited_minor": invoice.payable_minor - claim.gross_minor,
        "open_minor": claim.open_minor,
        "owed_back_minor": claim.owed_back_minor,
        "unapplied_minor": claim.unapplied_minor,
        "rounded_minor": claim.written.rounded_minor,
        "relieved_minor": claim.written.relieved_minor,
        "lost_minor": claim.written.lost_minor,
        "written_minor": claim.gone.total_minor,
        "deeds": len(_deeds(dossier)),
        "notes_to_give": _to_give(dossier),
    }
    for name, value in derived.items():
        stands = getattr(standing, name)
        if stands != value:
            yield Violation(
                "standing_wrong",
                invoice.id,
                f"The standing of {named(invoice)} says {name} {stands}, but it is {value}.",
            )
    yield from prove_hold(dossier, standing)
