"""The credit note as a paper: the content that mirrors its invoice's parties, rates and terms.

A credit note is an invoice that amends an earlier one and refers to it unambiguously (Directive
2006/112/EC art. 219; AVL 209 e § 18; bokføringsforskriften § 5-2-7). It bears no payment account,
reference or due day.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from storno.documents.freeze import Content, ContentLine
from storno.documents.models import Document, Kind, Line
from storno.organizations.countries import COUNTRIES
from storno.printing.effect import Effect, NothingToPay, OwedBack, Refunded, StillToPay
from storno.tax.breakdown import Breakdown
from storno.tax.category import TaxCategory

_EFFECTS: dict[str, type[NothingToPay | StillToPay | OwedBack | Refunded]] = {
    "nothing_to_pay": NothingToPay,
    "still_to_pay": StillToPay,
    "owed_back": OwedBack,
    "refunded": Refunded,
}


def effect_stored(effect: Effect) -> dict[str, Any]:
    """An effect as it is frozen in the document."""
    kind = next(name for name, type_ in _EFFECTS.items() if isinstance(effect, type_))
    return {"kind": kind} | {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(effect).items()
    }


def effect_of(stored: dict[str, Any]) -> Effect:
    """The effect that a document states."""
    values = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in stored.items()
        if name != "kind"
    }
    return _EFFECTS[stored["kind"]](**values)


def credited_line(
    line: Line,
    description: str,
    *,
    quantity: Any,
    unit_price: Any,
    discount_percent: Any,
    credited_quantity: Any,
    amount_minor: int,
) -> ContentLine:
    """A credit note's line: what it takes of a line of the invoice, at that line's rate."""
    return ContentLine(
        description=description,
        quantity=quantity,
        unit=line.unit if credited_quantity else "",
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


def credit_note_content(
    invoice: Document,
    lines: Sequence[ContentLine],
    breakdown: Breakdown,
    *,
    draft_id: UUID,
    issued_by: UUID | None,
    reason: str,
    reason_text: str,
    reason_text_printed: bool,
    effect: Effect,
    parts: dict[str, Any],
    on: date,
) -> Content:
    """The content of a credit note on an invoice whose personal `parts` are given."""
    kept = {
        name: parts.get(name, "")
        for name in ("buyer", "buyer_reference", "exemption_reason")
    }
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
        reason=reason,
        effect=effect_stored(effect),
        retain_until=COUNTRIES[invoice.seller["country"]].retain_until(on),
        lines=tuple(lines),
        breakdown=breakdown,
        parts=kept
        | {"reason_text": reason_text, "reason_text_printed": reason_text_printed}
        | {
            "corrects": {
                "number": invoice.number,
                "issued_on": invoice.issued_on.isoformat(),
            }
        },
    )
