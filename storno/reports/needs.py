"""What needs somebody: the few things of an organization that wait for a person.

Read only, across rooms, inside an open scope; every list stops after a handful.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from storno.core.refusals import Blocker
from storno.corrections.queries import end_of_hold
from storno.corrections.stop import STOPPED
from storno.documents.models import Document, Draft, Kind, Standing, State
from storno.documents.queries import (
    Filter,
    InvoiceRow,
    Tab,
    count_drafts,
    count_tabs,
    list_invoices,
    rows_of,
)
from storno.history.models import Event
from storno.mailroom.models import Letter
from storno.mailroom.queries import failed_letters
from storno.organizations.completeness import missing_for_issue
from storno.organizations.queries import Circumstances

FEW = 5
STOPPED_FOR = timedelta(days=14)
"""How long Home says that a credit note was stopped, unless it is given after all."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits, each list a handful."""

    missing: tuple[Blocker, ...]
    issued_any: bool
    cancelling: tuple[InvoiceRow, ...]
    leaving: tuple[Draft, ...]
    not_issued: tuple[Draft, ...]
    not_delivered: tuple[tuple[Letter, Document | None], ...]
    stopped: tuple[tuple[InvoiceRow, list[Event]], ...]
    overdue: tuple[InvoiceRow, ...]
    owed_back: tuple[InvoiceRow, ...]
    latest: tuple[InvoiceRow, ...]
    drafts: int
    counts: dict[Tab, int]


def read_needs(now: Circumstances, *, at: datetime) -> Needs:
    """Read what waits for somebody at this moment."""
    mine = now.seller.organization_id
    drafts = Draft.objects.filter(organization_id=mine, kind=Kind.INVOICE)
    return Needs(
        missing=missing_for_issue(now.seller),
        issued_any=Document.objects.filter(organization_id=mine).exists(),
        cancelling=_first(Tab.CANCELLING, now),
        leaving=tuple(
            drafts.filter(goes_at__isnull=False)
            .select_related("recipient")
            .order_by("goes_at", "id")[:FEW]
        ),
        not_issued=tuple(
            drafts.exclude(failure="").select_related("recipient").order_by("-id")[:FEW]
        ),
        not_delivered=_not_delivered(mine),
        stopped=_stopped(now, at),
        overdue=_overdue(now),
        owed_back=_first(Tab.OWED_BACK, now),
        latest=_first(Tab.ALL, now),
        drafts=count_drafts(mine, on_hold=False),
        counts=count_tabs(mine, today=now.today),
    )


def _first(tab: Tab, now: Circumstances) -> tuple[InvoiceRow, ...]:
    mine = now.seller.organization_id
    return list_invoices(mine, Filter(tab), today=now.today, limit=FEW).rows


def _overdue(now: Circumstances) -> tuple[InvoiceRow, ...]:
    """Those that are overdue the longest."""
    mine = now.seller.organization_id
    standings = Standing.objects.filter(
        organization_id=mine, open_minor__gt=0, due_on__lt=now.today, cancelling_at=None
    )
    return rows_of(mine, list(standings.order_by("due_on", "id")[:FEW]), today=now.today)


def _not_delivered(organization_id: UUID) -> tuple[tuple[Letter, Document | None], ...]:
    letters = failed_letters(organization_id, limit=FEW)
    documents = Document.objects.filter(organization_id=organization_id).in_bulk(
        [letter.subject_id for letter in letters]
    )
    return tuple((letter, documents.get(letter.subject_id)) for letter in letters)


def _stopped(now: Circumstances, at: datetime) -> tuple[tuple[InvoiceRow, list[Event]], ...]:
    """Invoices whose credit note was stopped lately, and that still stand, with what is told."""
    mine = now.seller.organization_id
    latest: dict[UUID, datetime] = {}
    for event in Event.objects.filter(
        organization_id=mine, kind__in=STOPPED, at__gte=at - STOPPED_FOR
    ).order_by("-at")[: 4 * FEW]:
        latest.setdefault(event.subject_id, event.at)
    standing = Standing.objects.filter(organization_id=mine, id__in=latest, cancelling_at=None)
    still = standing.exclude(state=State.CREDITED).order_by("-id")[:FEW]
    return tuple(
        (row, end_of_hold(row.document.id, mine, at=latest[row.document.id]))
        for row in rows_of(mine, list(still), today=now.today)
    )
