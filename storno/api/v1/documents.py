"""Documents: invoices and credit notes as papers, as they were issued."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Router

from storno.api.answers import Pdf, Told, doing, printing, reading
from storno.api.bearer import Caller, Request
from storno.api.errors import Gone
from storno.api.v1.effect import EffectShown, show_effect
from storno.api.v1.paper import (
    TaxGroupShown,
    Totals,
    document_link,
    rate_text,
    tax_group,
    totals,
    work_shown,
)
from storno.api.values import (
    Id,
    Shown,
    ShownAmount,
    ShownMoment,
    ShownNumber,
    ShownPrice,
    moment_or_none,
    moment_text,
    number_text,
    price_text,
)
from storno.diary.looks import note_look_at_paper
from storno.documents.credit_note import effect_of
from storno.documents.files import ErasedLawfully, file_name, pdf_of
from storno.documents.models import Document, HandedOver, Kind, Line, Reason, TaxSubtotal
from storno.documents.queries import WholeDocument, document, whole_document
from storno.documents.send import hand_over
from storno.money.currency import decimal_text
from storno.organizations.models import Channel
from storno.printing.labels import language_called
from storno.tax.category import TaxCategory

router = Router(tags=["documents"])


class PartyShown(Shown):
    """The seller or the buyer as the document names it."""

    name: str
    business_id: str
    street: str
    postcode: str
    city: str
    country: str


class SellerShown(PartyShown):
    """The seller; `tax_id` is empty outside the VAT register."""

    tax_id: str
    enterprise_register: bool
    email: str
    phone: str
    website: str


class BuyerShown(PartyShown):
    """The buyer."""

    contact: str


class CorrectsShown(Shown):
    """The invoice that a credit note corrects."""

    id: UUID
    number: str
    issued_on: date


class DocumentLineShown(Shown):
    """A line; `amount` is in its own pricing: with tax where `price_includes_tax`.

    `corrects_line` is, on a credit note, the line of the invoice that it takes from.
    """

    id: UUID
    description: str
    quantity: ShownNumber
    unit: str
    unit_price: ShownPrice
    price_includes_tax: bool
    discount_percent: ShownNumber
    tax_category: TaxCategory
    tax_rate: ShownNumber | None
    delivered_on: date
    work: Literal["work", "material"] | None
    amount: ShownAmount
    corrects_line: UUID | None


class DocumentShown(Shown):
    """A document as it was issued.

    After the time of keeping, its personal parts may have been erased: then `buyer` is null and
    texts are empty. `handed_over_at` is when a member delivered it.
    """

    id: UUID
    kind: Kind
    number: str
    issued_at: ShownMoment
    issued_on: date
    delivered_on: date
    due_on: date | None
    currency: str
    language: str
    channel: Channel
    recipient: UUID
    seller: SellerShown
    buyer: BuyerShown | None
    buyer_reference: str
    case_number: str
    opening_text: str
    closing_text: str
    exemption_reason: str
    lines: list[DocumentLineShown]
    totals: Totals
    tax_groups: list[TaxGroupShown]
    payment_account: str
    payment_reference: str
    corrects: CorrectsShown | None
    replaces: UUID | None
    reason: Reason | None
    reason_text: str
    effect: EffectShown | None
    handed_over_at: ShownMoment | None


class HandedOverShown(Shown):
    """That a member delivered a document."""

    document: UUID
    at: ShownMoment


def _handed_over(_caller: Caller, given: HandedOver) -> Told:
    return Told(201, HandedOverShown(document=given.document_id, at=moment_text(given.at)))


def show_document(whole: WholeDocument, corrected: Document | None) -> DocumentShown:
    """A document with all that stands on it."""
    paper, currency = whole.document, whole.document.currency
    return DocumentShown(
        seller=_seller(paper.seller),
        lines=_lines(whole),
        totals=totals(paper.net_minor, paper.tax_minor, paper.payable_minor, currency),
        tax_groups=[_tax_group(subtotal, currency) for subtotal in whole.subtotals],
        corrects=_corrects(corrected),
        effect=_effect(paper),
        handed_over_at=moment_or_none(whole.handed_over_at),
        **_own(paper),
        **_personal(whole.parts),
    )


def _own(paper: Document) -> dict[str, Any]:
    """What stands in the document itself."""
    return {
        "id": paper.id,
        "kind": Kind(paper.kind),
        "number": paper.number,
        "issued_at": moment_text(paper.issued_at),
        "issued_on": paper.issued_on,
        "delivered_on": paper.delivered_on,
        "due_on": paper.due_on,
        "currency": paper.currency,
        "language": paper.language,
        "channel": Channel(paper.channel),
        "recipient": paper.recipient_id,
        "payment_account": paper.payment_account,
        "payment_reference": paper.payment_reference,
        "replaces": paper.replaces_id,
        "reason": Reason(paper.reason) if paper.reason else None,
    }


def _personal(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What may be erased when the time of keeping is over."""
    names = (
        "buyer_reference",
        "case_number",
        "opening_text",
        "closing_text",
        "exemption_reason",
        "reason_text",
    )
    buyer = _buyer(parts["buyer"]) if "buyer" in parts else None
    return {"buyer": buyer} | {name: parts.get(name, "") for name in names}


def _seller(frozen: Mapping[str, Any]) -> SellerShown:
    return SellerShown(**{name: frozen[name] for name in SellerShown.model_fields})


def _buyer(frozen: Mapping[str, Any]) -> BuyerShown:
    return BuyerShown(**{name: frozen[name] for name in BuyerShown.model_fields})


def _lines(whole: WholeDocument) -> list[DocumentLineShown]:
    parts: Mapping[str, Any] = whole.parts
    descriptions = parts.get("lines") or [""] * len(whole.lines)
    return [
        _line(line, description, whole.document.currency)
        for line, description in zip(whole.lines, descriptions, strict=True)
    ]


def _line(line: Line, description: str, currency: str) -> DocumentLineShown:
    category = TaxCategory(line.tax_category)
    return DocumentLineShown(
        id=line.id,
        description=description,
        quantity=number_text(line.quantity),
        unit=line.unit,
        unit_price=price_text(line.unit_price),
        price_includes_tax=line.includes_tax,
        discount_percent=number_text(line.discount_percent),
        tax_category=category,
        tax_rate=rate_text(category, line.tax_rate),
        delivered_on=line.delivered_on,
        work=work_shown(line.work),
        amount=decimal_text(line.amount_minor, currency),
        corrects_line=line.corrects_line_id,
    )


def _tax_group(subtotal: TaxSubtotal, currency: str) -> TaxGroupShown:
    return tax_group(
        TaxCategory(subtotal.tax_category),
        subtotal.tax_rate,
        includes_tax=subtotal.includes_tax,
        net_minor=subtotal.net_minor,
        tax_minor=subtotal.tax_minor,
        currency=currency,
    )


def _corrects(corrected: Document | None) -> CorrectsShown | None:
    if corrected is None:
        return None
    return CorrectsShown(id=corrected.id, number=corrected.number, issued_on=corrected.issued_on)


def _effect(paper: Document) -> EffectShown | None:
    if paper.effect is None:
        return None
    return show_effect(effect_of(paper.effect), language_called(paper.language))


@router.get("/{document_id}", response=DocumentShown)
@reading
def get_document(request: Request, document_id: Id) -> DocumentShown:
    """An invoice or credit note as it was issued."""
    mine = request.auth.who.organization_id
    whole = whole_document(document_id, mine)
    paper, who = whole.document, request.auth.who
    note_look_at_paper(paper.invoice_id, paper.recipient_id, who=who, at=request.auth.at)
    corrects_id = whole.document.corrects_id
    return show_document(whole, document(corrects_id, mine) if corrects_id else None)


@router.get("/{document_id}/pdf")
@printing
def get_document_pdf(request: Request, document_id: Id) -> Pdf:
    """The PDF of a document, the same at every time."""
    mine = request.auth.who.organization_id
    paper = document(document_id, mine)
    who = request.auth.who
    note_look_at_paper(paper.invoice_id, paper.recipient_id, who=who, at=request.auth.at)
    try:
        return Pdf(pdf_of(paper.id, organization_id=mine), file_name(paper))
    except ErasedLawfully as gone:
        kept = document_link(paper).model_dump(mode="json")
        raise Gone(gone.code, gone.message, document=kept) from None


@router.post("/{document_id}/handover", response={201: HandedOverShown})
@doing(_handed_over)
def post_handover(request: Request, document_id: Id) -> HandedOver:
    """Mark a document as given to its recipient by a member; once marked, it stays so."""
    return hand_over(document_id, who=request.auth.who, at=request.auth.at)
