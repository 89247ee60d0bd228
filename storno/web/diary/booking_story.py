"""The page of a booking in words: when, where and who, what bills it, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from storno.clients.queries import client_with
from storno.clients.reach import number_of
from storno.clients.sight import looked_after_among
from storno.diary.bill import Billing, CreditFirst, billing_of, method_now
from storno.diary.cancel import CreditIsOnItsWay
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.public import CancelledBy, cancelled_by
from storno.diary.queries import invoices_of, place_in_series
from storno.diary.version import version_of
from storno.history.tell import events_of, tell
from storno.organizations.queries import Circumstances
from storno.organizations.roles import Deed
from storno.web.access import Here
from storno.web.clients.consents import wanting_shown
from storno.web.diary.agenda import state_of, title_of
from storno.web.diary.billed import billed
from storno.web.diary.say_rule import say_series
from storno.web.diary.times import clock_change, day_and_clock, say_when
from storno.web.diary.told import told_shown
from storno.web.diary.whose import Whose
from storno.web.diary.worked import for_client, warned
from storno.web.papers.chain import Part, chain_shown
from storno.web.papers.held import by_itself, held_credit
from storno.web.papers.menus import Item
from storno.web.papers.reading import read_invoice
from storno.web.papers.story import happenings_shown
from storno.web.say import reader_language, say_moment, say_price
from storno.web.zones import town_of


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so of a booking; with an address a link leads there."""

    label: str
    value: str
    url: str = ""


def booking_story(booking: Booking, all_: Whose, here: Here) -> dict[str, Any]:
    """All that the page of a booking shows; inside a scope."""
    now = here.now
    is_erased = booking.client is not None and booking.client.is_erased
    may = all_.may_write(booking.practitioner_id) and not is_erased
    on = booking.state != BookingState.CANCELLED
    day = day_and_clock(booking.starts_at, now.seller.time_zone)[0]
    story = {
        "booking": booking,
        "version": version_of(booking),
        "title": title_of(booking),
        "when": say_when(booking.starts_at, booking.ends_at, here.at, now.seller.time_zone),
        "state": state_of(booking) or capfirst(str(BookingState.BOOKED.label)),
        "back_url": here.url("diary", on=day.isoformat()),
        "warnings": warned(booking, now),
        "facts": [*_facts(booking, all_, now, here), *_recurs(booking, here)],
        "cancelled": _cancelled(booking, all_, now, here),
        "change_url": here.url("booking_change", booking.id) if may and on else "",
        "items": _menu(booking, here) if may and on else [],
        "restore_url": here.url("booking_restore", booking.id) if may and not on else "",
        "happenings": _history(booking, now, here),
    }
    if booking.kind == BookingKind.SESSION:
        story |= _of_session(booking, may, now, here)
        if all_.bookable() and not is_erased:
            asked = {"client": str(booking.client_id), "like": str(booking.id)}
            story["another_url"] = here.url("session_new", **asked)
    return story


def _of_session(session: Booking, may: bool, now: Circumstances, here: Here) -> dict[str, Any]:
    billing = billing_of(session)
    on = session.state != BookingState.CANCELLED
    shown = billed(session, billing, now, here)
    held = held_credit(billing.invoice, now, here) if billing.invoice else None
    if held and not here.who.may(Deed.UNDO):
        held["undo"] = None
    unbilled = billing.draft is None and billing.invoice is None
    may_draft = may and on and unbilled and here.who.may(Deed.WRITE_DRAFTS)
    assert session.client is not None, "a session has a client"
    return {
        "version": version_of(session, billing),
        "client_url": here.url("client", session.client_id),
        "wanting": wanting_shown(session.client, here) if on else [],
        "billed": shown,
        "by_itself": by_itself(billing.draft, now, here) if billing.draft else None,
        "costs": list(_costs(session, billing, now, here)),
        "held": held,
        "locked": {} if held else locked_because(billing, here),
        "draft_url": here.url("booking_draft", session.id) if may_draft else "",
        "attendance_url": (
            here.url("booking_attendance", session.id)
            if may and on and session.starts_at <= here.at
            else ""
        ),
        "noted": session.state in (BookingState.HELD, BookingState.NO_SHOW),
        "chain": _chain(session, here),
        "told": told_shown(session, now, here),
    }


def _facts(booking: Booking, all_: Whose, now: Circumstances, here: Here) -> Iterator[Fact]:
    zone = now.seller.time_zone
    yield Fact(_("Practitioner"), all_.name(booking.practitioner_id))
    if phone := _phone(booking, now, here):
        yield phone
    if booking.description:
        yield Fact(_("Service"), booking.description)
    if booking.place:
        yield Fact(_("Place"), booking.place)
    if booking.video:
        yield Fact(_("Video link"), booking.video, booking.video)
    yield Fact(_("Time zone"), town_of(zone))
    if theirs := for_client(booking, zone):
        yield Fact(_("Where the client lives"), theirs)
    if change := clock_change(day_and_clock(booking.starts_at, zone)[0], zone):
        yield Fact(_("Note"), change)


def _phone(booking: Booking, now: Circumstances, here: Here) -> Fact | None:
    """The client's number as it was typed, to be dialled by a press; for who looks after it."""
    client = booking.client
    if client is None or not client.phone or not looked_after_among([client.id], here.who):
        return None
    number = number_of(client, now.seller.country)
    return Fact(_("Phone"), client.phone, f"tel:{number}" if number else "")


def _recurs(booking: Booking, here: Here) -> Iterator[Fact]:
    """How its series recurs, and which session of it this is."""
    if booking.series is not None and booking.follows_series:
        place, count = place_in_series(booking)
        words = {"rule": say_series(booking.series), "place": place, "count": count}
        url = here.url("series", booking.series.id)
        yield Fact(_("Repeats"), _("%(rule)s, %(place)d of %(count)d") % words, url)


def _costs(session: Booking, billing: Billing, now: Circumstances, here: Here) -> Iterator[Fact]:
    """What it costs and who pays, as what bills it says."""
    terms = billing.terms
    price = say_price(terms.unit_price, now.seller.currency)
    if session.tax_rate:
        with_tax = _("%(price)s with VAT") if terms.price_includes_tax else _("%(price)s plus VAT")
        price = with_tax % {"price": price}
    if session.state == BookingState.CANCELLED and not billing.is_external:
        yield Fact(_("Charged"), price if billing.draft or billing.invoice else _("nothing"))
    else:
        yield Fact(_("Price"), price)
    known = {each.id: each for each in (session.client, session.recipient) if each}
    payer = known.get(terms.recipient_id) or client_with(
        terms.recipient_id, organization_id=here.organization.id
    )
    yield Fact(_("Invoice recipient"), payer.name, here.url("client", payer.id))
    yield Fact(
        _("How it is invoiced"), capfirst(str(method_now(session, billing, now.settings).label))
    )


def locked_because(billing: Billing, here: Here) -> dict[str, Any]:
    """Why price and recipient cannot be changed, and where it is mended; empty if they can."""
    if not billing.price_locked or billing.invoice is None:
        return {}
    credited = billing.invoice.cancelling_at is not None
    why = CreditIsOnItsWay if credited else CreditFirst
    return {
        "title": _("Price and recipient are locked"),
        "text": f"{why.message} {why.remedy}",
        "action": {"label": _("View Invoice"), "url": here.url("invoice", billing.invoice.id)},
    }


def _cancelled(booking: Booking, all_: Whose, now: Circumstances, here: Here) -> str:
    """When and by whom it was called off; empty if it was not."""
    if booking.cancelled_at is None:
        return ""
    when = say_moment(booking.cancelled_at, here.at, now.seller.time_zone).words
    if booking.cancelled_by is None:
        words = _("Cancelled %(when)s. The time is free again.")
        if cancelled_by([booking])[booking.id] is CancelledBy.CLIENT:
            words = _("The client cancelled it %(when)s. The time is free again.")
        return words % {"when": when}
    return _("%(name)s cancelled it %(when)s. The time is free again.") % {
        "name": all_.name(booking.cancelled_by),
        "when": when,
    }


def _menu(booking: Booking, here: Here) -> list[Item]:
    url = here.url("booking_cancel", booking.id)
    return [Item(_("Cancel booking"), "delete", url, "dialog", "danger")]


def _chain(session: Booking, here: Here) -> list[Part]:
    """The papers of a session: each invoice with what followed from it."""
    parts, known = list[Part](), set[UUID]()
    for invoice_id in invoices_of(session):
        if invoice_id not in known:
            read = read_invoice(invoice_id, here)
            known |= {link.id for link in read.chain}
            parts += chain_shown(read, here, on_page=session.id)
    return parts


def _history(booking: Booking, now: Circumstances, here: Here) -> list[dict[str, Any]]:
    told = tell(
        events_of(booking.organization_id, [booking.id]),
        language=reader_language(),
        time_zone=now.seller.time_zone,
    )
    return happenings_shown(told, now, here)
