"""Issuing: drafts become invoices, all that belongs to it in the caller's one transaction.

Any number of drafts of one organization goes with a fixed number of statements. Order of locks:
the caller has locked the drafts; then the series, the receiving account, then inserts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.insert import insert, sent_together
from storno.core.refusals import Blocked
from storno.documents.freeze import Content, freeze
from storno.documents.models import Document, Draft, Standing, State
from storno.documents.prepare import invoice_content
from storno.documents.read_lines import lines_of
from storno.history.record import Happening, record_all
from storno.ledger.journal import issue_posting
from storno.ledger.post import Posting, post
from storno.mailroom.queue import Envelope, queue
from storno.numbering.references import enter_references
from storno.organizations.links import Target, make_links
from storno.organizations.models import Channel, LinkKind, VatOn
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Actor

LINK_LASTS = timedelta(days=90)
"""How long after the due day the link in a letter opens the public page."""

DOCUMENT_LETTER = "document"
NOTIFICATION_LETTER = "payment_notification"
REMINDER_LETTER = "payment_reminder"
NOTICES = (NOTIFICATION_LETTER, REMINDER_LETTER)
OVERDUE_LETTER = "overdue_reminder"
TO_RECIPIENTS = (DOCUMENT_LETTER, *NOTICES, OVERDUE_LETTER)
"""The letters that bring an invoice to whoever pays it, or the way to its page."""


@dataclass(frozen=True)
class InvoiceIssued(Happening):
    """An invoice got its number and its date."""

    kind: ClassVar = "invoice.issued"
    sentence: ClassVar = _("Invoice %(number)s was issued.")
    number: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A locked draft with its content, ready to be issued; `address` is empty without e-mail."""

    draft: Draft
    content: Content
    address: str


@dataclass(frozen=True, slots=True)
class NotReady:
    """A locked draft that cannot be issued, and why."""

    draft: Draft
    why: Blocked


def get_ready(drafts: Sequence[Draft], now: Circumstances) -> tuple[list[Ready], list[NotReady]]:
    """Read what locked drafts need and sort them into those that can be issued and the others."""
    lines, mine = lines_of(drafts), now.seller.organization_id
    clients = {
        client.id: client
        for client in Client.objects.filter(
            organization_id=mine, id__in={draft.recipient_id for draft in drafts}
        )
    }
    ready: list[Ready] = []
    not_ready: list[NotReady] = []
    for draft in drafts:
        recipient = clients.get(draft.recipient_id) if draft.recipient_id else None
        try:
            content = invoice_content(draft, lines[draft.id], recipient, now)
        except Blocked as why:
            not_ready.append(NotReady(draft, why))
            continue
        assert recipient is not None
        by_email = draft.channel == Channel.EMAIL
        address = (draft.deliver_to or recipient.email) if by_email else ""
        ready.append(Ready(draft, content, address))
    return ready, not_ready


@sent_together()
def issue(
    papers: Sequence[Ready], now: Circumstances, *, who: Actor, at: datetime
) -> list[Document]:
    """Issue locked drafts: number, date, frozen content, transfers, standing, letters, history."""
    mine = who.organization_id
    documents = freeze(
        [paper.content for paper in papers], organization_id=mine, at=at, on=now.today
    )
    insert(_standing(document) for document in documents)
    post(
        [
            _posting(document, paper.content)
            for document, paper in zip(documents, papers, strict=True)
        ],
        organization_id=mine,
        at=at,
    )
    enter_references(
        [
            (document.payment_account, document.payment_reference, document.id)
            for document in documents
            if document.payment_reference
        ],
        organization_id=mine,
    )
    mailed = [
        (document, paper.address)
        for document, paper in zip(documents, papers, strict=True)
        if paper.address
    ]
    send_off(mailed, organization_id=mine, at=at)
    record_all(
        [(document.id, InvoiceIssued(number=document.number)) for document in documents],
        who=who,
        at=at,
    )
    Draft.objects.filter(organization_id=mine, id__in=[paper.draft.id for paper in papers]).delete()
    return documents


def send_off(
    mailed: Iterable[tuple[Document, str]], *, organization_id: UUID, at: datetime
) -> None:
    """Queue the letters of documents and make the links that they carry."""
    mailed = list(mailed)
    if not mailed:
        return
    make_links(
        [
            link_target(document, on=document.issued_on)
            for document, _address in mailed
            if document.due_on
        ],
        organization_id=organization_id,
    )
    queue(
        [
            Envelope(DOCUMENT_LETTER, document.id, address, document.language)
            for document, address in mailed
        ],
        organization_id=organization_id,
        at=at,
    )


def link_target(invoice: Document, *, on: date) -> Target:
    """The public page of an invoice, open until 90 days after its due day, or after `on`."""
    assert invoice.due_on is not None, "an invoice is due"
    return Target(LinkKind.DOCUMENT, invoice.id, max(invoice.due_on, on) + LINK_LASTS)


def _standing(document: Document) -> Standing:
    assert document.due_on is not None, "an invoice is due"
    return Standing(
        id=document.id,
        organization_id=document.organization_id,
        recipient_id=document.recipient_id,
        state=State.SENT if document.payable_minor else State.PAID,
        issued_on=document.issued_on,
        due_on=document.due_on,
        payable_minor=document.payable_minor,
        open_minor=document.payable_minor,
    )


def _posting(document: Document, content: Content) -> Posting:
    return Posting(
        source_id=document.id,
        kind="issue",
        subject_id=document.id,
        currency=document.currency,
        booked_on=document.issued_on,
        moves=issue_posting(
            content.breakdown.groups, vat_on_payment=content.vat_on == VatOn.PAYMENT
        ),
    )
