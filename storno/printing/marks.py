"""The marks that a bank reads off an invoice: the bar code and the QR code."""

from storno.printing.labels import WORDS, format_money
from storno.printing.paper import Paper
from storno.references.codes import code128c_svg, qr_svg


def marks(paper: Paper) -> dict[str, dict[str, str]]:
    """Draw the codes that the paper's payment has, each with the words that a reader hears."""
    drawn: dict[str, dict[str, str]] = {}
    words, payment = WORDS[paper.language], paper.payment
    if payment is not None and payment.bar_code:
        drawn["bar_code"] = {
            "svg": code128c_svg(payment.bar_code, label=words.bar_code_says),
            "says": words.bar_code_says,
            "title": words.bar_code,
            "digits": payment.bar_code,
        }
    if payment is not None and payment.qr_code:
        payable = format_money(paper.payable_minor, paper.currency, paper.language)
        says = words.qr_says.format(amount=payable)
        drawn["qr_code"] = {"svg": qr_svg(payment.qr_code, label=says), "says": says}
    return drawn
