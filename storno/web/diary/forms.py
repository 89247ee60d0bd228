"""What is booked, as it is entered: when and where, and of a session what it costs and who pays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storno.catalogue.models import Message, Service
from storno.catalogue.save import told_of
from storno.clients.models import Client
from storno.clients.queries import recipients_of, standing_recipient
from storno.diary.bill import Terms
from storno.diary.book import ActivityInput, SessionInput
from storno.diary.change import BookingChanges
from storno.diary.models import Booking
from storno.organizations.methods import CLOSED
from storno.organizations.models import Membership, Method
from storno.organizations.queries import Circumstances
from storno.web.diary.asked import FIRST_YEAR, LAST_YEAR
from storno.web.diary.times import NoSuchTime, day_and_clock, moment_of
from storno.web.fields import FigureField, choices_of, write_figure
from storno.web.say import reader_language, say_price

T = TypeVar("T")


class BookingForm(forms.Form):
    """When and where something is. The verbs check; the form only reads."""

    use_required_attribute = False

    practitioner = forms.ChoiceField(label=gettext_lazy("Practitioner"))
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    place = forms.CharField(label=gettext_lazy("Place"), required=False)

    names: Mapping[str, str] = {"starts_at": "day"}
    """What the verbs call the fields, where it is not what they are called here."""

    def __init__(self, now: Circumstances, *args: Any, **kwargs: Any) -> None:
        """The form as it is today."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.now = now
        self.diaries: dict[str, str] = {}

    def offer_diaries(self, members: Iterable[Membership]) -> None:
        """Let the diary be chosen, where there are several to book in."""
        choices = [(str(member.id), str(member.person)) for member in members]
        self.diaries = dict(choices)
        shown = self.initial.get("practitioner")
        if shown == "":  # somebody who has left, and keeps what nobody takes over
            choices.insert(0, ("", _("somebody who has left")))
            self.fields["practitioner"].required = False
        field = self.fields["practitioner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) < 2:
            field.widget = field.hidden_widget()

    def clean_day(self) -> date:
        """A day that a diary has; all others are no moments either."""
        day: date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("The day is too far away. Check the year."), "out_of_range")
        return day

    def clean(self) -> dict[str, Any]:
        """Read day and time as one moment."""
        typed = super().clean() or {}
        if {"day", "time"} <= typed.keys():
            try:
                typed["starts_at"] = moment_of(
                    typed["day"], typed["time"], self.now.seller.time_zone
                )
            except NoSuchTime:
                words = _("The clocks go forward in this night: there is no such time.")
                self.add_error("time", words)
        return typed


class ActivityForm(BookingForm):
    """A block of time."""

    title = forms.CharField(label=gettext_lazy("What it is"))

    field_order = ("practitioner", "title", "day", "time", "minutes", "place")

    def entered(self) -> ActivityInput:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        return ActivityInput(
            title=typed["title"],
            practitioner=UUID(typed["practitioner"]),
            starts_at=typed["starts_at"],
            minutes=typed["minutes"],
            place=typed["place"],
        )


class SessionForm(BookingForm):
    """A session with one client. What is left empty is as usual for the service."""

    service = forms.ChoiceField(label=gettext_lazy("Service"))
    video = forms.CharField(
        label=gettext_lazy("Video link"),
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    price = FigureField(
        label=gettext_lazy("Price"),
        required=False,
        least=2,
    )
    recipient = forms.ChoiceField(label=gettext_lazy("Invoice recipient"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("Invoicing"), required=False)
    messages = forms.MultipleChoiceField(
        label=gettext_lazy("Messages"),
        choices=choices_of(Message),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    messages_of = forms.CharField(required=False, widget=forms.HiddenInput)
    """The service whose usual messages were shown; of another one its own hold."""

    field_order: tuple[str, ...] | None = (
        "practitioner", "service", "day", "time", "minutes", "place", "video", "price", "recipient",
        "method",
    )  # fmt: skip

    def __init__(self, now: Circumstances, *args: Any, **kwargs: Any) -> None:
        """The form as it is today; the ways of invoicing that are not open are told with why."""
        super().__init__(now, *args, **kwargs)
        self.offered: list[Service] = []
        self.fields["minutes"].required = False
        self.offer_methods(usual=Method(now.settings.method))
        self.fields["method"].help_text = " ".join(str(why) for why in CLOSED.values())

    def offer_services(self, services: Iterable[Service]) -> None:
        """Let the service be chosen, and say what is usual for the one that is."""
        self.offered = offered = list(services)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        blank = [("", _("Choose a service"))] if len(offered) != 1 else []
        field.choices = [*blank, *((str(each.id), self._told(each)) for each in offered)]
        chosen = str(self["service"].value() or "")
        for service in offered:
            if str(service.id) == chosen or len(offered) == 1:
                self._suit(service)

    def _told(self, service: Service) -> str:
        price = say_price(service.unit_price, self.now.seller.currency)
        return _("%(name)s (%(minutes)s min, %(price)s)") % {
            "name": service.name,
            "minutes": service.minutes,
            "price": price,
        }

    def _suit(self, service: Service) -> None:
        price = write_figure(service.unit_price, reader_language(), least=2)
        self.fields["minutes"].widget.attrs["placeholder"] = str(service.minutes)
        self.fields["price"].widget.attrs["placeholder"] = price
        self.say_tax(service.tax_rate, includes_tax=service.price_includes_tax)
        shown: Mapping[str, Any] = self.data if self.is_bound else self.initial
        if shown.get("messages_of") != str(service.id):
            self._tick(service)

    def _tick(self, service: Service) -> None:
        """Tick what the service usually sends, as long as nobody has seen it ticked."""
        self.initial["messages"] = list(service.messages)
        self.initial["messages_of"] = str(service.id)
        if isinstance(self.data, QueryDict) and self.is_bound:
            typed = self.data.copy()
            typed.setlist("messages", list(service.messages))
            typed["messages_of"] = str(service.id)
            self.data = typed

    def say_tax(self, rate: Decimal | None, *, includes_tax: bool) -> None:
        """Say whether VAT is in the price, where there is any."""
        if rate:
            self.fields["price"].help_text = _("With VAT.") if includes_tax else _("Without VAT.")

    def offer_recipients(self, client: Client | None, chosen: Client | None = None) -> None:
        """Let it be chosen who pays for a client; who usually does is chosen already."""
        field = self.fields["recipient"]
        assert isinstance(field, forms.ChoiceField)
        if client is None:
            del self.fields["recipient"]
            return
        offered = recipients_of(client)
        if chosen is not None and chosen not in offered:
            offered.append(chosen)
        field.choices = [(str(each.id), each.name) for each in offered]
        field.required = True
        field.initial = str((chosen or standing_recipient(client)).id)

    def offer_methods(self, *, usual: Method | None) -> None:
        """Let the way of invoicing be chosen; without `usual`, where it has one of its own."""
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        own = [(each.value, capfirst(str(each.label))) for each in Method if each not in CLOSED]
        if usual is not None:
            own.insert(0, ("", _("As usual (%(method)s)") % {"method": usual.label}))
        field.choices = own

    def entered(self, client: Client) -> SessionInput:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        return SessionInput(
            service=UUID(typed["service"]),
            client=client.id,
            practitioner=UUID(typed["practitioner"]),
            starts_at=typed["starts_at"],
            minutes=typed["minutes"],
            price=typed["price"],
            recipient=UUID(typed["recipient"]) if typed.get("recipient") else None,
            method=Method(typed["method"]) if typed["method"] else None,
            place=typed["place"],
            video=typed["video"],
            messages=tuple(Message(each) for each in typed["messages"]),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A booking as its form shows it, with what of it was typed otherwise."""

    day: date
    clock: time
    minutes: int
    booking: Booking
    practitioner: str
    terms: Terms | None

    def initial(self) -> dict[str, Any]:
        """What stands in the fields."""
        booking, terms = self.booking, self.terms
        values: dict[str, Any] = {
            "day": self.day,
            "time": self.clock,
            "minutes": self.minutes,
            "practitioner": self.practitioner,
            "title": booking.title,
            "place": booking.place,
            "video": booking.video,
            "method": booking.method,
            "messages": list(told_of(booking.messages)),
            "messages_of": str(booking.service_id),
        }
        if terms is not None:
            values |= {"price": terms.unit_price, "recipient": str(terms.recipient_id)}
        return values

    def changes(self, typed: Mapping[str, Any]) -> BookingChanges:
        """What was typed otherwise than it stands; what is not in the form stays."""
        moved = (typed["day"], typed["time"]) != (self.day, self.clock)
        return BookingChanges(
            practitioner=self._practitioner(typed.get("practitioner")),
            starts_at=typed["starts_at"] if moved else None,
            minutes=_other(typed.get("minutes"), self.minutes),
            title=_other(typed.get("title"), self.booking.title),
            place=_other(typed.get("place"), self.booking.place),
            video=_other(typed.get("video"), self.booking.video),
            price=_other(typed.get("price"), self.terms.unit_price if self.terms else None),
            recipient=self._recipient(typed.get("recipient")),
            method=Method(typed["method"])
            if typed.get("method") and typed["method"] != self.booking.method
            else None,
            messages=self._messages(typed),
        )

    def _messages(self, typed: Mapping[str, Any]) -> tuple[Message, ...] | None:
        """What was ticked otherwise, where the form showed it."""
        if not typed.get("messages_of"):
            return None
        return _other(told_of(typed["messages"]), told_of(self.booking.messages))

    def _practitioner(self, typed: str | None) -> UUID | None:
        return UUID(typed) if typed and typed != self.practitioner else None

    def _recipient(self, typed: str | None) -> UUID | None:
        if not typed or self.terms is None:
            return None
        return _other(UUID(typed), self.terms.recipient_id)


def _other(typed: T | None, shown: T) -> T | None:
    return None if typed == shown else typed


def shown_booking(
    booking: Booking, member: Membership | None, terms: Terms | None, now: Circumstances
) -> Shown:
    """A booking as its form shows it; of somebody who has left without a member."""
    day, clock = day_and_clock(booking.starts_at, now.seller.time_zone)
    practitioner = str(member.id) if member else ""
    return Shown(day, clock, booking.minutes, booking, practitioner, terms)
