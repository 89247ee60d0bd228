"""The page of an invoice behind its link: for whoever holds the link, without sign-in.

The link leads to the organization, so these functions open the scope themselves; what they return
is complete and needs none.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Refused
from storno.documents.files import file_name, paper_of, pdf_of
from storno.documents.issue import TO_RECIPIENTS
from storno.documents.letter import LINK_RENEWED_LETTER
from storno.documents.models import Document, Standing
from storno.documents.queries import credit_notes_of
from storno.documents.queries import document as read_document
from storno.documents.standing import what_holds
from storno.documents.typeset import payment_of
from storno.history.record import Happening, record
from storno.mailroom.models import Letter, LetterState, Medium
from storno.mailroom.queue import Envelope, queue
from storno.organizations.links import opened
from storno.organizations.models import LinkKind, PublicLink
from storno.organizations.roles import system
from storno.organizations.scope import scope
from storno.printing.effect import Effect
from storno.printing.paper import Paper, PaymentPart

RENEWED_EVERY = timedelta(hours=1)


class LinkExpired(Refused):
    """The link has run out; a new one can be mailed."""

    code = "link_expired"
    message = _("This link has run out.")
    remedy = _("Have a new one sent to the address that the invoice was sent to.")


class LinkStillOpen(Refused):
    """Somebody asks for a new link though the one they have still opens."""

    code = "link_still_open"
    message = _("This link still opens.")
    remedy = _("Open it.")


class LinkJustRenewed(Refused):
    """A new link was mailed within the last hour."""

    code = "link_just_renewed"
    message = _("A new link was sent less than an hour ago.")
    remedy = _("Look for it in your e-mail, also among unwanted mail, or ask again later.")


@dataclass(frozen=True)
class LinkRenewed(Happening):
    """Whoever holds an old link asked for a new one."""

    kind: ClassVar = "link.renewed"
    sentence: ClassVar = _("The link had run out; a new one was put in the mail.")


@dataclass(frozen=True, slots=True)
class CreditNoteShown:
    """A credit note on the invoice, as its recipient knows it."""

    id: UUID
    number: str
    issued_on: date
    payable_minor: int


@dataclass(frozen=True, slots=True)
class PublicInvoice:
    """An invoice for its recipient: the paper as issued, and what holds of it now.

    `payment` says how the `open_minor` is paid; None where there is nothing to pay.
    """

    document: Document
    paper: Paper
    holds: Effect
    is_untouched: bool
    open_minor: int
    payment: PaymentPart | None
    credit_notes: tuple[CreditNoteShown, ...]


def language_behind(signed: str) -> str:
    """The language of the invoice behind a link, also of one that has run out. Raises Absent."""
    link = opened(signed, kind=LinkKind.DOCUMENT)
    with scope(link.organization_id):
        return read_document(link.subject_id, link.organization_id).language


def open_link(signed: str, *, at: datetime) -> PublicInvoice:
    """The invoice behind a link. Raises Absent, LinkExpired, ErasedLawfully."""
    link = valid_link(signed, at=at)
    mine = link.organization_id
    with scope(mine):
        invoice = read_document(link.subject_id, mine)
        standing = Standing.objects.get(organization_id=mine, id=invoice.id)
        return PublicInvoice(
            document=invoice,
            paper=paper_of(invoice.id, organization_id=mine),
            holds=what_holds(standing, invoice.currency),
            is_untouched=standing.open_minor == invoice.payable_minor > 0,
            open_minor=standing.open_minor,
            payment=payment_of(invoice, standing.open_minor),
            credit_notes=tuple(
                CreditNoteShown(note.id, note.number, note.issued_on, note.payable_minor)
                for note in credit_notes_of(invoice.id, mine)
            ),
        )


def public_pdf(
    signed: str, *, credit_note_id: UUID | None = None, at: datetime
) -> tuple[str, bytes]:
    """Name and content of the PDF of the invoice behind a link, or of a credit note on it.

    Raises Absent, LinkExpired, ErasedLawfully.
    """
    link = valid_link(signed, at=at)
    mine = link.organization_id
    with scope(mine):
        document = read_document(credit_note_id or link.subject_id, mine)
        if link.subject_id not in (document.id, document.corrects_id):
            raise Absent
        return file_name(document), pdf_of(document.id, organization_id=mine)


def renew_link(signed: str, *, at: datetime) -> None:
    """Mail a new link to the address that the invoice went to, at most one an hour.

    Whoever asks learns nothing of that address. Raises Absent, LinkStillOpen, LinkJustRenewed.
    """
    link = opened(signed, kind=LinkKind.DOCUMENT)
    if not _has_expired(link, at):
        raise LinkStillOpen
    mine = link.organization_id
    with scope(mine):
        invoice = read_document(link.subject_id, mine)
        # The lock lets of two requests at once only one through.
        Standing.objects.select_for_update().get(organization_id=mine, id=invoice.id)
        letters = Letter.objects.filter(organization_id=mine)
        if letters.filter(
            subject_id=invoice.id, kind=LINK_RENEWED_LETTER, queued_at__gt=at - RENEWED_EVERY
        ).exists():
            raise LinkJustRenewed
        address = _original_address(invoice)
        envelope = Envelope(LINK_RENEWED_LETTER, invoice.id, address, invoice.language)
        queue([envelope], organization_id=mine, at=at)
        record(LinkRenewed(), subject_id=invoice.id, who=system(mine), at=at)


def valid_link(signed: str, *, at: datetime) -> PublicLink:
    """The link to an invoice, as long as it lasts. Raises Absent, LinkExpired."""
    link = opened(signed, kind=LinkKind.DOCUMENT)
    if _has_expired(link, at):
        raise LinkExpired
    return link


def _has_expired(link: PublicLink, at: datetime) -> bool:
    return link.expires_on < at.date()


def _original_address(invoice: Document) -> str:
    """Where the invoice went first, or else a credit note on it. Raises Absent."""
    mine = invoice.organization_id
    subjects = [invoice.id, *(note.id for note in credit_notes_of(invoice.id, mine))]
    letters = Letter.objects.filter(
        organization_id=mine,
        subject_id__in=subjects,
        kind__in=TO_RECIPIENTS,
        medium=Medium.EMAIL,
    )
    first = letters.filter(state=LetterState.SENT).order_by("id").first()
    if first is None:
        raise Absent
    return first.to_address
