"""From what a document says to what is printed: frozen rows, a draft, a credit note to come.

All three go through the same mapping, so a preview lacks only what comes with the number.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, cast

from storno.documents.credit_note import effect_of
from storno.documents.freeze import Content
from storno.documents.models import Document
from storno.documents.queries import WholeDocument
from storno.money.shares import share_out
from storno.numbering.references import bears_finnish_reference
from storno.organizations.countries import COUNTRIES
from storno.printing.effect import ReasonCode, reason_sentence
from storno.printing.labels import Language
from storno.printing.paper import (
    Corrected,
    Household,
    Kind,
    Paper,
    PaperAddress,
    PaperBuyer,
    PaperLine,
    PaperSeller,
    PaperTax,
    PaymentPart,
    Watermark,
    Work,
)
from storno.references.barcode import finnish_barcode
from storno.references.creditor import creditor_reference
from storno.references.epc import epc_payload
from storno.tax.breakdown import GroupKey, TaxGroup
from storno.tax.category import TaxCategory


class _Sheet(Protocol):
    """What a document and the content of one to come have in common."""

    @property
    def kind(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def seller(self) -> Mapping[str, Any]: ...
    @property
    def delivered_on(self) -> date: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def effect(self) -> Mapping[str, Any] | None: ...


class _Row(Protocol):
    """What a frozen line and one to come have in common."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def includes_tax(self) -> bool: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def tax_category(self) -> str: ...
    @property
    def tax_rate(self) -> Decimal: ...
    @property
    def delivered_on(self) -> date: ...
    @property
    def work(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...


def issued_paper(whole: WholeDocument) -> Paper:
    """An issued document as it is printed; its personal parts must still be there."""
    document, parts = whole.document, whole.parts
    descriptions = cast(list[str], parts["lines"])
    return _paper(
        document,
        [
            _line(line, description, line.net_minor)
            for line, description in zip(whole.lines, descriptions, strict=True)
        ],
        [
            TaxGroup(
                GroupKey(TaxCategory(row.tax_category), row.tax_rate, row.includes_tax),
                row.net_minor,
                row.tax_minor,
            )
            for row in whole.subtotals
        ],
        parts,
        payment=payment_of(document, document.payable_minor) if document.due_on else None,
        numbered=(document.number, document.issued_on),
    )


def unissued_paper(content: Content, watermark: Watermark, *, on: date) -> Paper:
    """A paper without a number, marked as what it is, as it would be on this day."""
    payment = None
    if content.due_on is not None and content.breakdown.payable_minor:
        payment = PaymentPart(
            account=content.payment_account,
            bic=content.seller["bic"],
            terms_days=(content.due_on - on).days,
            notice_days=content.seller["notice_days"] or None,
            late_interest=_late_interest(content.seller),
        )
    return _paper(
        content,
        [
            _line(line, line.description, net_minor)
            for line, net_minor in zip(content.lines, content.breakdown.line_nets, strict=True)
        ],
        content.breakdown.groups,
        content.parts,
        payment=payment,
        watermark=watermark,
    )


def payment_of(
    invoice: Document, amount_minor: int, *, pay_by: date | None = None
) -> PaymentPart | None:
    """How an amount of an invoice is paid; None where nothing is to be paid.

    `pay_by` is the day that a reminder gives; without it the bar code has the due day.

    Reference and RF, or a KID, where it has been given one; both codes speak of euros and of
    nothing else: the bar code of Finnish accounts, the EPC QR code of any IBAN. The QR code goes
    without the BIC (EPC069-12, version 002): banks in the EEA need none, and a wrong one would
    spoil it. Late
    interest is the seller's own, else the statutory one (korkolaki 4 §; forsinkelsesrenteloven
    § 3).
    """
    if not amount_minor:
        return None
    assert invoice.due_on is not None, "an invoice is due"
    account, given = invoice.payment_account, invoice.payment_reference
    finnish = bears_finnish_reference(account, invoice.currency)
    reference, kid = (given, "") if finnish else ("", given)
    rf = creditor_reference(reference) if reference else ""
    bar_code = qr_code = ""
    in_euros = invoice.currency == "EUR"
    if reference and in_euros:
        bar_code = finnish_barcode(
            iban=account,
            amount_minor=amount_minor,
            reference=reference,
            due_on=pay_by or invoice.due_on,
        )
    if account[:2].isalpha() and in_euros:
        qr_code = epc_payload(
            name=invoice.seller["name"],
            iban=account,
            amount_minor=amount_minor,
            reference=rf or None,
            text="" if rf else invoice.number,
        )
    return PaymentPart(
        account=account,
        bic=invoice.seller["bic"],
        reference=reference,
        creditor_reference=rf,
        kid=kid,
        bar_code=bar_code,
        qr_code=qr_code,
        terms_days=(invoice.due_on - invoice.issued_on).days,
        notice_days=invoice.seller["notice_days"] or None,
        late_interest=_late_interest(invoice.seller),
    )


def _late_interest(seller: Mapping[str, Any]) -> Decimal | Literal["statutory"]:
    return Decimal(seller["late_interest"]) if seller["late_interest"] else "statutory"


def _paper(
    sheet: _Sheet,
    lines: Sequence[PaperLine],
    groups: Sequence[TaxGroup],
    parts: Mapping[str, Any],
    *,
    payment: PaymentPart | None,
    numbered: tuple[str, date] | None = None,
    watermark: Watermark | None = None,
) -> Paper:
    language = cast(Language, sheet.language)
    number, issued_on = numbered or (None, None)
    net_minor = sum(group.net_minor for group in groups)
    tax_minor = sum(group.tax_minor for group in groups)
    return Paper(
        kind=cast(Kind, str(sheet.kind)),
        language=language,
        number=number,
        issued_on=issued_on,
        currency=sheet.currency,
        seller=seller_on_paper(sheet.seller),
        buyer=buyer_on_paper(parts, groups),
        lines=tuple(lines),
        taxes=_taxes(groups, parts.get("exemption_reason", "")),
        net_minor=net_minor,
        tax_minor=tax_minor,
        payable_minor=net_minor + tax_minor,
        due_on=sheet.due_on if net_minor + tax_minor else None,
        delivered_on=sheet.delivered_on,
        payment=payment,
        corrects=_corrected(parts),
        reason=_reason(sheet.reason, parts, language) if sheet.reason else "",
        effect=effect_of(sheet.effect) if sheet.effect else None,
        text_before=parts.get("opening_text", ""),
        text_after=parts.get("closing_text", ""),
        household=_household(lines, groups),
        watermark=watermark,
    )


def seller_on_paper(seller: Mapping[str, Any]) -> PaperSeller:
    """The issuer as a paper names it."""
    written = COUNTRIES[seller["country"]].written
    return PaperSeller(
        name=seller["name"],
        address=PaperAddress(
            seller["street"], seller["postcode"], seller["city"], seller["country"]
        ),
        business_id=written(seller["business_id"]),
        tax_id=written(seller["tax_id"]),
        enterprise_register=seller["enterprise_register"],
        email=seller["email"],
        phone=seller["phone"],
        website=seller["website"],
    )


def buyer_on_paper(parts: Mapping[str, Any], groups: Sequence[TaxGroup]) -> PaperBuyer:
    """The buyer; with its VAT number where it accounts for the tax (AVL 209 e § item 4)."""
    buyer = parts["buyer"]
    address = PaperAddress(buyer["street"], buyer["postcode"], buyer["city"], buyer["country"])
    reverse = any(group.category is TaxCategory.REVERSE_CHARGE for group in groups)
    rules = COUNTRIES.get(buyer["country"])
    written = rules.written if rules else str
    tax_id = rules.tax_id(buyer["business_id"]) if reverse and rules else ""
    return PaperBuyer(
        name=buyer["name"],
        address=address if address.street or address.city else None,
        contact=buyer["contact"],
        business_id=written(buyer["business_id"]),
        tax_id=written(tax_id),
        reference=parts.get("buyer_reference", ""),
        case_number=parts.get("case_number", ""),
    )


def _line(row: _Row, description: str, net_minor: int) -> PaperLine:
    return PaperLine(
        description=description,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        amount_minor=row.amount_minor,
        net_minor=net_minor,
        category=TaxCategory(row.tax_category),
        rate=row.tax_rate,
        includes_tax=row.includes_tax,
        discount_percent=row.discount_percent,
        delivered_on=row.delivered_on,
        work=cast(Work, row.work) if row.work else None,
    )


def _taxes(groups: Sequence[TaxGroup], reason: str) -> tuple[PaperTax, ...]:
    """The breakdown; the reason stands where the law asks for it: by what is exempt or at 0 %.

    Without such it explains what is outside the scope. Reverse charge has its own phrase.
    """
    asked = {TaxCategory.EXEMPT, TaxCategory.ZERO}
    is_asked = any(group.category in asked for group in groups)
    explained = asked if is_asked else {TaxCategory.OUTSIDE_SCOPE}
    return tuple(
        PaperTax(
            category=group.category,
            rate=group.rate,
            net_minor=group.net_minor,
            tax_minor=group.tax_minor,
            exemption_reason=reason if group.category in explained else "",
        )
        for group in groups
    )


def _corrected(parts: Mapping[str, Any]) -> Corrected | None:
    corrects = parts.get("corrects")
    if corrects is None:
        return None
    return Corrected(corrects["number"], date.fromisoformat(corrects["issued_on"]))


def _reason(code: str, parts: Mapping[str, Any], language: Language) -> str:
    """The neutral sentence; the member's own words behind it only where that was ticked."""
    sentence = reason_sentence(cast(ReasonCode, code), language)
    own = parts["reason_text"] if parts["reason_text_printed"] else ""
    return f"{sentence} {own}".rstrip()


def _household(lines: Sequence[PaperLine], groups: Sequence[TaxGroup]) -> Household | None:
    """Work and material with tax, where lines are marked; each group's tax is shared by its nets.

    The Finnish household deduction asks for both (tuloverolaki 127 a §).
    """
    if not any(line.work for line in lines):
        return None
    sums: Counter[Work | None] = Counter()
    for group in groups:
        of_group = [line for line in lines if _key(line) == group.key]
        taxes = share_out(group.tax_minor, [line.net_minor for line in of_group])
        for line, tax_minor in zip(of_group, taxes, strict=True):
            with_tax = line.amount_minor if line.includes_tax else line.net_minor + tax_minor
            sums[line.work] += with_tax
    return Household(work_minor=sums["work"], material_minor=sums["material"])


def _key(line: PaperLine) -> GroupKey:
    return GroupKey(line.category, line.rate, line.includes_tax)
