"""What the page of a refund case shows to customer service, and its forms."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from storno.cases.ask import case_with
from storno.cases.confirm import PaidBack
from storno.cases.models import LONGEST_REASON, Confirmation, RefundedBy
from storno.cases.queries import payers_of, said_by_members, said_in
from storno.cases.state import OPEN, CaseNow, CaseState, read_case
from storno.custody.queries import to_return
from storno.documents.models import Document
from storno.documents.queries import document
from storno.organizations.queries import circumstances, seller_of
from storno.organizations.roles import Actor
from storno.people.queries import names_of
from storno.references.creditor import spaced_in_fours
from storno.support.models import LONGEST_MESSAGE
from storno.support.queries import Line
from storno.web.desk.door import Desk
from storno.web.fields import AmountField, capitals
from storno.web.papers.money_form import ask_amount
from storno.web.say import say_date, say_departure, say_money

_BEGINNING = 80
"""Signs of a message by which it is known in a list."""


class RefusalForm(forms.Form):
    """Why a case is declined."""

    reason = forms.CharField(
        label=_("Why is it declined?"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Its members read it: say what they can do now."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RecordForm(forms.Form):
    """That a member has said in a message that the client was paid back."""

    said_in = forms.ChoiceField(label=_("In which message was it said?"))
    amount = AmountField(label=_("Amount"))
    paid_on = forms.DateField(
        label=_("Refund date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    way = forms.ChoiceField(label=_("Refund method"))
    reason = forms.CharField(
        label=_("Why more?"),
        required=False,
        max_length=LONGEST_MESSAGE,
        help_text=_("Only if it is more than was paid. It becomes an internal note."),
    )

    def paid(self) -> PaidBack:
        """What the valid form says."""
        entered = self.cleaned_data
        return PaidBack(entered["paid_on"], entered["amount"], RefundedBy(entered["way"]))

    def message(self) -> UUID:
        """The message in which it was said."""
        return UUID(self.cleaned_data["said_in"])


def record_form(case_id: UUID, typed: Any, who: Actor, desk: Desk) -> RecordForm:
    """The form for a case, inside its organization's scope. Raises Absent."""
    now = read_case(case_with(case_id, who))
    return _record_form(now, said_by_members(now.case.invoice_id, who), typed, who, desk)


def case_page(
    case_id: UUID,
    who: Actor,
    desk: Desk,
    *,
    refusal: RefusalForm | None = None,
    record: RecordForm | None = None,
) -> dict[str, Any]:
    """All that the page of a case shows. Raises Absent."""
    now = read_case(case_with(case_id, who))
    invoice = document(now.case.invoice_id, who.organization_id)
    said = said_by_members(invoice.id, who)
    is_open = now.state in OPEN
    takes_record = is_open and bool(said)
    return {
        "whose": seller_of(who.organization_id).name,
        "number": invoice.number,
        "state": now.state,
        "told": capfirst(_WORDS[now.state]),
        "version": now.case.version,
        "is_open": is_open,
        "is_stale": now.is_stale,
        "reason": now.case.reason,
        "asked": desk.said(now.case.asked_at),
        "payers": [
            {"name": each.name, "account": spaced_in_fours(each.account)}
            for each in payers_of(invoice.id, who)
        ],
        "confirmed": _confirmed(now, invoice, who, desk),
        "approved": _approved(now, who, desk),
        "takes_approval": now.state == CaseState.CONFIRMED and not now.is_stale,
        "refusal": refusal or (RefusalForm(label_suffix="") if is_open else None),
        "record": record or (_record_form(now, said, None, who, desk) if takes_record else None),
        "talk_url": reverse("desk_conversation", args=[said[0].message.conversation_id])
        if said
        else "",
        "case_id": case_id,
    } | _money(now, invoice)


_WORDS = {
    CaseState.ASKED: _("asked: the seller pays the money back"),
    CaseState.CONFIRMED: _("paid back: to be checked"),
    CaseState.CHECKED: _("checked: the credit note goes out soon"),
    CaseState.CREDITED: _("credited: the taxes go with the next payout"),
    CaseState.CLOSED: _("closed"),
    CaseState.OVERTAKEN: _("over: the invoice was cancelled without it"),
    CaseState.DECLINED: _("declined"),
    CaseState.WITHDRAWN: _("taken back"),
}


def _money(now: CaseNow, invoice: Document) -> dict[str, str]:
    """What is to be paid back, and what then comes back to the seller."""
    back = to_return(invoice)
    withheld = (
        back.returned.set_aside_minor
        if now.returned is None
        else now.returned.shares.set_aside_minor
    )
    return {
        "held": say_money(now.held_minor, invoice.currency),
        "returned": say_money(withheld, invoice.currency) if withheld else "",
    }


def _approved(now: CaseNow, who: Actor, desk: Desk) -> dict[str, Any] | None:
    """Who has checked the case, and when its credit note goes out."""
    approval = now.approval
    if approval is None or (now.goes_at is None and now.credit_note is None):
        return None
    is_mine = approval.approved_by == desk.person.id
    names = names_of({approval.approved_by})
    goes_at, zone = now.goes_at, seller_of(who.organization_id).time_zone
    return {
        "who": _now("You") if is_mine else names.get(approval.approved_by, ""),
        "when": desk.said(approval.approved_at),
        "goes_at": say_departure(goes_at, desk.at, zone) if goes_at else "",
    }


def _confirmed(now: CaseNow, invoice: Document, who: Actor, desk: Desk) -> dict[str, Any] | None:
    """What was confirmed last: how much, how, where it was said, and the receipts."""
    confirmed = now.confirmed
    if confirmed is None:
        return None
    said = said_in(confirmed.message_id, who)
    return {
        "amount": say_money(confirmed.amount_minor, invoice.currency),
        "differs": confirmed.amount_minor != confirmed.held_minor,
        "paid_on": say_date(confirmed.paid_on),
        "way": capfirst(str(RefundedBy(confirmed.way).label)),
        "by": _by(confirmed, desk),
        "when": desk.said(confirmed.confirmed_at),
        "text": said.message.text if said else "",
        "receipts": [
            {
                "name": file.name,
                "url": reverse("desk_file", args=[said.message.conversation_id, file.id]),
            }
            for file in said.files
        ]
        if said
        else [],
    }


def _by(confirmed: Confirmation, desk: Desk) -> str:
    if confirmed.confirmed_by == desk.person.id:
        return _now("You")
    return names_of({confirmed.confirmed_by}).get(confirmed.confirmed_by, "")


def _record_form(now: CaseNow, said: list[Line], typed: Any, who: Actor, desk: Desk) -> RecordForm:
    invoice = document(now.case.invoice_id, who.organization_id)
    today = circumstances(who.organization_id, desk.at).today
    form = RecordForm(typed, initial={"amount": now.held_minor, "paid_on": today}, label_suffix="")
    choices, ways = form.fields["said_in"], form.fields["way"]
    assert isinstance(choices, forms.ChoiceField)
    assert isinstance(ways, forms.ChoiceField)
    choices.choices = [(str(each.message.id), _beginning(each, desk)) for each in said]
    ways.choices = capitals(RefundedBy.choices)
    ask_amount(form, invoice)
    return form


def _beginning(line: Line, desk: Desk) -> str:
    """By what a message is known in a list: when it was said, and how it begins."""
    words = line.message.text or ", ".join(file.name for file in line.files)
    return f"{desk.said(line.message.said_at).words}: {Truncator(words).chars(_BEGINNING)}"
