"""A paper on the page: laid out by the code that prints it, so that both say the same."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from storno.money.currency import decimal_text
from storno.printing.labels import WORDS
from storno.printing.layout import layout
from storno.printing.marks import marks
from storno.printing.paper import Paper
from storno.web.papers.ways_out import WayOut


@dataclass(frozen=True, slots=True)
class Band:
    """What the reader is told across a paper that is not what it was, or not yet."""

    text: str
    kind: str = ""
    link: WayOut | None = None


def shown_paper(paper: Paper, band: Band | None = None) -> dict[str, Any]:
    """A paper for components/paper.html."""
    tree: Any = layout(paper)
    return {
        "language": paper.language,
        "title": tree["title"].capitalize(),
        "number": tree["number"] or tree["status"],
        "band": band,
        "seller": {
            "name": tree["seller"][0],
            "lines": [*tree["seller"][1:], *tree["seller_ids"], *tree["seller_contact"]],
        },
        "buyer": {"name": tree["buyer"][0], "lines": tree["buyer"][1:]},
        "facts": [{"label": label, "value": value} for label, value in tree["facts"]],
        "told": _told(tree["effect"]),
        "text": tree["text_before"],
        "columns": [" ".join(part for part in column if part) for column in tree["columns"]],
        "lines": [_line(line) for line in tree["lines"]],
        "tax_columns": tree["taxes"][0] if tree["taxes"] else None,
        "taxes": tree["taxes"][1:],
        "total": {"label": tree["total"][0], "amount": tree["total"][1]},
        "payment": _payment(tree["payment"], paper),
        "foot": [text for text in (tree["text_after"], *tree["notes"]) if text],
    }


def _told(effect: Any) -> list[str]:
    return [effect["sentence"], *effect["sentences"]] if effect else []


def _line(line: Any) -> dict[str, Any]:
    return {
        "description": line["description"],
        "note": line["notes"],
        "figures": line["figures"][:-1],
        "amount": line["figures"][-1],
    }


def _copied(label: str, paper: Paper) -> str:
    """What a payer carries over to the bank: without the blanks that make it readable."""
    words, payment = WORDS[paper.language], paper.payment
    if payment is None or paper.number is None:
        return ""
    values = {
        "IBAN": payment.account,
        words.account: payment.account,
        "BIC": payment.bic,
        words.reference: payment.reference,
        "RF": payment.creditor_reference,
        "KID": payment.kid,
        words.to_pay: decimal_text(paper.payable_minor, paper.currency),
    }
    return values.get(label, "")


def _payment(payment: Any, paper: Paper) -> dict[str, Any] | None:
    if payment is None:
        return None
    return {
        "facts": [
            {"label": label, "value": value, "copy": _copied(label, paper)}
            for label, value in payment["pairs"]
        ],
        "codes": [
            {
                "kind": kind,
                "svg": mark_safe(code["svg"]),  # noqa: S308 our own drawing of digits and modules
                "digits": code.get("digits", ""),
            }
            for kind, code in sorted(marks(paper).items(), reverse=True)
        ],
        "terms": payment["terms"],
    }
