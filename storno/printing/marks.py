"""The marks that a bank reads off an invoice: the bar code and the QR code."""

from storno.printing.labels import WORDS, Language, format_money
from storno.printing.paper import Paper, PaymentPart
from storno.references.codes import code128c_svg, qr_svg


def marks(paper: Paper) -> dict[str, dict[str, str]]:
    """Draw the codes that the paper's payment has."""
    if paper.payment is None:
        return {}
    payable = format_money(paper.payable_minor, paper.currency, paper.language)
    return payment_marks(paper.payment, payable, paper.language)


def payment_marks(
    payment: PaymentPart, payable: str, language: Language
) -> dict[str, dict[str, str]]:
    """Draw the codes of a payment, each with the words that a reader hears; `payable` is one."""
    drawn: dict[str, dict[str, str]] = {}
    words = WORDS[language]
    if payment.bar_code:
        drawn["bar_code"] = {
            "svg": code128c_svg(payment.bar_code, label=words.bar_code_says),
            "says": words.bar_code_says,
            "title": words.bar_code,
            "digits": payment.bar_code,
        }
    if payment.qr_code:
        says = words.qr_says.format(amount=payable)
        drawn["qr_code"] = {"svg": qr_svg(payment.qr_code, label=says), "says": says}
    return drawn
