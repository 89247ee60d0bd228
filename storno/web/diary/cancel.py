"""The question before a booking is cancelled: what is charged for it, in money."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from storno.catalogue.models import Charge, Message
from storno.core.refusals import Invalid, NotAllowed, Refused
from storno.diary.bill import Billing, billing_of
from storno.diary.cancel import (
    ChargedElsewhere,
    CreditIsOnItsWay,
    InvoiceStands,
    cancel_booking,
    is_late,
    must_be_chargeable,
    share,
    usual_charge,
)
from storno.diary.change import must_be_on
from storno.diary.looks import booking_looked_at
from storno.diary.messages.tell import tells_by_itself
from storno.diary.models import Booking, BookingKind
from storno.diary.sight import diaries_of
from storno.diary.version import version_of
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here, member_page
from storno.web.diary.agenda import title_of
from storno.web.diary.booking import refused
from storno.web.diary.cancel_series import ALL, CHARGES, FOLLOWING, cancel_several, offered, ticked
from storno.web.diary.times import say_when
from storno.web.diary.told import reached
from storno.web.go import go
from storno.web.papers.version import version_shown
from storno.web.say import say_price
from storno.web.show import show
from storno.web.take import typed_in


class CancelForm(forms.Form):
    """What is charged."""

    charge = forms.ChoiceField(
        choices=Charge.choices, error_messages={"required": gettext_lazy("Choose what is charged.")}
    )


@require_http_methods(["GET", "POST"])
@member_page
def booking_cancel(request: HttpRequest, here: Here, booking_id: UUID) -> HttpResponse:
    """Cancel a booking, after a question."""
    here.who.must(Deed.BOOK)
    form = CancelForm(typed_in(request))
    try:
        if not form.is_bound:
            return _show(request, here, booking_id, form)
        with here.reading():
            booking = _bookable(booking_id, here)
        if booking.kind == BookingKind.ACTIVITY:
            form.fields["charge"].required = False
        if form.is_valid():
            return _cancel_asked(request, here, booking, form.cleaned_data["charge"])
    except (InvoiceStands, ChargedElsewhere) as why:
        form.add_error("charge", f"{why.message} {why.remedy}")
    except NotAllowed:
        raise
    except (Refused, Invalid) as why:
        return refused(request, here, booking_id, why)
    return _show(request, here, booking_id, form)


def _bookable(booking_id: UUID, here: Here) -> Booking:
    """A booking that can be cancelled; inside a scope. Raises Absent, NotAllowed, Refused."""
    diaries = diaries_of(here.who)
    booking = booking_looked_at(booking_id, diaries=diaries, who=here.who, at=here.at)
    diaries.must_book(booking.practitioner_id)
    must_be_on(booking)
    return booking


def _cancel_asked(request: HttpRequest, here: Here, booking: Booking, charge: str) -> HttpResponse:
    """Cancel the booking, or with it others of its series."""
    which = request.POST.get("which")
    if booking.series_id is None or which not in (FOLLOWING, ALL) or not booking.follows_series:
        return _cancel(request, here, booking, charge)
    since = booking.recurrence_on if which == FOLLOWING else None
    return cancel_several(request, here, booking.series_id, Charge(charge), since=since)


def _cancel(request: HttpRequest, here: Here, booking: Booking, charge: str) -> HttpResponse:
    cancelled = cancel_booking(
        booking.id,
        Charge(charge or Charge.NOTHING),
        tell=ticked(request),
        version=version_shown(request.POST),
        who=here.who,
        at=here.at,
    )
    said = _("The booking is cancelled, and its time is free again.")
    if charge and charge != Charge.NOTHING and _has_draft(cancelled, here):
        stands = _("What is charged stands on its draft.")
        said = f"{said} {stands}"
    messages.success(request, said)
    return go(request, here.url("booking", booking.id))


def _has_draft(session: Booking, here: Here) -> bool:
    """Whether a draft says what is charged, and not an invoice that was kept."""
    with here.reading():
        billing = billing_of(session)
        return billing.draft is not None and not billing.price_locked


def _show(request: HttpRequest, here: Here, booking_id: UUID, form: CancelForm) -> HttpResponse:
    with here.reading():
        booking = _bookable(booking_id, here)
        now = here.now
        shown: dict[str, Any] = {
            "form": form,
            "booking": booking,
            "version": version_of(booking),
            "what": title_of(booking),
            "when": say_when(booking.starts_at, booking.ends_at, here.at, now.seller.time_zone),
            "back_url": here.url("booking", booking.id),
            "back_label": title_of(booking),
        }
        if booking.kind == BookingKind.SESSION:
            shown |= _asked(request, booking, now, form["charge"].value(), here)
        status = 422 if form.errors else 200
        return show(request, here, "diary/cancel.html", status=status, **shown)


def _asked(
    request: HttpRequest, session: Booking, now: Circumstances, chosen: str | None, here: Here
) -> dict[str, Any]:
    """The choices with what each means; what an invoice that stands leaves open."""
    billing = billing_of(session)
    usual = Charge.FULL if billing.price_locked else usual_charge(session, billing, at=here.at)
    which = list(offered(session, request.POST.get("which", ""), here))
    return {
        "which": which,
        "closed": _is_being_credited(billing) and not which,
        "choices": list(_choices(billing, now, chosen or usual, several=bool(which))),
        "may_tell": True,
        "tells": _tells(request, session, here),
        "told_to": reached(session.client, now),
        "late": is_late(session, at=here.at) and not billing.is_external,
        "version": version_of(session, billing),
        "external": billing.is_external,
        "locked": _locked(billing, here),
    }


def _locked(billing: Billing, here: Here) -> dict[str, str]:
    """Why there is no choice of what is charged, and where it is mended; empty if there is."""
    invoice = billing.invoice
    if invoice is None or not (billing.price_locked or _is_being_credited(billing)):
        return {}
    text = _("It is invoiced. To charge less, credit the invoice first.")
    if _is_being_credited(billing):
        text = f"{CreditIsOnItsWay.message} {CreditIsOnItsWay.remedy}"
    return {"text": text, "url": here.url("invoice", invoice.id)}


def _is_being_credited(billing: Billing) -> bool:
    """Whether the credit note of its invoice is on hold: until then nothing is cancelled here."""
    return billing.invoice is not None and billing.invoice.cancelling_at is not None


def _tells(request: HttpRequest, session: Booking, here: Here) -> bool:
    """Whether the client is told: as was ticked, or as usual, which leaves out the past."""
    wanted = ticked(request)
    usual = tells_by_itself(session, Message.CANCELLATION, at=here.at)
    return usual if wanted is None else wanted


def _choices(
    billing: Billing, now: Circumstances, chosen: str, *, several: bool
) -> Iterator[dict[str, Any]]:
    """What can be charged; an invoice that stands leaves one choice, but for others with it."""
    for charge, label in CHARGES.items():
        amount = ""
        if charge is not Charge.NOTHING:
            price = share(billing.terms.unit_price, charge)
            amount = say_price(price, now.seller.currency)
        yield {
            "value": charge.value,
            "label": label,
            "amount": amount,
            "told": _told(charge, billing),
            "chosen": charge == chosen,
            "blocked": not several and _is_blocked(charge, billing),
        }


def _is_blocked(charge: Charge, billing: Billing) -> bool:
    try:
        must_be_chargeable(billing, charge)
    except Refused:
        return True
    return False


def _told(charge: Charge, billing: Billing) -> str:
    """What becomes of the paper that bills the session."""
    if _is_being_credited(billing):
        return ""
    if billing.price_locked:
        return _("The invoice stays as it is.") if charge is Charge.FULL else ""
    if billing.is_external:
        return _("The record stays as it is.") if charge is Charge.NOTHING else ""
    if charge is Charge.NOTHING:
        return _("The draft is deleted.") if billing.draft else _("Nothing is invoiced.")
    if billing.draft:
        return _("The draft becomes the charge; it can still be changed.")
    return _("A draft is made for it.")
