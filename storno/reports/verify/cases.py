"""Refund cases: what was confirmed and approved stands as sealed, and credits what it says."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from storno.cases.approve import RefundApproved
from storno.cases.models import Approval, Confirmation, RefundCase
from storno.documents.models import Document, Draft, Kind
from storno.history.models import Event
from storno.organizations.sealed import is_whole
from storno.reports.verify.dossier import Books
from storno.reports.verify.loose_ends import found, having
from storno.reports.verify.violation import Violation


def prove_cases(books: Books) -> Iterator[Violation]:
    """Every rule about refund cases."""
    confirmations, approvals = books.rows(Confirmation), books.rows(Approval)
    for rows in (confirmations, approvals):
        for row in rows.iterator():
            if not is_whole(row):
                yield Violation(
                    "refund_case_seal_broken",
                    row.id,
                    "What was confirmed or approved in a refund case is not what was sealed.",
                )
    yield from found(
        "refund_case_missing",
        "Something was confirmed in a refund case that is not there.",
        confirmations.filter(~having(books.rows(RefundCase), id="case_id")),
    )
    of_its_case = {"id": "confirmation_id", "case_id": "case_id"}
    yield from found(
        "approval_of_nothing",
        "A refund case was approved, but what was confirmed is not there.",
        approvals.filter(~having(confirmations, **of_its_case)),
    )
    credited = books.rows(Document).filter(kind=Kind.CREDIT_NOTE)
    its_invoice = {"draft_id": "press_id", "corrects_id": "invoice_id"}
    approved = Counter(str(case_id) for case_id in approvals.values_list("case_id", flat=True))
    told = Counter(
        event.facts["case_id"]
        for event in books.rows(Event).filter(kind=RefundApproved.kind).iterator()
    )
    for case_id in sorted(approved.keys() | told.keys()):
        if approved[case_id] != told[case_id]:
            yield Violation(
                "approval_missing",
                UUID(case_id),
                "History does not tell of the approvals of a refund case that there are.",
            )
    yield from found(
        "approval_of_another_invoice",
        "A refund case was approved by a credit note on another invoice.",
        approvals.filter(having(credited, draft_id="press_id")).filter(
            ~having(credited, **its_invoice)
        ),
    )
    yield from found(
        "held_credit_without_approval",
        "A credit note on hold says that customer service approved it, which it has not.",
        books.rows(Draft)
        .exclude(desk_case_id=None)
        .filter(~having(approvals, press_id="id", case_id="desk_case_id")),
    )
