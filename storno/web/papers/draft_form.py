"""The head and foot of a draft as it is typed: who pays, when, how it goes, and the texts."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.clients.models import Client
from storno.documents.content import DraftInput, LineInput
from storno.documents.models import Draft
from storno.documents.prepare import days_to_pay, terms_for
from storno.organizations.models import Channel
from storno.organizations.queries import Circumstances
from storno.web.fields import choices_of
from storno.web.say import say_days


class DraftForm(forms.Form):
    """What a draft says beside its lines. An empty choice is the usual one."""

    use_required_attribute = False

    delivered_on = forms.DateField(
        label=gettext_lazy("Delivered on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    due_in_days = forms.IntegerField(
        label=gettext_lazy("Days to pay"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    term_agreed = forms.BooleanField(
        label=gettext_lazy("We have agreed on these days in writing"), required=False
    )
    channel = forms.ChoiceField(label=gettext_lazy("How it goes"), required=False)
    deliver_to = forms.CharField(
        label=gettext_lazy("Another e-mail address for this invoice"), required=False
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the invoice"), required=False)
    buyer_reference = forms.CharField(
        label=gettext_lazy("Their reference"),
        required=False,
        help_text=gettext_lazy("What the recipient asked to see on the invoice."),
    )
    case_number = forms.CharField(label=gettext_lazy("Case number"), required=False)
    opening_text = forms.CharField(
        label=gettext_lazy("Text above the lines"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    closing_text = forms.CharField(
        label=gettext_lazy("Text below the lines"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    exemption_reason = forms.CharField(
        label=gettext_lazy("Why there is no VAT"),
        required=False,
        help_text=gettext_lazy("Printed where a line is exempt from VAT or has 0 %."),
    )

    def __init__(self, now: Circumstances, recipient: Client | None, **kwargs: Any) -> None:
        """The form for a recipient; what is usual for it stands in the empty choices."""
        super().__init__(label_suffix="", **kwargs)
        self.now, self.recipient = now, recipient
        self._choose("channel", _usual_channel(now, recipient), choices_of(Channel))
        languages = [(code, str(name)) for code, name in settings.LANGUAGES]
        language = recipient.language if recipient else now.seller.language
        self._choose("language", str(dict(languages)[language]), languages)
        self.fields["due_in_days"].help_text = _term_help(now, recipient)

    def _choose(self, name: str, usual: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        label = _("As usual: %(usual)s") % {"usual": usual}
        field.choices = [("", label), *choices]

    def readable(self, lines: tuple[LineInput, ...]) -> DraftInput:
        """What can be read of the form, with these lines; the rest is as usual."""
        usual = {"delivered_on": None, "due_in_days": None, "term_agreed": False}
        self.cleaned_data = dict.fromkeys(self.fields, "") | usual | self.cleaned_data
        return self.entered(lines)

    def entered(self, lines: tuple[LineInput, ...]) -> DraftInput:
        """What the valid form says, with these lines."""
        typed = self.cleaned_data
        return DraftInput(
            recipient_id=self.recipient.id if self.recipient else None,
            lines=lines,
            due_in_days=typed["due_in_days"],
            term_agreed=typed["term_agreed"],
            delivered_on=typed["delivered_on"],
            channel=Channel(typed["channel"]) if typed["channel"] else None,
            deliver_to=typed["deliver_to"],
            language=typed["language"] or None,
            buyer_reference=typed["buyer_reference"],
            case_number=typed["case_number"],
            opening_text=typed["opening_text"],
            closing_text=typed["closing_text"],
            exemption_reason=typed["exemption_reason"],
        )


def draft_typed(entered: DraftInput) -> dict[str, Any]:
    """A draft as it stands in the form."""
    return {
        "delivered_on": entered.delivered_on,
        "due_in_days": entered.due_in_days,
        "term_agreed": entered.term_agreed,
        "channel": entered.channel or "",
        "deliver_to": entered.deliver_to,
        "language": entered.language or "",
        "buyer_reference": entered.buyer_reference,
        "case_number": entered.case_number,
        "opening_text": entered.opening_text,
        "closing_text": entered.closing_text,
        "exemption_reason": entered.exemption_reason,
    }


def _usual_channel(now: Circumstances, recipient: Client | None) -> str:
    channel = (recipient.channel if recipient else "") or now.settings.default_channel
    label = str(Channel(channel).label)
    if channel == Channel.EMAIL and recipient and recipient.email:
        return _("%(channel)s to %(address)s") % {"channel": label, "address": recipient.email}
    return label


def _term_help(now: Circumstances, recipient: Client | None) -> str:
    terms = terms_for(recipient, now.seller)
    return _("Empty: %(usual)s, as usual. From %(shortest)d to %(longest)s without agreement.") % {
        "usual": say_days(days_to_pay(Draft(), recipient, now)),
        "shortest": terms.shortest,
        "longest": say_days(terms.longest),
    }
