"""One invoice, one credit note, and their PDFs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from storno.cases.queries import last_case_id
from storno.corrections.facts import read_standing
from storno.corrections.preview import preview_of_credit
from storno.corrections.queries import pending_credit
from storno.diary.looks import note_look_at_paper
from storno.documents.files import ErasedLawfully, file_name, pdf_of
from storno.documents.queries import document as document_with
from storno.documents.queries import whole_document
from storno.web.access import Here, member_page
from storno.web.go import go
from storno.web.papers.reading import read_invoice
from storno.web.papers.refused import show_refused
from storno.web.papers.story import credit_note_page, story_of
from storno.web.papers.ways_out import Subject
from storno.web.show import show


@require_GET
@member_page
def invoice(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """An invoice: left the paper as its recipient has it, right its story."""
    with here.reading():
        whole = whole_document(invoice_id, here.organization.id)
        if whole.document.corrects_id is not None:
            return go(request, here.url("credit_note", invoice_id))
        story = story_of(read_invoice(invoice_id, here, known=whole), here)
        case_id = last_case_id(invoice_id, here.organization.id)
        case_url = here.url("refund_case", case_id) if case_id else ""
        return show(request, here, "papers/invoice.html", **story, case_url=case_url)


@require_GET
@member_page
def credit_note(request: HttpRequest, here: Here, document_id: UUID) -> HttpResponse:
    """A credit note, with the way to the invoice that it takes back."""
    with here.reading():
        note = whole_document(document_id, here.organization.id)
        if note.document.corrects_id is None:
            return go(request, here.url("invoice", document_id))
        read = read_invoice(note.document.corrects_id, here, known=note)
        page = credit_note_page(note, read, here)
        return show(request, here, "papers/credit_note.html", **page)


@require_GET
@member_page
def document_pdf(request: HttpRequest, here: Here, document_id: UUID) -> HttpResponse:
    """The PDF of an issued document, as its recipient has it."""
    mine = here.organization.id
    try:
        with here.reading():
            paper = document_with(document_id, mine)
            note_look_at_paper(paper.invoice_id, paper.recipient_id, who=here.who, at=here.at)
            return as_pdf(pdf_of(document_id, organization_id=mine), file_name(paper))
    except ErasedLawfully as erased:
        title = _("This paper was erased")
        return show_refused(request, here, title, erased, Subject(invoice_id=document_id))


@require_GET
@member_page
def invoice_credit_pdf(request: HttpRequest, here: Here, invoice_id: UUID) -> HttpResponse:
    """The credit note on hold as a PDF without a number; once it has left, the invoice's page."""
    with here.reading():
        standing = read_standing(invoice_id, here.organization.id)
        held = pending_credit(standing, who=here.who, at=here.at)
        if held is None:
            return go(request, here.url("invoice", invoice_id))
        case, pending = held
        return as_pdf(preview_of_credit(case, pending.plan, at=here.at), "pending.pdf")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF that the browser shows, and that is saved under its name."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
