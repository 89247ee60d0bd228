"""The form of the credit dialog: why, how much, what follows, and where it is sent."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from storno.corrections.plan import CreditRequest, InvoiceFacts
from storno.corrections.sessions import bills_a_session
from storno.corrections.take_lines import CreditLine, LineFacts
from storno.diary.sight import DiaryIsClosed
from storno.documents.models import Document, FollowUp, Reason
from storno.documents.words import credit_words, reasons
from storno.organizations.models import Wording
from storno.organizations.queries import Circumstances
from storno.payments.refund import GivenBack
from storno.web.fields import AmountField, FigureField, capitals
from storno.web.papers.money_form import method_choices


class CreditForm(forms.Form):
    """What is asked to be credited. In part, each line has its own two fields; one is enough."""

    reason = forms.ChoiceField()
    next = forms.ChoiceField(
        label=_("Afterwards"),
        choices=[
            (FollowUp.NOTHING, _("Nothing more")),
            (FollowUp.DRAFT, _("Make a corrected draft, ready to be changed")),
        ],
        widget=forms.RadioSelect,
    )
    reason_text = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason_text_printed = forms.BooleanField(
        label=_("Print this note on the credit note"),
        required=False,
        help_text=_("Without this tick the note is for yourselves alone."),
    )
    deliver_to = forms.EmailField(label=_("Send it to another address"), required=False)

    def __init__(
        self,
        facts: InvoiceFacts,
        *,
        address_now: str,
        may_cancel: bool,
        tells: bool,
        part: bool,
        by_card: bool,
        now: Circumstances,
        data: QueryDict | None,
    ) -> None:
        """The form for an invoice; `address_now` is the recipient's address if it has changed.

        `may_cancel`: whoever asks may book where the sessions of the invoice stand; `tells`:
        cancelling these tells their client where nobody says otherwise; `by_card`: all the money
        can go back to the card it came from.
        """
        super().__init__(data, initial=_initial(facts), label_suffix="")
        self.part, self.address_now = part, address_now
        if facts.settings.wording == Wording.PRACTICE:
            self.fields["next"].choices += [  # type: ignore[attr-defined]
                (FollowUp.EXTERNAL, _("Invoice it externally")),
            ]
        if not part and bills_a_session(facts.lines):
            self._offer_to_cancel(may_cancel, tells)
        self.fields["reason"].choices = capitals(reasons(facts.settings.wording))  # type: ignore[attr-defined]
        self.fields["reason"].label = str(credit_words(facts.settings.wording, in_part=part).why)
        self.credited_lines = [line for line in facts.lines if line.is_left] if part else []
        for line in self.credited_lines:
            self._add_line(line, facts.invoice)
        if facts.claim.held_minor:
            self._offer_refund(now, by_card)
        if address_now:
            was = ", ".join(facts.addresses)
            self.fields["deliver_to"].label = _("Where it goes")
            self.fields["deliver_to"].widget = forms.RadioSelect(
                choices=[
                    ("", _("%(address)s, where the invoice went") % {"address": was}),
                    (address_now, _("%(address)s, the address now") % {"address": address_now}),
                ]
            )

    def _offer_to_cancel(self, may_cancel: bool, tells: bool) -> None:
        if may_cancel:
            label = _("If it is cancelled, send a message about it")
            self.fields["tell"] = forms.BooleanField(label=label, required=False, initial=tells)
            self.fields["tell_asked"] = forms.BooleanField(
                required=False, initial=True, widget=forms.HiddenInput
            )
            self.fields["next"].choices += [  # type: ignore[attr-defined]
                (FollowUp.CANCEL_SESSION, _("Cancel the booking; its time is free again")),
            ]
        else:
            closed = f"{DiaryIsClosed.message} {DiaryIsClosed.remedy}"
            self.fields["next"].error_messages["invalid_choice"] = closed

    def _offer_refund(self, now: Circumstances, by_card: bool) -> None:
        """Money has come in: it may have gone back already, or goes back to the card it came by."""
        label = _("It has been paid back already: mark it as refunded")
        if by_card:
            label = _("Pay it back with the credit note, or mark it as refunded")
        self.fields["refund"] = forms.BooleanField(label=label, required=False)
        self.fields["refunded_on"] = forms.DateField(
            label=_("Refund date"),
            required=False,
            initial=now.today,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )
        self.fields["method"] = forms.ChoiceField(
            label=_("Refund method"),
            required=False,
            choices=method_choices(
                now.seller, by_card=str(_("Back to the card, by itself")) if by_card else ""
            ),
        )

    def clean(self) -> dict[str, Any]:
        """A refund has its day; without one nothing of it matters, for then it is not shown."""
        entered = super().clean() or self.cleaned_data
        if not entered.get("refund"):
            for unseen in ("refunded_on", "method"):
                self.errors.pop(unseen, None)
            return entered
        if not entered.get("refunded_on") and "refunded_on" not in self.errors:
            self.add_error("refunded_on", _("Enter the day on which the money went back."))
        return entered

    def _add_line(self, line: LineFacts, invoice: Document) -> None:
        label = _("Amount to credit, without VAT")
        if not speaks_of_tax(invoice):
            label = _("Amount to credit")
        elif line.line.includes_tax:
            label = _("Amount to credit, with VAT")
        amount = AmountField(label=label, of=line.description, required=False)
        amount.currency = invoice.currency
        self.fields[f"amount-{line.line.id}"] = amount
        self.fields[f"quantity-{line.line.id}"] = FigureField(
            label=_("Quantity to credit"), of=line.description, required=False
        )

    def lines(self) -> Iterator[tuple[LineFacts, Any, Any]]:
        """Each line that can be credited in part, with its fields for quantity and amount."""
        for line in self.credited_lines:
            yield line, self[f"quantity-{line.line.id}"], self[f"amount-{line.line.id}"]

    def asked(self) -> CreditRequest:
        """What the valid form asks."""
        entered = self.cleaned_data
        return CreditRequest(
            reason=Reason(entered["reason"]),
            reason_text=entered["reason_text"],
            reason_text_printed=entered["reason_text_printed"],
            follow_up=FollowUp(entered["next"]),
            lines=tuple(self.asked_lines()) if self.part else None,
            deliver_to=entered["deliver_to"],
            tell=entered["tell"] if entered.get("tell_asked") else None,
            refund=GivenBack(entered["refunded_on"], entered["method"])
            if entered.get("refund")
            else None,
        )

    def asked_lines(self) -> Iterator[CreditLine]:
        """The lines that are asked for, as far as what stands in them can be read."""
        for line in self.credited_lines:
            amount, quantity = (
                self.cleaned_data.get(f"{what}-{line.line.id}") for what in ("amount", "quantity")
            )
            if amount is not None or quantity is not None:
                yield CreditLine(line.line.id, quantity=quantity, amount_minor=amount)

    def names(self, asked: Sequence[CreditLine]) -> dict[str, str]:
        """What the plan calls a field of its lines, and how it is called here."""
        names: dict[str, str] = {}
        for place, line in enumerate(asked):
            amount, quantity = f"amount-{line.line_id}", f"quantity-{line.line_id}"
            first = amount if line.amount_minor is not None else quantity
            names |= {
                f"lines.{place}": first,
                f"lines.{place}.amount": amount,
                f"lines.{place}.quantity": quantity,
            }
        return names


def speaks_of_tax(invoice: Document) -> bool:
    """Whether a price on the invoice is one with or without VAT: its seller was registered."""
    return bool(invoice.seller["tax_id"])


def _initial(facts: InvoiceFacts) -> dict[str, Any]:
    """What is preselected, so that the plain case takes two clicks."""
    practice = facts.settings.wording == Wording.PRACTICE
    return {
        "reason": Reason.OTHER if practice else Reason.CANCELLED,
        "next": facts.settings.after_credit,
    }


def full_request(facts: InvoiceFacts) -> CreditRequest:
    """The request of a form that nobody has touched."""
    initial = _initial(facts)
    return CreditRequest(Reason(initial["reason"]), follow_up=FollowUp(initial["next"]))
