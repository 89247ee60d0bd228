"""Changing a booking: its time and place at any time, what it bills until that is invoiced."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storno.clients.queries import client_with
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.diary.bill import Billing, CreditFirst, billing_of, keep_terms, method_now
from storno.diary.change import (
    BookingChanges,
    BookingIsCancelled,
    StaleBooking,
    change_booking,
    must_be_on,
)
from storno.diary.looks import booking_looked_at
from storno.diary.method import method_of
from storno.diary.models import Booking, BookingKind
from storno.diary.slot import TimeIsTaken
from storno.diary.version import version_of
from storno.organizations.models import Method, Settings
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.diary.agenda import title_of
from storno.web.diary.booking import refused
from storno.web.diary.booking_story import locked_because
from storno.web.diary.change_series import tabs_of
from storno.web.diary.forms import ActivityForm, BookingForm, SessionForm, Shown, shown_booking
from storno.web.diary.meanwhile import (
    OF_BILLING,
    bear_what_is_shown,
    catch_up,
    say_overtaken,
    touched_in,
    without_version,
)
from storno.web.diary.taken import take_taken
from storno.web.diary.times import say_when
from storno.web.diary.told import say_reach
from storno.web.diary.whose import whose
from storno.web.diary.worked import before_booking
from storno.web.go import go
from storno.web.papers.version import version_shown
from storno.web.say import say_price
from storno.web.show import show
from storno.web.take import take_invalid, take_refused, typed_in
from storno.web.zones import town_of


@dataclass(frozen=True, slots=True)
class Changing:
    """A booking that is being changed: as it stands, and as it was typed."""

    booking: Booking
    shown: Shown
    form: BookingForm
    locked: dict[str, Any]
    version: int


@require_http_methods(["GET", "POST"])
@member_page
def booking_change(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Change a booking."""
    here.who.must(Deed.BOOK)
    try:
        return _change(request, here, booking_id)
    except BookingIsCancelled as why:
        return refused(request, here, booking_id, why)


def _change(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    try:
        changing = _read(typed_in(request), here, booking_id)
        if changing.locked and touched_in(request.POST):
            take_refused(changing.form, CreditFirst())  # invoiced since the form was opened
        if changing.form.is_valid():
            return _save(request, here, changing)
    except StaleBooking:
        changing = _read(without_version(request.POST), here, booking_id)
        say_overtaken(changing.form)
    return _show(request, here, changing)


def _save(request: HttpRequest, here: Here, changing: Changing) -> HttpResponse:
    """Make the changes, or say beside its field what is in their way."""
    booking, form = changing.booking, changing.form
    changes = changing.shown.changes(form.cleaned_data)
    if changes == BookingChanges():
        messages.info(request, _("Nothing was changed."))
        return go(request, here.url("booking", booking.id))
    try:
        change_booking(
            booking.id,
            changes,
            version=version_shown(form.data),
            who=here.who,
            at=here.at,
        )
    except Invalid as wrong:
        take_invalid(form, wrong, **form.names)
    except TimeIsTaken as taken:
        take_taken(form, taken, here)
    except (StaleBooking, BookingIsCancelled, NotAllowed):
        raise
    except Refused as why:
        take_refused(form, why)
    else:
        messages.success(request, _said(form, changes))
        return go(request, here.url("booking", booking.id))
    return _show(request, here, changing)


def _said(form: BookingForm, changes: BookingChanges) -> str:
    """What was done; of a booking that was given away, to whom."""
    if changes.practitioner is None:
        return _("The changes are saved.")
    name = form.diaries[str(changes.practitioner)]
    return _("It is in the diary of %(name)s now. The client is not told of that.") % {"name": name}


def _read(typed: QueryDict | None, here: Here, booking_id: UUID) -> Changing:
    """The booking and its form. Raises Absent, NotAllowed, BookingIsCancelled, StaleBooking."""
    with here.reading():
        all_ = whose(here)
        booking = booking_looked_at(booking_id, diaries=all_.diaries, who=here.who, at=here.at)
        all_.diaries.must_book(booking.practitioner_id)
        must_be_on(booking)
        member = all_.members.get(booking.practitioner_id)
        now = here.now
        if booking.kind == BookingKind.ACTIVITY:
            shown = shown_booking(booking, member, None, now)
            form: BookingForm = ActivityForm(now, typed, initial=shown.initial())
            form.offer_diaries(all_.bookable())
            bear_what_is_shown(form)
            return Changing(booking, shown, form, {}, version_of(booking))
        billing = billing_of(booking)
        booking.method = _method_shown(booking, billing, now.settings)
        keep_terms(booking, billing, now.settings)
        shown = shown_booking(booking, member, billing.terms, now)
        form = SessionForm(now, typed, initial=shown.initial())
        say_reach(form, booking.client, now)
        form.offer_diaries(all_.bookable())
        if booking.follows_series:
            words = _("With somebody else it stays as it is when the series is changed.")
            form.fields["practitioner"].help_text = words
        _fit(form, booking, billing, here)
        bear_what_is_shown(form)
        locked = locked_because(billing, here)
        return Changing(booking, shown, form, locked, version_of(booking, billing))


def _method_shown(session: Booking, billing: Billing, settings: Settings) -> str:
    """The method that its form starts from: one whose draft was stopped waits for a person.

    So choosing again what was stored before that is a change, and sets the draft going.
    """
    is_now = method_now(session, billing, settings)
    return session.method if is_now == method_of(session, settings, billing.payer) else is_now


def _fit(form: SessionForm, session: Booking, billing: Billing, here: Here) -> None:
    """Leave out of the form what is not changed here, or not as long as an invoice stands."""
    del form.fields["service"]
    form.fields["minutes"].required = True
    if billing.price_locked:
        for name in OF_BILLING:
            del form.fields[name]
        return
    form.fields["price"].required = True
    form.say_tax(session.tax_rate, includes_tax=billing.terms.price_includes_tax)
    payer = client_with(billing.terms.recipient_id, organization_id=here.organization.id)
    form.offer_recipients(session.client, payer)
    if session.method:
        form.offer_methods(usual=None)
    price = say_price(billing.terms.unit_price, form.now.seller.currency)
    method = Method(session.method).label if session.method else ""
    told = {"price": price, "recipient": payer.name, "method": str(method)}
    catch_up(form, version_of(session, billing), told)


def _show(request: HttpRequest, here: Here, changing: Changing) -> HttpResponse:
    form, booking = changing.form, changing.booking
    with here.reading():
        return show(
            request,
            here,
            "diary/change.html",
            status=422 if form.errors else 200,
            form=form,
            booking=booking,
            version=form.data.get("version", changing.version),
            title=title_of(booking),
            when=say_when(booking.starts_at, booking.ends_at, here.at, form.now.seller.time_zone),
            locked=changing.locked,
            price=_price(changing),
            zone=town_of(form.now.seller.time_zone),
            hours=before_booking(form, here),
            back_url=here.url("booking", booking.id),
            tabs=tabs_of(booking, here, alone=True),
        )


def _price(changing: Changing) -> str:
    """The price that is locked, to read."""
    terms, now = changing.shown.terms, changing.form.now
    return say_price(terms.unit_price, now.seller.currency) if terms and changing.locked else ""
