"""Gathering what decides about an invoice, under its lock where a deed follows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from storno.core.refusals import Absent
from storno.corrections.plan import InvoiceFacts
from storno.corrections.take_lines import LineFacts
from storno.documents.issue import TO_RECIPIENTS
from storno.documents.models import (
    Document,
    Draft,
    HandedOver,
    Kind,
    Line,
    Particulars,
    Standing,
    TaxSubtotal,
)
from storno.ledger.journal import Claim, tax_by_rate
from storno.mailroom.models import Letter, LetterState, Medium
from storno.organizations.queries import Circumstances, circumstances
from storno.organizations.roles import Actor, Deed
from storno.tax.breakdown import GroupKey, TaxGroup
from storno.tax.category import TaxCategory


class _Whereabouts(TypedDict):
    """What is asked about a paper beside its columns."""

    parts: dict[str, Any] | None
    handed_over: bool
    addresses: list[str]


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    _Papers = QuerySet[WithAnnotations[Document, _Whereabouts]]


class HeldCreditIsDue(Exception):
    """A credit note on this invoice should have left already: let it go first, then try again."""

    def __init__(self, invoice_id: UUID, organization_id: UUID) -> None:
        super().__init__()
        self.invoice_id, self.organization_id = invoice_id, organization_id


class ChangedMeanwhile(Exception):
    """A credit note was put on hold or taken back while the locks were being taken: try again."""


@dataclass(frozen=True, slots=True)
class Case:
    """An invoice with all that a deed on it needs; `parts` are its personal parts."""

    standing: Standing
    facts: InvoiceFacts
    parts: dict[str, Any]
    now: Circumstances


def lock_standing(invoice_id: UUID, organization_id: UUID) -> Standing:
    """Lock the row of an invoice that every deed locks. Raises Absent."""
    locked = Standing.objects.select_for_update()
    for standing in locked.filter(organization_id=organization_id, id=invoice_id):
        return standing
    raise Absent


def lock_held_credit(invoice_id: UUID, organization_id: UUID) -> Draft | None:
    """Lock the credit note on hold of an invoice, before its standing, if there is one."""
    return (
        Draft.objects.select_for_update()
        .filter(
            organization_id=organization_id,
            credits_id=invoice_id,
            kind=Kind.CREDIT_NOTE,
        )
        .first()
    )


def lock_invoice(
    invoice_id: UUID, organization_id: UUID, *, at: datetime
) -> tuple[Draft | None, Standing]:
    """Lock an invoice for a deed: the credit note on hold if there is one, then the standing.

    Raises Absent, HeldCreditIsDue, ChangedMeanwhile; `after_due_credit` answers the latter two.
    """
    return lock_invoices([invoice_id], organization_id, at=at)[invoice_id]


def lock_invoices(
    invoice_ids: Iterable[UUID], organization_id: UUID, *, at: datetime
) -> dict[UUID, tuple[Draft | None, Standing]]:
    """Lock several invoices for one deed as `lock_invoice` does, always in the same order.

    Raises Absent, HeldCreditIsDue, ChangedMeanwhile.
    """
    in_order = sorted(invoice_ids)
    drafts = {id_: _lock_held(id_, organization_id, at) for id_ in in_order}
    return {id_: (drafts[id_], _lock_beside(drafts[id_], id_, organization_id)) for id_ in in_order}


def _lock_held(invoice_id: UUID, organization_id: UUID, at: datetime) -> Draft | None:
    draft = lock_held_credit(invoice_id, organization_id)
    if draft is not None and draft.goes_at is not None and draft.goes_at <= at:
        raise HeldCreditIsDue(invoice_id, organization_id)
    return draft


def _lock_beside(draft: Draft | None, invoice_id: UUID, organization_id: UUID) -> Standing:
    standing = lock_standing(invoice_id, organization_id)
    if (draft is None) != (standing.cancelling_at is None):
        raise ChangedMeanwhile
    return standing


def read_standing(invoice_id: UUID, organization_id: UUID) -> Standing:
    """How an invoice stands, without a lock. Raises Absent."""
    standing = Standing.objects.filter(organization_id=organization_id, id=invoice_id).first()
    if standing is None:
        raise Absent
    return standing


def gather(
    standing: Standing, *, now: Circumstances | None = None, who: Actor, at: datetime
) -> Case:
    """Read what decides about an invoice whose standing has been read (and locked, for a deed).

    `now` where the caller has it already.
    """
    mine = standing.organization_id
    now = now or circumstances(mine, at)
    papers = (
        _papers()
        .filter(Q(id=standing.id) | Q(corrects_id=standing.id), organization_id=mine)
        .in_bulk()
    )
    invoice, family = papers[standing.id], list(papers)
    parts = invoice.parts or {}
    lines = _lines(invoice, family, parts)
    original, credited = _groups(invoice, family)
    facts = InvoiceFacts(
        invoice=invoice,
        lines=lines,
        original=original,
        credited=credited,
        claim=claim_of(standing, original, credited),
        settings=now.settings,
        addresses=tuple(dict.fromkeys(invoice.addresses)),
        handed_over=invoice.handed_over,
        has_credit_notes=len(family) > 1,
        pending_until=standing.cancelling_at,
        may_credit=who.may(Deed.CREDIT),
        fresh=who.fresh,
        is_erased=not parts,
    )
    return Case(standing, facts, parts, now)


@cache
def _papers() -> "_Papers":
    """Papers with their personal parts and where they went, put together once: it takes long."""
    its_own = {"organization_id": OuterRef("organization_id")}
    parts = Particulars.objects.filter(**its_own, document_id=OuterRef("id"))
    by_hand = HandedOver.objects.filter(**its_own, document_id=OuterRef("id"))
    letters = (
        Letter.objects.filter(
            **its_own, subject_id=OuterRef("id"), kind__in=TO_RECIPIENTS, medium=Medium.EMAIL
        )
        .exclude(state=LetterState.REPLACED)
        .order_by("id")
    )
    return Document.objects.annotate(
        parts=Subquery(parts.values("parts")),
        handed_over=Exists(by_hand),
        addresses=ArraySubquery(letters.values("to_address")),
    )


def claim_of(
    standing: Standing, original: tuple[TaxGroup, ...], credited: tuple[TaxGroup, ...]
) -> Claim:
    """The claim on an invoice for the ledger."""
    taken = tax_by_rate(credited)
    return Claim(
        gross_minor=standing.payable_minor - standing.credited_minor,
        tax={rate: amount - taken.get(rate, 0) for rate, amount in tax_by_rate(original).items()},
        received_minor=standing.received_minor,
        unapplied_minor=standing.unapplied_minor,
        returned_minor=standing.returned_minor,
        written=standing.written,
    )


def _lines(invoice: Document, family: list[UUID], parts: dict[str, Any]) -> tuple[LineFacts, ...]:
    """The invoice's lines, and what the credit notes' lines took of each."""
    own: list[Line] = []
    taken: list[Line] = []
    for line in Line.objects.filter(
        organization_id=invoice.organization_id, document_id__in=family
    ).order_by("position"):
        (own if line.document_id == invoice.id else taken).append(line)
    return lines_left(own, taken, descriptions=parts.get("lines"))


def lines_left(
    own: Sequence[Line], taken: Iterable[Line], *, descriptions: Sequence[object] | None = None
) -> tuple[LineFacts, ...]:
    """An invoice's lines, each with what the credit notes' lines took of it."""
    quantity: dict[UUID, Decimal] = defaultdict(Decimal)
    amount: dict[UUID, int] = defaultdict(int)
    for line in taken:
        assert line.corrects_line_id is not None, "a credit note's line names its line"
        quantity[line.corrects_line_id] += line.credited_quantity
        amount[line.corrects_line_id] += line.amount_minor
    return tuple(
        LineFacts(
            line=line,
            description=str(descriptions[line.position]) if descriptions else "",
            credited_quantity=quantity[line.id],
            credited_minor=amount[line.id],
        )
        for line in own
    )


def _groups(
    invoice: Document, family: list[UUID]
) -> tuple[tuple[TaxGroup, ...], tuple[TaxGroup, ...]]:
    """The tax groups of the invoice, and those of its credit notes."""
    original: list[TaxGroup] = []
    credited: list[TaxGroup] = []
    for row in TaxSubtotal.objects.filter(
        organization_id=invoice.organization_id, document_id__in=family
    ).order_by("position"):
        key = GroupKey(TaxCategory(row.tax_category), row.tax_rate, row.includes_tax)
        group = TaxGroup(key, row.net_minor, row.tax_minor)
        (original if row.document_id == invoice.id else credited).append(group)
    return tuple(original), tuple(credited)
