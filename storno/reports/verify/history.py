"""An invoice's history against its books: all that must be told is told, and nothing else.

Each happening vouches for itself by its seal (loose_ends.py). That none is missing can be proven
where a row of the books says that it must be there.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from storno.corrections.give_credit import InvoiceCredited
from storno.documents.erase import DocumentErased
from storno.documents.issue import InvoiceIssued
from storno.documents.models import Kind
from storno.documents.send import DocumentHandedOver
from storno.history.models import Event
from storno.organizations.sealed import is_whole
from storno.payments.models import Payment, RefundWay, Why, WriteOffKind
from storno.payments.refund import (
    MoneyForCharges,
    MoneyOffset,
    MoneyRefunded,
    MoneySent,
    MoneyToPayer,
)
from storno.payments.register import PaidByOffset, PaymentCame, PaymentMoved, PaymentRegistered
from storno.payments.reverse import PaymentReversed
from storno.payments.reverse_refund import RefundCameBack, RefundTakenBack
from storno.payments.reverse_write_off import WriteOffTakenBack
from storno.payments.write_off import CentsSettled, WrittenOffAsBadDebt
from storno.reports.verify.dossier import Dossier
from storno.reports.verify.violation import Violation, named

TELLING = {
    InvoiceIssued.kind: "number",
    InvoiceCredited.kind: "credit_note_id",
    PaymentRegistered.kind: "payment_id",
    PaymentReversed.kind: "reversal_id",
    PaidByOffset.kind: "payment_id",
    PaymentCame.kind: "payment_id",
    PaymentMoved.kind: "payment_id",
    MoneyRefunded.kind: "refund_id",
    MoneyOffset.kind: "refund_id",
    MoneySent.kind: "refund_id",
    MoneyToPayer.kind: "refund_id",
    MoneyForCharges.kind: "refund_id",
    RefundTakenBack.kind: "reversal_id",
    RefundCameBack.kind: "reversal_id",
    WrittenOffAsBadDebt.kind: "write_off_id",
    CentsSettled.kind: "write_off_id",
    WriteOffTakenBack.kind: "reversal_id",
    DocumentHandedOver.kind: "number",
    DocumentErased.kind: "number",
}
"""The happenings that stand for a row of the books, and the fact by which they name it."""

_REFUNDED: dict[str, str] = {
    RefundWay.OUTSIDE: MoneyRefunded.kind,
    RefundWay.OFFSET: MoneyOffset.kind,
    RefundWay.PROVIDER: MoneySent.kind,
    RefundWay.CUSTODY: MoneyToPayer.kind,
    RefundWay.CHARGES: MoneyForCharges.kind,
}

Told = tuple[str, str, datetime | None]
"""Kind, the row it stands for, and the moment where the row has the same."""


def prove_history(dossier: Dossier) -> Iterator[Violation]:
    """What was handed over, and that papers, money, delivery and erasure stand in history."""
    invoice = dossier.invoice.document
    for paper in dossier.papers():
        for handed_over in paper.handed_over:
            if not is_whole(handed_over):
                yield Violation(
                    "handed_over_seal_broken",
                    handed_over.id,
                    f"That {named(paper.document)} was handed over is not what was sealed.",
                )
    must = Counter(_must_be_told(dossier))
    is_ = Counter(_told(event) for event in dossier.happenings if event.kind in TELLING)
    for kind, fact, _moment in must - is_:
        yield Violation(
            "happening_missing",
            invoice.id,
            f"The history of {named(invoice)} does not tell what happened ({kind}, {fact}).",
        )
    for kind, fact, _moment in is_ - must:
        yield Violation(
            "happening_unfounded",
            invoice.id,
            f"The history of {named(invoice)} tells what did not happen ({kind}, {fact}).",
        )


def _must_be_told(dossier: Dossier) -> Iterator[Told]:
    for paper in dossier.papers():
        document = paper.document
        if document.kind == Kind.INVOICE:
            yield InvoiceIssued.kind, document.number, None
        else:
            yield InvoiceCredited.kind, str(document.id), None
        for handed_over in paper.handed_over:
            yield DocumentHandedOver.kind, document.number, handed_over.at
        for erasure in paper.erasures:
            yield DocumentErased.kind, document.number, erasure.erased_at
    yield from _money_must_be_told(dossier)


def _money_must_be_told(dossier: Dossier) -> Iterator[Told]:
    for payment in dossier.payments:
        yield _kind_of(payment), str(payment.id), payment.registered_at
    for reversal in dossier.reversals:
        yield PaymentReversed.kind, str(reversal.id), reversal.reversed_at
    for refund in dossier.refunds:
        yield _REFUNDED.get(refund.way, MoneyRefunded.kind), str(refund.id), refund.registered_at
    for back in dossier.refund_reversals:
        kind = RefundCameBack.kind if back.why == Why.CAME_BACK else RefundTakenBack.kind
        yield kind, str(back.id), back.reversed_at
    for row in dossier.write_offs:
        is_cents = row.kind == WriteOffKind.CENT_DIFFERENCE
        kind = CentsSettled.kind if is_cents else WrittenOffAsBadDebt.kind
        yield kind, str(row.id), row.registered_at
    for again in dossier.write_off_reversals:
        yield WriteOffTakenBack.kind, str(again.id), again.reversed_at


def _kind_of(payment: Payment) -> str:
    if payment.offset_id is not None:
        return PaidByOffset.kind
    if payment.moved_from_id is not None:
        return PaymentMoved.kind
    return PaymentRegistered.kind if payment.source_id is None else PaymentCame.kind


def _told(event: Event) -> Told:
    """A happening in that form; the moment of an issue is the series', which may be later."""
    fact = str(event.facts.get(TELLING[event.kind]))
    is_issue = event.kind in (InvoiceIssued.kind, InvoiceCredited.kind)
    return event.kind, fact, None if is_issue else event.at
