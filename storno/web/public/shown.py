"""The page of an invoice for its recipient, in words of the document's language."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storno.documents.public import CreditNoteShown, PublicInvoice
from storno.money.currency import decimal_text
from storno.printing.effect import NothingAsked, NothingToPay, OwedBack, StillToPay, effect_sentence
from storno.printing.labels import WORDS
from storno.printing.layout import account_pairs
from storno.printing.marks import payment_marks
from storno.web.papers.paper import Band, shown_paper
from storno.web.papers.ways_out import WayOut
from storno.web.say import say_date, say_money


def shown_invoice(found: PublicInvoice, signed: str, *, by_card: bool) -> dict[str, Any]:
    """All that the page shows; `by_card` says whether it can be paid so now.

    The paper asks for money only while nothing has changed.
    """
    paper = found.paper
    if not found.is_untouched:
        paper = replace(paper, payment=None)
    state, says = _state(found)
    return {
        "seller": found.paper.seller,
        "number": found.document.number,
        "state": state,
        "says": says,
        "paper": shown_paper(paper, _band(found, signed)),
        "rest": None if found.is_untouched else _rest(found),
        "pdf_url": reverse("public_pdf", args=[signed]),
        "pay": _by_card(found, signed) if by_card else None,
        "credit_notes": [_credit_note(note, found, signed) for note in found.credit_notes],
    }


def _by_card(found: PublicInvoice, signed: str) -> dict[str, str]:
    amount = say_money(found.open_minor, found.document.currency)
    label = _("Pay %(amount)s by card") % {"amount": amount}
    return {"label": label, "url": reverse("public_pay", args=[signed])}


def _state(found: PublicInvoice) -> tuple[str, str]:
    """The sign and the sentence of what holds now."""
    match found.holds:
        case NothingToPay(cancelled=True):
            sign = "credited"
        case NothingToPay() if not found.document.payable_minor:
            return "paid", effect_sentence(found.holds, found.paper.language)
        case NothingToPay():
            return "paid", _("This invoice is paid.")
        case NothingAsked():
            sign = "sent"
        case StillToPay(amount_minor, currency, due_on) if found.is_untouched:
            amount, day = say_money(amount_minor, currency), say_date(due_on)
            return "sent", _("%(amount)s to pay by %(day)s") % {"amount": amount, "day": day}
        case StillToPay():
            sign = "part_credited" if found.credit_notes else "part_paid"
        case OwedBack():
            sign = "part_credited"
        case _:
            sign = "refunded"
    return sign, effect_sentence(found.holds, found.paper.language)


def _band(found: PublicInvoice, signed: str) -> Band | None:
    """Across the paper: which credit notes have taken something of it back."""
    if not found.credit_notes:
        return None
    numbers, count = ", ".join(note.number for note in found.credit_notes), len(found.credit_notes)
    if found.document.payable_minor == sum(note.payable_minor for note in found.credit_notes):
        text = ngettext(
            "Cancelled by credit note %(numbers)s", "Cancelled by credit notes %(numbers)s", count
        )
    else:
        text = ngettext(
            "Part credited by credit note %(numbers)s",
            "Part credited by credit notes %(numbers)s",
            count,
        )
    newest = found.credit_notes[-1]
    url = reverse("public_credit_note_pdf", args=[signed, newest.id])
    return Band(text % {"numbers": numbers}, link=WayOut(_("See the credit note"), url))


def _rest(found: PublicInvoice) -> dict[str, Any] | None:
    """How what is left is paid; nothing where nothing is."""
    payment, paper = found.payment, found.paper
    if payment is None:
        return None
    words, currency = WORDS[paper.language], paper.currency
    to_pay = say_money(found.open_minor, currency)
    copied = {
        payment.account,
        payment.bic,
        payment.reference,
        payment.creditor_reference,
        payment.kid,
    }
    facts = [
        {"label": label, "value": value, "copy": _plain(value, copied)}
        for label, value in account_pairs(payment, paper)
    ]
    if paper.due_on is not None:
        facts.append({"label": words.due, "value": say_date(paper.due_on), "copy": ""})
    amount = decimal_text(found.open_minor, currency)
    facts.append({"label": words.to_pay, "value": to_pay, "copy": amount})
    drawn = payment_marks(payment, to_pay, paper.language)
    return {
        "facts": facts,
        "codes": [
            {
                "kind": kind,
                "svg": mark_safe(code["svg"]),  # noqa: S308 our own drawing of digits and modules
                "digits": code.get("digits", ""),
            }
            for kind, code in drawn.items()
        ],
    }


def _plain(value: str, copied: set[str]) -> str:
    """What a payer carries over to the bank: without the blanks that make it readable."""
    plain = "".join(value.split())
    return plain if plain in copied else ""


def _credit_note(note: CreditNoteShown, found: PublicInvoice, signed: str) -> dict[str, str]:
    names = {"number": note.number, "day": say_date(note.issued_on)}
    return {
        "title": _("Credit note %(number)s of %(day)s") % names,
        "amount": say_money(-note.payable_minor, found.document.currency),
        "pdf_url": reverse("public_credit_note_pdf", args=[signed, note.id]),
    }
