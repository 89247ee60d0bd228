"""Reading papers: lists that stay flat however many there are.

Lists run along an index and stop after a page (keyset: `before` is the last id seen; ids rise with
time), and counts stop at 100. All of it inside an open scope.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from storno.clients.models import Client
from storno.core.folding import LAST
from storno.core.refusals import Absent
from storno.documents.draft import DraftDeleted
from storno.documents.find import find_among
from storno.documents.models import (
    Document,
    Draft,
    HandedOver,
    Kind,
    Line,
    Particulars,
    Standing,
    State,
    TaxSubtotal,
)
from storno.history.models import Event

PAGE = 50
COUNTED_TO = 100


class Tab(StrEnum):
    """The invoice list by state. An invoice can stand under several tabs."""

    ALL = "all"
    SENT = "sent"
    OVERDUE = "overdue"
    CANCELLING = "cancelling"
    WRITTEN_OFF = "written_off"
    PAID = "paid"
    CREDITED = "credited"
    OWED_BACK = "owed_back"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice in a list. `state` is the first that holds, see `state_on`."""

    document: Document
    standing: Standing
    recipient_name: str
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of invoices, newest first; `next` is the `before` of the following one.

    `more_named`: a text fits so many clients that the invoices of some were not looked through.
    """

    rows: tuple[InvoiceRow, ...]
    next: UUID | None
    more_named: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Which invoices to list."""

    tab: Tab = Tab.ALL
    recipient_id: UUID | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    text: str = ""


def state_on(standing: Standing, today: date) -> str:
    """The state of an invoice as people see it, the first that holds.

    refunded, credited, cancelling, written_off, paid, part_credited, part_paid, overdue, sent.
    """
    if standing.state == State.CREDITED:
        return "refunded" if standing.is_refunded else "credited"
    if standing.cancelling_at is not None:
        return "cancelling"
    if standing.state == State.SENT and standing.due_on < today:
        return "overdue"
    return standing.state


def state_of_hold(goes_at: datetime | None, at: datetime) -> str:
    """How an unissued paper stands: draft, held, or leaving once its departure has come."""
    if goes_at is None:
        return "draft"
    return "held" if goes_at > at else "leaving"


def state_of_draft(draft: Draft, at: datetime) -> str:
    """How an invoice draft stands: external, draft, held, leaving."""
    return "external" if draft.external_at is not None else state_of_hold(draft.goes_at, at)


def _under(tab: Tab, organization_id: UUID, today: date) -> QuerySet[Standing]:
    standings = Standing.objects.filter(organization_id=organization_id)
    conditions = {
        Tab.ALL: Q(),
        Tab.SENT: Q(open_minor__gt=0),
        Tab.OVERDUE: Q(open_minor__gt=0, due_on__lt=today),
        Tab.CANCELLING: Q(cancelling_at__isnull=False),
        Tab.WRITTEN_OFF: Q(state=State.WRITTEN_OFF),
        Tab.PAID: Q(state=State.PAID),
        Tab.CREDITED: Q(state=State.CREDITED),
        Tab.OWED_BACK: Q(owed_back_minor__gt=0),
    }
    return standings.filter(conditions[tab])


def list_invoices(
    organization_id: UUID,
    wanted: Filter,
    *,
    today: date,
    before: UUID | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of invoices, newest first; those that a text finds in the order of `find.py`."""
    standings = _under(wanted.tab, organization_id, today)
    if wanted.recipient_id is not None:
        standings = standings.filter(recipient_id=wanted.recipient_id)
    if wanted.issued_from is not None:
        standings = standings.filter(issued_on__gte=wanted.issued_from)
    if wanted.issued_to is not None:
        standings = standings.filter(issued_on__lte=wanted.issued_to)
    more_named = False
    if text := wanted.text.strip():
        sought = find_among(standings, text, organization_id, before=before, limit=limit + 1)
        by_id = Standing.objects.filter(organization_id=organization_id).in_bulk(sought.ids)
        found = [by_id[id_] for id_ in sought.ids]
        more_named = sought.more_named
    else:
        if before is not None:
            standings = standings.filter(id__lt=before)
        found = list(standings.order_by("-id")[: limit + 1])
    following = found[limit - 1].id if len(found) > limit else None
    return Page(rows_of(organization_id, found[:limit], today=today), following, more_named)


def rows_of(
    organization_id: UUID, standings: Sequence[Standing], *, today: date
) -> tuple[InvoiceRow, ...]:
    """List rows for standings, in their order, with two more statements."""
    ids = [standing.id for standing in standings]
    documents = Document.objects.filter(organization_id=organization_id).in_bulk(ids)
    names = dict(
        Client.objects.filter(
            organization_id=organization_id,
            id__in={standing.recipient_id for standing in standings},
        ).values_list("id", "name")
    )
    return tuple(
        InvoiceRow(
            documents[standing.id],
            standing,
            names.get(standing.recipient_id, ""),
            state_on(standing, today),
        )
        for standing in standings
    )


def count_tabs(organization_id: UUID, *, today: date) -> dict[Tab, int]:
    """How many invoices stand under each tab, counted to 100 at most."""
    return {
        tab: len(_under(tab, organization_id, today).values_list("id")[:COUNTED_TO]) for tab in Tab
    }


def document(document_id: UUID, organization_id: UUID) -> Document:
    """One document. Raises Absent."""
    found = Document.objects.filter(organization_id=organization_id, id=document_id).first()
    if found is None:
        raise Absent
    return found


def numbers_of(document_ids: Iterable[UUID], organization_id: UUID) -> dict[UUID, str]:
    """The numbers of documents, by their ids."""
    mine = Document.objects.filter(organization_id=organization_id, id__in=list(document_ids))
    return dict(mine.values_list("id", "number"))


def invoice_numbered(number: str, organization_id: UUID) -> Document:
    """The invoice with this number. Raises Absent."""
    found = Document.objects.filter(
        organization_id=organization_id, number=number, kind=Kind.INVOICE
    ).first()
    if found is None:
        raise Absent
    return found


@dataclass(frozen=True, slots=True)
class WholeDocument:
    """A document with all its rows; `parts` is empty after lawful erasure."""

    document: Document
    lines: tuple[Line, ...]
    subtotals: tuple[TaxSubtotal, ...]
    parts: dict[str, object]
    handed_over_at: datetime | None


def whole_document(document_id: UUID, organization_id: UUID) -> WholeDocument:
    """One document with its lines, subtotals and personal parts. Raises Absent."""
    found = document(document_id, organization_id)
    of_it = {"organization_id": organization_id, "document_id": document_id}
    return WholeDocument(
        document=found,
        lines=tuple(Line.objects.filter(**of_it).order_by("position")),
        subtotals=tuple(TaxSubtotal.objects.filter(**of_it).order_by("position")),
        parts=Particulars.objects.filter(**of_it).values_list("parts", flat=True).first() or {},
        handed_over_at=HandedOver.objects.filter(**of_it).values_list("at", flat=True).first(),
    )


def credit_notes_of(invoice_id: UUID, organization_id: UUID) -> list[Document]:
    """The credit notes on an invoice, the oldest first."""
    return list(
        Document.objects.filter(organization_id=organization_id, corrects_id=invoice_id).order_by(
            "turn"
        )
    )


def draft(draft_id: UUID, organization_id: UUID) -> Draft:
    """One invoice draft. Raises Absent."""
    found = Draft.objects.filter(
        organization_id=organization_id, id=draft_id, kind=Kind.INVOICE
    ).first()
    if found is None:
        raise Absent
    return found


def issued_from(draft_id: UUID, organization_id: UUID) -> Document | None:
    """The document that a draft has become, if it has."""
    return Document.objects.filter(organization_id=organization_id, draft_id=draft_id).first()


def thrown_away(draft_id: UUID, organization_id: UUID) -> Event | None:
    """The happening by which a draft was thrown away, if it was."""
    return Event.objects.filter(
        organization_id=organization_id, subject_id=draft_id, kind=DraftDeleted.kind
    ).first()


DraftState = Literal["draft", "awaiting", "held", "external"]
"""A draft, one that a credit left to be decided on, on hold or leaving, or invoiced elsewhere."""


def awaiting_decision(organization_id: UUID) -> QuerySet[Draft]:
    """The drafts that credits left behind: somebody finishes or deletes them.

    Not those whose credit note is still on hold, nor what goes out by itself or was tried in vain.
    """
    return Draft.objects.filter(
        organization_id=organization_id, kind=Kind.INVOICE, replaces__isnull=False
    ).filter(goes_at=None, issues_at=None, external_at=None, waits_for=None, failure="")


def awaits_decision(draft: Draft) -> bool:
    """Whether a draft is one of them."""
    decided = (draft.goes_at, draft.issues_at, draft.external_at, draft.waits_for_id)
    return draft.replaces_id is not None and decided == (None,) * 4 and not draft.failure


def _drafts(organization_id: UUID, state: DraftState | None) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(organization_id=organization_id, kind=Kind.INVOICE)
    if state is None:
        return drafts
    if state == "awaiting":
        return awaiting_decision(organization_id)
    on_hold, elsewhere = state == "held", state == "external"
    return drafts.filter(goes_at__isnull=not on_hold, external_at__isnull=not elsewhere)


def list_drafts(
    organization_id: UUID,
    *,
    state: DraftState | None = None,
    recipient_ids: Collection[UUID] | None = None,
    numbered: str = "",
    before: UUID | None = None,
    limit: int = PAGE,
) -> tuple[list[Draft], UUID | None]:
    """A page of invoice drafts, newest first; only those of a state, if asked.

    `recipient_ids`: only those for one of these clients, or those whose number in another system
    begins with `numbered`.
    """
    drafts = _drafts(organization_id, state)
    if recipient_ids is not None:
        sought = Q(recipient_id__in=recipient_ids)
        if numbered:
            sought |= Q(external_number__gte=numbered, external_number__lt=numbered + LAST)
        drafts = drafts.filter(sought)
    if before is not None:
        drafts = drafts.filter(id__lt=before)
    found = list(drafts.select_related("recipient").order_by("-id")[: limit + 1])
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def count_drafts(organization_id: UUID, *, state: DraftState) -> int:
    """How many drafts of a state there are, counted to 100 at most."""
    return len(_drafts(organization_id, state).values_list("id")[:COUNTED_TO])


def sums(rows: Iterable[InvoiceRow]) -> dict[str, tuple[int, int]]:
    """Payable and open sums of shown rows, per currency, in minor units."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        payable, still_open = found.get(row.document.currency, (0, 0))
        found[row.document.currency] = (
            payable + row.standing.payable_minor,
            still_open + row.standing.open_minor,
        )
    return found


def organizations_with_due_drafts(at: datetime) -> list[UUID]:
    """Who has drafts on hold whose time has come; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_due_drafts(%s)", [at])
        return [id_ for (id_,) in cursor.fetchall()]
