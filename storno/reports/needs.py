"""What needs somebody: the few things of an organization that wait for a person.

Read only, across rooms, inside an open scope; every list stops after a handful.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from storno.bank.queries import count_waiting
from storno.cases.queries import Queued, cases_in_queue, cases_to_confirm
from storno.cases.state import CaseNow
from storno.core.refusals import Blocker
from storno.corrections.queries import STOPPED_FOR, stops_of
from storno.corrections.stop import STOPPED
from storno.custody.payout_account import PAYOUT_ACCOUNT_LETTER
from storno.custody.set_aside import MONEY_CAME_LETTER
from storno.diary.messages.tell import LETTERS, untold_of
from storno.diary.models import Booking
from storno.diary.public import cancelled_by_clients
from storno.documents.models import Document, Draft, HandedOver, Kind, Standing
from storno.documents.queries import (
    Filter,
    InvoiceRow,
    Tab,
    awaiting_decision,
    count_drafts,
    count_tabs,
    list_invoices,
    numbers_of,
    rows_of,
)
from storno.history.models import Event
from storno.mailroom.models import Letter
from storno.mailroom.queries import failed_letters
from storno.organizations.completeness import missing_for_issue
from storno.organizations.customer_service import has_customer_service
from storno.organizations.models import OrganizationKind
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Actor, Deed
from storno.payouts.queries import AccountNeed, account_need
from storno.payouts.write import BACK_LETTER, LEFT_LETTER
from storno.staff.enlist import staff_of
from storno.support.letters import ANSWER_LETTER
from storno.support.queries import unread
from storno.support.tell import WAITING_LETTER

FEW = 5

OF_NO_PAPER = (
    *LETTERS.values(),
    *(MONEY_CAME_LETTER, PAYOUT_ACCOUNT_LETTER, LEFT_LETTER, BACK_LETTER, ANSWER_LETTER),
    WAITING_LETTER,
)
"""Letters that are told elsewhere, or whose news the pages tell; they would hide those of papers.
"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What waits, each list a handful.

    `to_check` and `to_be_paid_back` are the refund cases of all sellers, for customer service.
    """

    missing: tuple[Blocker, ...]
    account: AccountNeed | None
    to_check: int
    to_be_paid_back: int
    entries: int
    cases: tuple[tuple[CaseNow, str], ...]
    unread: int
    issued_any: bool
    cancelling: tuple[InvoiceRow, ...]
    leaving: tuple[Draft, ...]
    not_issued: tuple[Draft, ...]
    to_decide: tuple[Draft, ...]
    more_to_decide: bool
    not_delivered: tuple[tuple[Letter, Document | None], ...]
    untold: tuple[tuple[Letter, Booking], ...]
    called_off: tuple[Booking, ...]
    to_give: tuple[Document, ...]
    stopped: tuple[tuple[InvoiceRow, list[Event]], ...]
    overdue: tuple[InvoiceRow, ...]
    owed_back: tuple[InvoiceRow, ...]
    latest: tuple[InvoiceRow, ...]
    drafts: int
    counts: dict[Tab, int]


def read_needs(now: Circumstances, *, who: Actor, at: datetime) -> Needs:
    """Read what waits for somebody at this moment."""
    mine = now.seller.organization_id
    drafts = Draft.objects.filter(organization_id=mine, kind=Kind.INVOICE)
    to_decide = list(
        awaiting_decision(mine).select_related("recipient", "replaces").order_by("-id")[: FEW + 1]
    )
    queued = _queued(now, who)
    return Needs(
        missing=missing_for_issue(now.seller),
        account=_account(now, who, at),
        to_check=sum(each.confirmed_at is not None for each in queued),
        to_be_paid_back=sum(each.confirmed_at is None for each in queued),
        entries=_entries(now, who),
        cases=_cases(now, who),
        unread=unread(who) if _asks(now, who) else 0,
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
        to_decide=tuple(to_decide[:FEW]),
        more_to_decide=len(to_decide) > FEW,
        not_delivered=_not_delivered(mine),
        untold=untold_of(who, at=at)[:FEW],
        called_off=cancelled_by_clients(who, at=at, most=FEW),
        to_give=_to_give(mine),
        stopped=_stopped(now, at),
        overdue=_overdue(now),
        owed_back=_first(Tab.OWED_BACK, now),
        latest=_first(Tab.ALL, now),
        drafts=count_drafts(mine, state="draft"),
        counts=count_tabs(mine, today=now.today),
    )


def _account(now: Circumstances, who: Actor, at: datetime) -> AccountNeed | None:
    """What is to be looked at about where client money is paid out, for who may see it."""
    if who.clients_of is not None or not now.settings.organization.in_custody:
        return None
    return account_need(now.seller.organization_id, at=at)


def _queued(now: Circumstances, who: Actor) -> list[Queued]:
    """The refund cases of all sellers, for who is of customer service and at the operator's."""
    is_operator = now.settings.organization.kind == OrganizationKind.OPERATOR
    if not is_operator or who.person_id is None or staff_of(who.person_id) is None:
        return []
    return cases_in_queue()


def _entries(now: Circumstances, who: Actor) -> int:
    """How many entries of the bank wait to be matched, counted to 100, for who may see them."""
    sees = who.clients_of is None and who.may(Deed.REGISTER_PAYMENT)
    if not sees or now.settings.organization.in_custody:
        return 0
    return count_waiting(now.seller.organization_id)


def _asks(now: Circumstances, who: Actor) -> bool:
    """Whether there is a customer service that this member talks with."""
    return who.may(Deed.ASK) and has_customer_service(now.settings)


def _cases(now: Circumstances, who: Actor) -> tuple[tuple[CaseNow, str], ...]:
    """Refund cases in which the member has something to do, each with its invoice's number."""
    if not _asks(now, who):
        return ()
    mine = now.seller.organization_id
    cases = cases_to_confirm(mine, limit=FEW)
    numbers = numbers_of([each.case.invoice_id for each in cases], mine) if cases else {}
    return tuple((each, numbers[each.case.invoice_id]) for each in cases)


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
    letters = failed_letters(organization_id, limit=FEW, but_for=OF_NO_PAPER)
    documents = Document.objects.filter(organization_id=organization_id).in_bulk(
        [letter.subject_id for letter in letters]
    )
    return tuple((letter, documents.get(letter.subject_id)) for letter in letters)


def _to_give(organization_id: UUID) -> tuple[Document, ...]:
    """Credit notes that nobody has given yet, on the newest invoices that were given by hand.

    Asked in two steps: in one, the notes would be walked until some are found.
    """
    mine = Document.objects.filter(organization_id=organization_id)
    given = HandedOver.objects.filter(organization_id=organization_id)
    waiting = Standing.objects.filter(organization_id=organization_id, notes_to_give__gt=0)
    newest = list(waiting.order_by("-id").values_list("id", flat=True)[:FEW])
    if not newest:
        return ()
    return tuple(
        mine.filter(corrects_id__in=newest)
        .exclude(Exists(given.filter(document_id=OuterRef("id"))))
        .select_related("recipient")
        .order_by("-id")[:FEW]
    )


def _stopped(now: Circumstances, at: datetime) -> tuple[tuple[InvoiceRow, list[Event]], ...]:
    """Invoices whose credit note was stopped lately, with what is told of it."""
    mine = now.seller.organization_id
    lately = Event.objects.filter(organization_id=mine, kind__in=STOPPED, at__gt=at - STOPPED_FOR)
    ids = [event.subject_id for event in lately.order_by("-at")[: 4 * FEW]]
    stops = stops_of(ids, mine, at=at)
    still = Standing.objects.filter(organization_id=mine, id__in=stops).order_by("-id")[:FEW]
    rows = rows_of(mine, list(still), today=now.today)
    return tuple((row, stops[row.document.id]) for row in rows)
