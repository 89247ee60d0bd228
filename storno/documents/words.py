"""How papers stand, and how crediting is called, in the words of the organization.

A service cancels invoices, a practice credits them; what leaves something of an invoice is a part
in both. Pages, letters, lists, API and command line take these words.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storno.core.refusals import Words
from storno.documents.models import Reason
from storno.organizations.models import Wording


@dataclass(frozen=True, slots=True)
class CreditWords:
    """How one kind of credit is called.

    `deed` stands on the button, `why` asks for the reason, `state` says that it is on hold, `until`
    for how long, `already` tells so who presses again, `pending` names invoice and recipient,
    `keep` stands beside the undo.
    """

    deed: Words
    why: Words
    state: Words
    until: Words
    already: Words
    pending: Words
    keep: Words


CANCELLING = CreditWords(
    deed=_("Cancel the invoice"),
    why=_("Why is it cancelled?"),
    state=_("Being cancelled"),
    until=_("Being cancelled %(until)s"),
    already=_("This invoice is already being cancelled %(until)s."),
    pending=_("Invoice %(number)s to %(name)s is being cancelled"),
    keep=_("Keep the invoice active. No money moves."),
)
CREDITING = CreditWords(
    deed=_("Credit Invoice"),
    why=_("Why is it credited?"),
    state=_("Being credited"),
    until=_("Being credited %(until)s"),
    already=_("This invoice is already being credited %(until)s."),
    pending=_("Invoice %(number)s to %(name)s is being credited"),
    keep=_("Keep the invoice active. No money moves."),
)
CREDITING_A_PART = CreditWords(
    deed=_("Credit a part"),
    why=_("Why is a part credited?"),
    state=_("Being credited in part"),
    until=_("Being credited in part %(until)s"),
    already=_("A part of this invoice is already being credited %(until)s."),
    pending=_("A part of invoice %(number)s to %(name)s is being credited"),
    keep=_("Keep the invoice as it is. No money moves."),
)


_REASONS: dict[str, Words] = {Reason.CANCELLED: _("the session was cancelled")}


def reasons(wording: str) -> list[tuple[str, Words]]:
    """Why an invoice can be credited: nobody orders anything of a practice."""
    own = _REASONS if wording == Wording.PRACTICE else {}
    return [(reason.value, own.get(reason, reason.label)) for reason in Reason]


def credit_words(wording: str, *, in_part: bool) -> CreditWords:
    """The words for a credit; `in_part`: it leaves something of the invoice."""
    if in_part:
        return CREDITING_A_PART
    return CREDITING if wording == Wording.PRACTICE else CANCELLING


_STATES: dict[str, Words] = {
    "sent": pgettext_lazy("state of an invoice", "Sent"),
    "overdue": _("Overdue"),
    "part_paid": _("Part paid"),
    "part_credited": _("Part credited"),
    "written_off": _("Written off"),
    "paid": _("Paid"),
    "settled": _("Nothing to pay"),
    "credited": _("Cancelled"),
    "refunded": _("Refunded"),
    "draft": _("Draft"),
    "external": _("Invoiced externally"),
    "held": _("Processing"),
    "leaving": _("Leaving now"),
    "issued": _("Issued"),
}
_IN_A_PRACTICE: dict[str, Words] = {
    "sent": _("Unpaid"),
    "credited": pgettext_lazy("state of an invoice", "Credited"),
}


def of_nothing(state: str, payable_minor: int) -> str:
    """The state of an invoice, or `settled` where it asked for nothing and so nobody paid it."""
    return "settled" if state == "paid" and not payable_minor else state


def invoice_words(state: str, payable_minor: int, wording: str, *, in_part: bool = False) -> Words:
    """The state of an invoice, or of a paper beside it, in a word or two; see `of_nothing`."""
    return state_words(of_nothing(state, payable_minor), wording, in_part=in_part)


def state_words(state: str, wording: str, *, in_part: bool = False) -> Words:
    """The state of an invoice, a credit note or a draft in a word or two.

    `in_part`: the credit note on hold leaves something of the invoice.
    """
    if state == "cancelling":
        return credit_words(wording, in_part=in_part).state
    if wording == Wording.PRACTICE and state in _IN_A_PRACTICE:
        return _IN_A_PRACTICE[state]
    return _STATES[state]
