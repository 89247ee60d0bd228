"""What a draft amounts to while it is typed, by the code that issues it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from storno.core.refusals import Invalid
from storno.documents.content import LineInput, Totals, check_lines, total_up
from storno.documents.warn import Texts, warn_of
from storno.ledger.journal import tax_by_rate
from storno.organizations.queries import Circumstances
from storno.web.papers.awaited import awaited_of_totals
from storno.web.papers.line_form import LineForm
from storno.web.say import say_money, say_percent


def reckon(lines: Sequence[LineForm], now: Circumstances, texts: Texts) -> dict[str, Any]:
    """The totals of the lines that can be read so far, the amount of each, and what to know."""
    read = [(line, entered) for line in lines if (entered := _read(line, now))]
    totals = total_up([entered for _line, entered in read])
    currency = now.seller.currency
    amounts = {
        line.prefix: say_money(amount, currency)
        for (line, _entered), amount in zip(read, totals.amounts, strict=True)
    }
    return {
        "rows": total_rows(totals, currency) if now.seller.vat_registered else [],
        "total": {
            "label": _("To pay"),
            "amount": say_money(totals.breakdown.payable_minor, currency),
        },
        "awaited": awaited_of_totals(totals, now),
        "amounts": [(line.prefix, amounts.get(line.prefix, "")) for line in lines],
        "warnings": [error.message for error in warn_of(texts)],
        "unread": len([line for line in lines if not line.is_blank]) - len(read),
    }


def total_rows(totals: Totals, currency: str) -> list[dict[str, str]]:
    """Net, and the tax of each rate."""
    breakdown = totals.breakdown
    taxes = tax_by_rate(breakdown.groups)
    return [
        {"label": _("Net"), "amount": say_money(breakdown.net_minor, currency)},
        *(
            {
                "label": _("VAT %(rate)s") % {"rate": say_percent(rate)},
                "amount": say_money(tax_minor, currency),
            }
            for rate, tax_minor in taxes.items()
        ),
    ]


def _read(line: LineForm, now: Circumstances) -> LineInput | None:
    """A line that can be reckoned with, though its text may still be missing; else None."""
    line = line.as_sent()
    if set(line.errors) - {"description"} or line.is_blank:
        return None
    line.cleaned_data.setdefault("description", "…")
    entered = line.entered()
    try:
        check_lines([replace(entered, description="…")], now, on=line.on)
    except Invalid:
        return None
    return entered
