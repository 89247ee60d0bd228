"""Invoices: how each stands, what belongs to it, and what may be done to it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from ninja import Query, Router

from storno.api.answers import reading
from storno.api.bearer import Caller, Request
from storno.api.errors import BlockerShown, blockers_shown
from storno.api.pages import AskedById, Next, next_before
from storno.api.v1.paper import Totals, totals
from storno.api.values import Day, Id, Search, Shown, ShownAmount, ShownMoment, moment_or_none
from storno.corrections.facts import read_standing
from storno.corrections.queries import Link, actions_on, chain_of
from storno.diary.looks import note_look_at_paper
from storno.documents.queries import (
    Filter,
    InvoiceRow,
    Tab,
    list_invoices,
    rows_of,
)
from storno.documents.words import invoice_words
from storno.money.currency import decimal_text
from storno.organizations.queries import circumstances

router = Router(tags=["invoices"])


class InvoiceState(StrEnum):
    """How an invoice stands, the first that holds in this order."""

    REFUNDED = "refunded"
    CREDITED = "credited"
    CANCELLING = "cancelling"
    WRITTEN_OFF = "written_off"
    PAID = "paid"
    PART_CREDITED = "part_credited"
    PART_PAID = "part_paid"
    OVERDUE = "overdue"
    SENT = "sent"


class PaperState(StrEnum):
    """How a credit note or a draft stands.

    It is `leaving` once it can no longer be taken back. `external`: a draft that is invoiced in
    another system.
    """

    ISSUED = "issued"
    HELD = "held"
    LEAVING = "leaving"
    DRAFT = "draft"
    EXTERNAL = "external"


class PaperKind(StrEnum):
    """What a paper of the chain is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    DRAFT = "draft"


class ActionName(StrEnum):
    """What may be done to an invoice."""

    CREDIT = "credit"
    UNDO = "undo"
    REGISTER_PAYMENT = "register_payment"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    SEND = "send"
    NOTIFY = "notify"


class InvoiceShown(Shown):
    """An invoice and how it stands; its id is that of its document.

    `state_label` says the state in the language of the request and the words of the organization.
    `goes_at` is set while a credit note is on hold. `open` is still to be paid; `owed_back` was
    paid and is more than what is owed; `returned` of what was received has gone back;
    `written_off` is asked for no more, as bad debt or a cent difference.
    """

    id: UUID
    number: str
    state: InvoiceState
    state_label: str
    goes_at: ShownMoment | None
    recipient: UUID
    recipient_name: str
    issued_on: date
    due_on: date
    currency: str
    totals: Totals
    received: ShownAmount
    credited: ShownAmount
    open: ShownAmount
    owed_back: ShownAmount
    returned: ShownAmount
    written_off: ShownAmount


class InvoicePage(Shown):
    """Invoices, the newest first."""

    items: list[InvoiceShown]
    next: Next


class LinkShown(Shown):
    """A paper of the chain. A credit note on hold and a draft have no number yet."""

    kind: PaperKind
    id: UUID
    number: str | None
    state: InvoiceState | PaperState
    state_label: str
    payable: ShownAmount
    issued_on: date | None
    goes_at: ShownMoment | None


class ActionShown(Shown):
    """Something that may be done, or by its blockers why not now."""

    name: ActionName
    blockers: list[BlockerShown]


class WholeInvoiceShown(InvoiceShown):
    """An invoice with its chain, from the first invoice to the last, and what may be done."""

    chain: list[LinkShown]
    actions: list[ActionShown]


class InvoicesAsked(AskedById):
    """Which invoices to list.

    `q` looks for a number, reference, amount or recipient; of recipients of one name the first 99
    are looked through, and as many in the archive.
    """

    tab: Tab = Tab.ALL
    recipient: Id | None = None
    issued_from: Day | None = None
    issued_to: Day | None = None
    q: Search = ""


def show_row(row: InvoiceRow, wording: str) -> InvoiceShown:
    """An invoice as a list shows it."""
    document, standing = row.document, row.standing
    currency = document.currency
    return InvoiceShown(
        id=document.id,
        number=document.number,
        state=InvoiceState(row.state),
        state_label=str(
            invoice_words(
                row.state,
                standing.payable_minor,
                wording,
                in_part=standing.is_cancelled_in_part,
            )
        ),
        goes_at=moment_or_none(standing.cancelling_at),
        recipient=document.recipient_id,
        recipient_name=row.recipient_name,
        issued_on=document.issued_on,
        due_on=standing.due_on,
        currency=currency,
        totals=totals(document.net_minor, document.tax_minor, document.payable_minor, currency),
        received=decimal_text(standing.received_minor, currency),
        credited=decimal_text(standing.credited_minor, currency),
        open=decimal_text(standing.open_minor, currency),
        owed_back=decimal_text(standing.owed_back_minor, currency),
        returned=decimal_text(standing.returned_minor, currency),
        written_off=decimal_text(standing.written_minor, currency),
    )


def _link(link: Link, wording: str) -> LinkShown:
    kind = PaperKind(link.kind)
    stands = InvoiceState if kind is PaperKind.INVOICE else PaperState
    return LinkShown(
        kind=kind,
        id=link.id,
        number=link.number,
        state=stands(link.state),
        state_label=str(
            invoice_words(link.state, link.payable_minor, wording, in_part=link.in_part)
        ),
        payable=decimal_text(link.payable_minor, link.currency),
        issued_on=link.on,
        goes_at=moment_or_none(link.goes_at),
    )


def show_invoice(caller: Caller, invoice_id: UUID) -> WholeInvoiceShown:
    """One invoice with all that belongs to it. Raises Absent."""
    who, at = caller.who, caller.at
    now = circumstances(who.organization_id, at)
    standing = read_standing(invoice_id, who.organization_id)
    (row,) = rows_of(who.organization_id, [standing], today=now.today)
    wording = now.settings.wording
    chain = chain_of(row.document, who=who, at=at, today=now.today)
    actions = actions_on(standing, now.settings, who=who, at=at, fresh=who.fresh)
    return WholeInvoiceShown(
        **dict(show_row(row, wording)),
        chain=[_link(each, wording) for each in chain],
        actions=[
            ActionShown(
                name=ActionName(action.name), blockers=blockers_shown(action.blockers, caller)
            )
            for action in actions
        ],
    )


@router.get("", response=InvoicePage)
@reading
def list_all_invoices(request: Request, asked: Query[InvoicesAsked]) -> InvoicePage:
    """Invoices, the newest first, by state, recipient and day of issue; of them what `q` finds."""
    mine = request.auth.who.organization_id
    now = circumstances(mine, request.auth.at)
    today, wording = now.today, now.settings.wording
    page = list_invoices(
        mine,
        Filter(asked.tab, asked.recipient, asked.issued_from, asked.issued_to, asked.q),
        today=today,
        before=asked.before,
        limit=asked.limit,
    )
    return InvoicePage(
        items=[show_row(row, wording) for row in page.rows], next=next_before(request, page.next)
    )


@router.get("/{invoice_id}", response=WholeInvoiceShown)
@reading
def get_invoice(request: Request, invoice_id: Id) -> WholeInvoiceShown:
    """An invoice with its chain, and what may be done to it or why not."""
    shown = show_invoice(request.auth, invoice_id)
    note_look_at_paper(invoice_id, shown.recipient, who=request.auth.who, at=request.auth.at)
    return shown
