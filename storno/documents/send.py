"""Sending a document that is already issued, and marking one as given.

Finalising and sending are two things: a document that the member delivers leaves by nothing at all
until somebody presses "Send", and one that was mailed can be mailed once more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.core.entered import email_errors, tidy
from storno.core.phone import e164, number_errors
from storno.core.refusals import Invalid
from storno.documents.files import ErasedLawfully, is_erased
from storno.documents.issue import DOCUMENT_LETTER
from storno.documents.models import Document, HandedOver, Standing
from storno.documents.queries import document as read_document
from storno.history.record import Happening, record
from storno.mailroom.again import lock_failed_letter, replace, requeue
from storno.mailroom.models import Letter, Medium
from storno.mailroom.queue import Envelope, queue
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.sealed import sealed


@dataclass(frozen=True)
class DocumentSent(Happening):
    """Somebody had a document mailed that was issued before."""

    kind: ClassVar = "document.sent"
    sentence: ClassVar = _("%(number)s was put in the mail.")
    number: str
    letter_id: str


@dataclass(frozen=True)
class DocumentHandedOver(Happening):
    """A member gave a document to its recipient."""

    kind: ClassVar = "document.handed_over"
    sentence: ClassVar = _("%(number)s was marked as given.")
    number: str


@dataclass(frozen=True)
class LetterSentAgain(Happening):
    """A letter that had failed was put into the mail once more."""

    kind: ClassVar = "letter.sent_again"
    sentence: ClassVar = _("A letter that had failed was put in the mail again.")
    letter_id: str


@dataclass(frozen=True)
class LetterRedirected(Happening):
    """In place of a letter that had failed another went to another address."""

    kind: ClassVar = "letter.redirected"
    sentence: ClassVar = _("A letter that had failed was put in the mail to another address.")
    letter_id: str


@deed
def send_document(
    document_id: UUID, *, address: str | None = None, who: Actor, at: datetime
) -> Letter:
    """Mail an issued document to an address, or to its recipient's present one.

    While a letter with it is on its way to that address, that one is the answer: a second press
    sends nothing twice. Raises Absent, ErasedLawfully, Invalid, NotAllowed.
    """
    who.must(Deed.SEND)
    mine = who.organization_id
    document = read_document(document_id, mine)
    if is_erased(document.id, organization_id=mine):
        raise ErasedLawfully
    to_address = _checked(address) if address is not None else _address_of_recipient(document)
    _lock_standing_of(document)
    under_way = Letter.objects.filter(
        organization_id=mine,
        subject_id=document.id,
        kind=DOCUMENT_LETTER,
        to_address=to_address,
        next_attempt_at__isnull=False,
    ).first()
    if under_way is not None:
        return under_way
    envelope = Envelope(DOCUMENT_LETTER, document.id, to_address, document.language)
    (letter,) = queue([envelope], organization_id=mine, at=at)
    happened = DocumentSent(number=document.number, letter_id=str(letter.id))
    record(happened, subject_id=document.invoice_id, who=who, at=at)
    return letter


@deed
def hand_over(document_id: UUID, *, who: Actor, at: datetime) -> HandedOver:
    """Mark a document as given to its recipient; once marked, it stays so.

    Raises Absent, NotAllowed.
    """
    who.must(Deed.SEND)
    mine = who.organization_id
    document = read_document(document_id, mine)
    _lock_standing_of(document)
    already = HandedOver.objects.filter(organization_id=mine, document_id=document.id).first()
    if already is not None:
        return already
    handed_over = sealed(
        HandedOver(organization_id=mine, document_id=document.id, at=at, by=who.person_id)
    )
    handed_over.save(force_insert=True)
    _count_what_is_to_give(document.invoice_id, mine)
    happened = DocumentHandedOver(number=document.number)
    record(happened, subject_id=document.invoice_id, who=who, at=at)
    return handed_over


def _count_what_is_to_give(invoice_id: UUID, organization_id: UUID) -> None:
    """Let the locked standing of an invoice count its credit notes that are still to be given."""
    given = HandedOver.objects.filter(organization_id=organization_id)
    notes = Document.objects.filter(organization_id=organization_id, corrects_id=invoice_id)
    left = notes.filter(Exists(given.filter(document_id=invoice_id))).exclude(
        Exists(given.filter(document_id=OuterRef("id")))
    )
    standing = Standing.objects.filter(organization_id=organization_id, id=invoice_id)
    standing.update(notes_to_give=left.count())


@deed
def send_again(letter_id: UUID, *, who: Actor, at: datetime) -> Letter:
    """Put a letter that failed into the mail once more, to the same address.

    Raises Absent, LetterHasNotFailed, NotAllowed.
    """
    who.must(Deed.SEND)
    letter = requeue(lock_failed_letter(letter_id, organization_id=who.organization_id), at=at)
    happened = LetterSentAgain(letter_id=str(letter.id))
    record(happened, subject_id=_subject_of(letter), who=who, at=at)
    return letter


@deed
def send_to_other_address(letter_id: UUID, address: str, *, who: Actor, at: datetime) -> Letter:
    """Write to another address in place of a letter that failed; returns the new letter.

    Raises Absent, Invalid, LetterHasNotFailed, NotAllowed.
    """
    who.must(Deed.SEND)
    failed = lock_failed_letter(letter_id, organization_id=who.organization_id)
    if failed.medium == Medium.SMS:
        to_address = _checked_number(address, organization_id=who.organization_id)
    else:
        to_address = _checked(address)
    letter = replace(failed, address=to_address, at=at)
    happened = LetterRedirected(letter_id=str(letter.id))
    record(happened, subject_id=_subject_of(letter), who=who, at=at)
    return letter


def _checked(address: str) -> str:
    """An address as it is used. Raises Invalid."""
    plain = tidy(address)
    if errors := tuple(email_errors("address", plain, required=True)):
        raise Invalid(errors)
    return plain


def _checked_number(number: str, *, organization_id: UUID) -> str:
    """A number as an SMS is sent to it. Raises Invalid."""
    country = seller_of(organization_id).country
    if errors := tuple(number_errors("address", number, country=country)):
        raise Invalid(errors)
    return e164(number, country=country)


def _address_of_recipient(document: Document) -> str:
    recipient = Client.objects.get(
        organization_id=document.organization_id, id=document.recipient_id
    )
    return _checked(recipient.email)


def _lock_standing_of(document: Document) -> None:
    """Let of two presses at once one go after the other."""
    Standing.objects.select_for_update().get(
        organization_id=document.organization_id, id=document.invoice_id
    )


def _subject_of(letter: Letter) -> UUID:
    document = Document.objects.filter(
        organization_id=letter.organization_id, id=letter.subject_id
    ).first()
    return document.invoice_id if document is not None else letter.subject_id
