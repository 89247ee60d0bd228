"""The credit note as a paper: the content that mirrors its invoice's parties, rates and terms.

A credit note is an invoice that amends an earlier one and refers to it unambiguously (Directive
2006/112/EC art. 219; AVL 209 e § 18; bokføringsforskriften § 5-2-7). It bears no payment account,
reference or due day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, assert_never
from uuid import UUID

from storno.documents.freeze import Content, ContentLine
from storno.documents.models import Document, Kind, Line
from storno.organizations.countries import COUNTRIES
from storno.printing.effect import (
    Effect,
    NothingAsked,
    NothingToPay,
    OwedBack,
    Refunded,
    StillToPay,
)
from storno.tax.breakdown import Breakdown
from storno.tax.category import TaxCategory


def effect_stored(effect: Effect) -> dict[str, Any]:
    """An effect as it is frozen in the document; amounts in minor units, days as ISO dates."""
    match effect:
        case NothingToPay(cancelled):
            return {"kind": "nothing_to_pay", "cancelled": cancelled}
        case NothingAsked():
            return {"kind": "nothing_asked"}
        case StillToPay(amount_minor, currency, due_on):
            return {
                "kind": "still_to_pay",
                "amount_minor": amount_minor,
                "currency": currency,
                "due_on": due_on.isoformat(),
            }
        case OwedBack(amount_minor, currency):
            return {"kind": "owed_back", "amount_minor": amount_minor, "currency": currency}
        case Refunded(amount_minor, currency, refunded_on):
            return {
                "kind": "refunded",
                "amount_minor": amount_minor,
                "currency": currency,
                "refunded_on": refunded_on.isoformat(),
            }
        case _:
            assert_never(effect)


def effect_of(stored: Mapping[str, Any]) -> Effect:
    """The effect that a document states."""
    match stored:
        case {"kind": "nothing_to_pay", "cancelled": cancelled}:
            return NothingToPay(cancelled)
        case {"kind": "nothing_asked"}:
            return NothingAsked()
        case {"kind": "still_to_pay", "amount_minor": amount, "currency": code, "due_on": day}:
            return StillToPay(amount, code, date.fromisoformat(day))
        case {"kind": "owed_back", "amount_minor": amount, "currency": code}:
            return OwedBack(amount, code)
        case {"kind": "refunded", "amount_minor": amount, "currency": code, "refunded_on": day}:
            return Refunded(amount, code, date.fromisoformat(day))
    raise AssertionError(f"an unknown effect: {stored}")


def credited_line(
    line: Line,
    description: str,
    *,
    quantity: Decimal,
    unit: str,
    unit_price: Decimal,
    discount_percent: Decimal,
    credited_quantity: Decimal,
    amount_minor: int,
) -> ContentLine:
    """A credit note's line: what it takes of a line of the invoice, at that line's rate."""
    return ContentLine(
        description=description,
        quantity=quantity,
        unit=unit,
        unit_price=unit_price,
        includes_tax=line.includes_tax,
        discount_percent=discount_percent,
        tax_category=TaxCategory(line.tax_category),
        tax_rate=line.tax_rate,
        delivered_on=line.delivered_on,
        work=line.work,
        amount_minor=amount_minor,
        source_kind=line.source_kind,
        source_id=line.source_id,
        corrects_line_id=line.id,
        credited_quantity=credited_quantity,
    )


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why it is credited: a code with a neutral sentence, and a text that may stay internal."""

    reason: str
    text: str
    text_printed: bool


def credit_note_content(
    invoice: Document,
    lines: Sequence[ContentLine],
    breakdown: Breakdown,
    *,
    draft_id: UUID,
    issued_by: UUID | None,
    grounds: Grounds,
    effect: Effect,
    parts: dict[str, Any],
    on: date,
) -> Content:
    """The content of a credit note on an invoice whose personal `parts` are given."""
    of_buyer = ("buyer", "buyer_reference", "case_number", "exemption_reason")
    kept = {name: parts.get(name, "") for name in of_buyer}
    return Content(
        kind=Kind.CREDIT_NOTE,
        draft_id=draft_id,
        corrects_id=invoice.id,
        replaces_id=None,
        recipient_id=invoice.recipient_id,
        issued_by=issued_by,
        delivered_on=invoice.delivered_on,
        due_on=None,
        currency=invoice.currency,
        language=invoice.language,
        channel=invoice.channel,
        vat_on=invoice.vat_on,
        seller=invoice.seller,
        payment_account="",
        reason=grounds.reason,
        effect=effect_stored(effect),
        retain_until=COUNTRIES[invoice.seller["country"]].retain_until(on),
        lines=tuple(lines),
        breakdown=breakdown,
        parts=kept
        | {"reason_text": grounds.text, "reason_text_printed": grounds.text_printed}
        | {
            "corrects": {
                "number": invoice.number,
                "issued_on": invoice.issued_on.isoformat(),
            }
        },
    )
