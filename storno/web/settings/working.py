"""How the organization works, as it is entered on a page, and what only customer service sets."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from storno.administration.change_settings import SettingsChanges
from storno.organizations.models import (
    AfterCredit,
    AutomaticAt,
    Channel,
    ClientShownAs,
    LateCharges,
    MessageBy,
    Method,
    Organization,
    PaidCredit,
    Settings,
    VatOn,
    Wording,
)
from storno.web.fields import DaysField, FigureField, choices_of
from storno.web.methods import MethodRadios, method_choices
from storno.web.sections import Fact, Parts
from storno.web.touched import TouchedForm

PARTS: Parts = (
    (_("Sending"), (("hold_seconds",), ("default_channel",))),
    (
        _("Terms"),
        (
            ("person_term_days", "company_term_days"),
            ("notice_days",),
            ("late_interest",),
            ("settled_cents",),
            ("overdue_days",),
            ("late_charges",),
        ),
    ),
    (
        _("Sessions"),
        (
            ("method",),
            ("automatic_at", "automatic_minutes"),
            ("draft_at_booking",),
            ("notification_days",),
            ("client_shown_as",),
            ("message_by",),
            ("own_clients",),
        ),
    ),
    (_("Retention"), (("client_years",),)),
    (_("Cancelling"), (("after_credit",), ("office_may_credit",))),
    (_("Value added tax"), (("vat_on",), ("exemption_reason",))),
    (_("Words"), (("wording",),)),
)
OF_PRACTICES = (
    *("method", "automatic_at", "automatic_minutes", "draft_at_booking", "notification_days"),
    *("client_shown_as", "message_by", "own_clients"),
)
"""What only a practice decides: others have no sessions."""
HOLDS = (0, 300, 600, 1200, 1800, 3600)
"""Seconds offered; what is set by another door is offered too."""


class WorkingForm(TouchedForm):
    """Settings that members change. The verb checks; the form only reads."""

    hold_seconds = forms.TypedChoiceField(
        label=_("An invoice leaves"),
        coerce=int,
        help_text=_(
            "As long as it waits, you can take it back as if nothing had happened: no number, no "
            "letter. The same holds for a cancellation."
        ),
    )
    default_channel = forms.ChoiceField(
        label=_("Invoices are usually sent"), choices=choices_of(Channel), widget=forms.RadioSelect
    )
    client_years = forms.IntegerField(
        label=_("Recipients are to be erased after so many years"),
        help_text=_("Without a session, an invoice or a change. They are only listed, for you."),
    )
    person_term_days = forms.IntegerField(label=_("Days to pay, persons"))
    company_term_days = forms.IntegerField(label=_("Days to pay, companies"))
    notice_days = forms.IntegerField(
        label=_("Days in which errors shall be told"),
        help_text=_("Printed on invoices; 0 leaves it out."),
    )
    late_interest = FigureField(
        label=_("Late interest of companies, percent a year"),
        help_text=_("As you have agreed; 0 means as the law has it. Of persons it is always so."),
    )
    overdue_days = DaysField(
        label=_("Days after the due day on which reminders go by themselves"),
        required=False,
        help_text=_(
            "For example 7, 21. Empty means that none goes by itself; you can always send one from "
            "the invoice. What is paid, credited, disputed or paused is never reminded of."
        ),
    )
    late_charges = forms.ChoiceField(
        label=_("Reminders ask beside the invoice for"),
        choices=choices_of(LateCharges),
        help_text=_(
            "No more than the law allows: in Finland 5.00 of persons from the 14th day on, and "
            "12.00 of companies. A credit gives it up."
        ),
    )
    settled_cents = forms.IntegerField(
        label=_("Cents that may be settled when a payment falls short"),
        help_text=_("Up to so many cents or øre; 0 means none. More is bad debt."),
    )
    method = forms.ChoiceField(
        label=_("Sessions are usually invoiced"),
        choices=method_choices,
        widget=MethodRadios,
        help_text=_(
            "A recipient may have a way of its own. Drafts of sessions to come follow a change; "
            "those of sessions that are over stay as they are, and nothing goes out at once."
        ),
    )
    automatic_at = forms.ChoiceField(
        label=_("What is sent by itself goes"),
        choices=choices_of(AutomaticAt),
        widget=forms.RadioSelect,
    )
    automatic_minutes = forms.IntegerField(
        label=_("Minutes after the session"),
        help_text=_("Until then the draft can be changed like any other."),
    )
    draft_at_booking = forms.BooleanField(
        label=_("Create draft automatically"),
        required=False,
        help_text=_(
            "Of sessions that are invoiced by hand. Otherwise you make it when it is time."
        ),
    )
    notification_days = DaysField(
        label=_("Days of payment notifications"),
        help_text=_(
            "Counted from the first one, which is day 0. The others are reminders and go by "
            "themselves at 9:00, as long as something is left to pay. 0 alone means no reminders."
        ),
    )
    client_shown_as = forms.ChoiceField(
        label=_("An invoice to another recipient shows of the client"),
        choices=choices_of(ClientShownAs),
        widget=forms.RadioSelect,
        help_text=_("Never the name: an employer or an insurer need not know more."),
    )
    message_by = forms.ChoiceField(
        label=_("Clients are told of their sessions by"),
        choices=choices_of(MessageBy),
        widget=forms.RadioSelect,
        help_text=_("Which messages are sent is set with each service in the catalogue."),
    )
    after_credit = forms.ChoiceField(
        label=_("After a cancellation comes"),
        choices=choices_of(AfterCredit),
        widget=forms.RadioSelect,
        help_text=_("Only what is chosen at first: you can choose otherwise each time."),
    )
    office_may_credit = forms.BooleanField(
        label=_("Members in the office may cancel invoices too"), required=False
    )
    own_clients = forms.BooleanField(
        label=_("Practitioners see their own clients only"),
        required=False,
        help_text=_(
            "Those whom they look after, with their sessions and invoices. Administrators, the "
            "office and readers see all."
        ),
    )
    vat_on = forms.ChoiceField(
        label=_("VAT falls due with"), choices=choices_of(VatOn), widget=forms.RadioSelect
    )
    exemption_reason = forms.CharField(
        label=_("Why your services are exempt from VAT"),
        max_length=200,
        required=False,
        help_text=_("Printed where a line is exempt, as the law asks."),
    )
    wording = forms.ChoiceField(
        label=_("The pages say"), choices=choices_of(Wording), widget=forms.RadioSelect
    )

    def __init__(self, settings: Settings, organization: Organization, data: Any = None) -> None:
        """The settings as they stand."""
        super().__init__(data, label_suffix="")
        if settings.wording != Wording.PRACTICE:
            for name in OF_PRACTICES:
                del self.fields[name]
        held = sorted({*HOLDS, settings.hold_seconds})
        hold = self.fields["hold_seconds"]
        assert isinstance(hold, forms.ChoiceField)
        hold.choices = [(str(seconds), say_hold(seconds)) for seconds in held]
        self.initial = {
            "hold_seconds": settings.hold_seconds,
            "office_may_credit": organization.office_may_credit,
            "own_clients": organization.own_clients,
            "default_channel": settings.default_channel,
            "client_years": settings.client_years,
            "person_term_days": settings.person_term_days,
            "company_term_days": settings.company_term_days,
            "notice_days": settings.notice_days,
            "late_interest": settings.late_interest,
            "settled_cents": settings.settled_cents,
            "overdue_days": settings.overdue_days,
            "late_charges": settings.late_charges,
            "after_credit": settings.after_credit,
            "vat_on": settings.vat_on,
            "method": settings.method,
            "automatic_at": settings.automatic_at,
            "automatic_minutes": settings.automatic_minutes,
            "draft_at_booking": settings.draft_at_booking,
            "notification_days": settings.notification_days,
            "client_shown_as": settings.client_shown_as,
            "message_by": settings.message_by,
            "exemption_reason": settings.exemption_reason,
            "wording": settings.wording,
        }

    def entered(self) -> SettingsChanges:
        """What was changed, as the verb takes it."""
        typed = self.cleaned_data
        read = typed | {
            "after_credit": AfterCredit(typed["after_credit"]),
            "wording": Wording(typed["wording"]),
            "default_channel": Channel(typed["default_channel"]),
            "vat_on": VatOn(typed["vat_on"]),
            "late_charges": LateCharges(typed["late_charges"]),
        }
        if "method" in typed:
            read["method"] = Method(typed["method"])
            read["automatic_at"] = AutomaticAt(typed["automatic_at"])
            read["client_shown_as"] = ClientShownAs(typed["client_shown_as"])
            read["message_by"] = MessageBy(typed["message_by"])
        return SettingsChanges(**{name: read[name] for name in self.touched})


def say_hold(seconds: int) -> str:
    """How long an invoice waits: at once, after 20 minutes."""
    if not seconds:
        return _now("at once")
    if seconds % 60:
        after = ngettext("after %(count)d second", "after %(count)d seconds", seconds)
        return after % {"count": seconds}
    minutes = seconds // 60
    return ngettext("after %(count)d minute", "after %(count)d minutes", minutes) % {
        "count": minutes
    }


def bound_facts(settings: Settings) -> list[Fact]:
    """What binds members to customer service, so that only it changes it."""
    by_members = settings.paid_credit == PaidCredit.MEMBERS
    opened = {True: _now("open"), False: _now("closed")}
    return [
        Fact(
            _("Paid invoices are cancelled by"),
            _now("you yourselves") if by_members else _now("customer service"),
        ),
        Fact(_("Lines with 0 % VAT"), opened[settings.zero_rate_open]),
        Fact(_("Lines with reverse charge"), opened[settings.reverse_charge_open]),
        Fact(_("Contact of customer service"), settings.support_contact or "–"),
    ]
