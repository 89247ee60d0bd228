"""What the pages of sending show, and where they lead back to."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storno.clients.queries import client_with
from storno.diary.looks import note_look_at_paper
from storno.documents.files import is_erased
from storno.documents.models import Document, Kind
from storno.documents.queries import document as document_with
from storno.mailroom.models import Letter
from storno.web.access import Here


def page_of_document(document_id: UUID, here: Here) -> str:
    """The page of an invoice or a credit note; inside a scope. Raises Absent."""
    return _page_of(document_with(document_id, here.organization.id), here)


def _page_of(found: Document, here: Here) -> str:
    return here.url("credit_note" if found.kind == Kind.CREDIT_NOTE else "invoice", found.id)


def usual_address(document_id: UUID, here: Here) -> str:
    """The recipient's present address; inside a scope. Raises Absent."""
    mine = here.organization.id
    found = document_with(document_id, mine)
    return client_with(found.recipient_id, organization_id=mine).email


def shown_sending(document_id: UUID, here: Here) -> dict[str, Any]:
    """The dialog that mails a document."""
    found = _looked_at(document_id, here)
    is_invoice = found.kind == Kind.INVOICE
    label = _("Send")
    back_label = _("Invoice %(number)s") if is_invoice else _("Credit note %(number)s")
    return {
        "title": label,
        "button": label,
        "told": _told(found) % {"number": found.number},
        "post_url": here.url("invoice_send", document_id),
        "back_url": _page_of(found, here),
        "back_label": back_label % {"number": found.number},
    }


def _looked_at(document_id: UUID, here: Here) -> Document:
    """The document, of which the recipient's address is told: a look at the client."""
    found = document_with(document_id, here.organization.id)
    note_look_at_paper(found.invoice_id, found.recipient_id, who=here.who, at=here.at)
    return found


def _told(found: Document) -> str:
    """A credit note leads to the page of its invoice as long as that is there to see."""
    mine, invoice_id = found.organization_id, found.corrects_id
    if invoice_id is not None and is_erased(invoice_id, organization_id=mine):
        return _("%(number)s goes by e-mail, as a PDF.")
    return _("%(number)s goes by e-mail, as a PDF with a link to its page.")


def shown_address(letter: Letter, here: Here) -> dict[str, Any]:
    """The dialog that sends elsewhere what a failed letter carried."""
    found = _looked_at(letter.subject_id, here)
    said = {"number": found.number, "address": letter.to_address}
    return {
        "title": _("Change address"),
        "button": _("Send"),
        "told": _("%(number)s could not be delivered to %(address)s.") % said,
        "post_url": here.url("letter_redirect", letter.id),
        "back_url": _page_of(found, here),
        "back_label": found.number,
    }
