"""Cancelling a booking: its time is free again, and what is still asked for it is decided.

The row stays. A draft of the session goes with it, or becomes the charge; an invoice that stands is
credited first, or kept as the charge. Taken back, the booking stands again if its time is still
free. Order of locks: the diary, the booking, its draft.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.clients.care import take_back_into_care
from storno.clients.shown import LONGEST_LINE
from storno.core.refusals import Refused
from storno.diary.bill import (
    Billing,
    draft_entered,
    follow_usual_method,
    is_drafted_at_once,
    keep_terms,
    line_of,
    lock_billing,
    make_draft,
    with_line,
)
from storno.diary.change import lock_booking, must_be_as_shown, must_be_on
from storno.diary.messages.tell import keep_reminder, tell_client, tell_it_stands
from storno.diary.method import method_of
from storno.diary.models import Booking, BookingKind, BookingState
from storno.diary.price import at_price, price_of
from storno.diary.slot import must_be_free
from storno.diary.timing import Drafted, time_drafts, wait_for_a_person
from storno.documents.content import DraftInput
from storno.documents.draft import (
    drop_drafts,
    entered_in_all,
    save_part,
    save_parts,
    write_new_draft,
)
from storno.documents.models import Document, Draft
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import seller_of, settings_of
from storno.organizations.roles import Actor, Deed

SHARES = {Charge.FULL: Decimal(1), Charge.HALF: Decimal("0.5")}


class InvoiceStands(Refused):
    """The session is invoiced: nothing less than all of it can be charged without a credit."""

    code = "credit_first"
    message = _("This session is invoiced.")
    remedy = _("Credit the invoice first, or keep it: charge the session in full.")
    field = "charge"


class ChargedElsewhere(Refused):
    """The session is invoiced in another system, so a charge is a matter of that one."""

    code = "externalised"
    message = _("This session is invoiced externally.")
    remedy = _("Charge nothing here: what its cancellation costs is settled there.")
    field = "charge"


class CreditIsOnItsWay(Refused):
    """The credit note of the session's invoice is on hold."""

    code = "credit_on_its_way"
    message = _("The credit note of this session's invoice is on its way.")
    remedy = _("Wait until it has gone out, or take it back. Its draft can be deleted meanwhile.")
    field = "charge"


class ChargeIsInvoiced(Refused):
    """What the cancellation costs is invoiced, so the session is not as it was."""

    code = "credit_first"
    message = _("The charge for this cancellation is invoiced.")
    remedy = _("Credit that invoice first; then the cancellation can be taken back.")


class NotCancelled(Refused):
    """The booking is not cancelled."""

    code = "not_cancelled"
    message = _("This booking is not cancelled.")
    remedy = _("There is nothing to take back.")


@dataclass(frozen=True)
class BookingCancelled(Happening):
    """A booking was cancelled, and nothing is charged; the row stays for its legal time."""

    kind: ClassVar = "booking.cancelled"
    sentence: ClassVar = _("Cancelled; nothing is charged.")


@dataclass(frozen=True)
class CancelledAtHalf(Happening):
    """A session was cancelled, and half of its price is charged."""

    kind: ClassVar = "session.cancelled_at_half"
    sentence: ClassVar = _("Cancelled; half of the price is charged.")


@dataclass(frozen=True)
class CancelledInFull(Happening):
    """A session was cancelled, and its price is charged in full."""

    kind: ClassVar = "session.cancelled_in_full"
    sentence: ClassVar = _("Cancelled; the price is charged in full.")


@dataclass(frozen=True)
class CancellationTakenBack(Happening):
    """A cancelled booking stands again."""

    kind: ClassVar = "booking.restored"
    sentence: ClassVar = _("The cancellation was taken back.")


_CANCELLED: dict[Charge, type[Happening]] = {
    Charge.NOTHING: BookingCancelled,
    Charge.HALF: CancelledAtHalf,
    Charge.FULL: CancelledInFull,
}


@deed
def cancel_booking(
    booking_id: UUID,
    charge: Charge = Charge.NOTHING,
    *,
    tell: bool | None = None,
    version: int | None = None,
    kind: BookingKind | None = None,
    who: Actor,
    at: datetime,
) -> Booking:
    """Cancel a booking and charge all, half or nothing of its price.

    `version` is the one that was shown, with the price that is charged. `tell`: whether its client
    gets a letter; None as the session says, which tells of nothing past. Raises Absent, NotAllowed,
    StaleBooking, BookingIsCancelled, InvoiceStands, ChargedElsewhere, CreditIsOnItsWay,
    HasDeparted, Blocked.
    """
    who.must(Deed.BOOK)
    booking = lock_booking(booking_id, version, kind=kind, who=who)
    must_be_on(booking)
    if booking.kind == BookingKind.ACTIVITY:
        charge = Charge.NOTHING
    else:
        billing = lock_billing(booking)
        must_be_chargeable(billing, charge)
        must_be_as_shown(booking, billing, version)
        settle(booking, billing, charge, who=who, at=at)
        booking.save(force_update=True)
    call_off(booking, charge, who=who, at=at)
    tell_client(booking, Message.CANCELLATION, wanted=tell, at=at)
    return booking


@deed
def restore_booking(
    booking_id: UUID, *, kind: BookingKind | None = None, who: Actor, at: datetime
) -> Booking:
    """Take a cancellation back: what was charged for it is the price of the session again.

    Raises Absent, NotAllowed, NotCancelled, ChargeIsInvoiced, TimeIsTaken, HasDeparted, Invalid,
    Blocked.
    """
    who.must(Deed.BOOK)
    booking = lock_booking(booking_id, kind=kind, who=who)
    if booking.state != BookingState.CANCELLED:
        raise NotCancelled
    billing = lock_billing(booking) if booking.kind == BookingKind.SESSION else None
    if billing is not None and is_charged(booking, billing):
        raise ChargeIsInvoiced
    must_be_free(booking)
    stand_again(booking, at=at)
    booking.save(force_update=True)
    tell_it_stands(booking, at=at)
    if booking.client_id is not None:
        take_back_into_care(booking.client_id, booking.practitioner_id, who=who, at=at)
    if billing is not None:
        bill_again(booking, billing, who=who, at=at)
    record(CancellationTakenBack(), subject_id=booking.id, who=who, at=at)
    return booking


STANDS = (
    "state",
    "noted_before",
    "cancelled_at",
    "cancelled_by",
    "cancelled_late",
    "charge",
    "remind_at",
    "version",
)
"""What of a booking is other than it was once it stands again."""


def stand_again(booking: Booking, *, at: datetime) -> None:
    """Let a locked booking be as it was before it was cancelled; not saved."""
    booking.state = BookingState(booking.noted_before or BookingState.BOOKED)
    booking.noted_before = ""
    booking.cancelled_at = booking.cancelled_by = None
    booking.cancelled_late, booking.charge = False, ""
    booking.version += 1
    keep_reminder(booking, at=at)


def call_off(
    booking: Booking,
    charge: Charge,
    *,
    happened: Happening | None = None,
    who: Actor,
    at: datetime,
) -> None:
    """Mark a locked booking as cancelled, within the caller's transaction.

    `happened` is what history keeps of it, where it is not a member who cancels.
    """
    noted = booking.state if booking.state != BookingState.BOOKED else ""
    changed = {
        "state": BookingState.CANCELLED,
        "noted_before": noted,
        "cancelled_at": at,
        "cancelled_by": who.person_id,
        "cancelled_late": is_late(booking, at=at),
        "charge": charge,
        "remind_at": None,
        "version": booking.version + 1,
    }
    for name, value in changed.items():
        setattr(booking, name, value)
    mine = Booking.objects.filter(organization_id=booking.organization_id, id=booking.id)
    mine.update(**changed)
    record(happened or _CANCELLED[charge](), subject_id=booking.id, who=who, at=at)


def is_late(booking: Booking, *, at: datetime) -> bool:
    """Whether a session that is still to come is cancelled too late to be free.

    Of one that has begun nobody says so: it was held or missed, or is taken out of the diary.
    """
    return not _is_free(booking, at) and at < booking.starts_at


def _is_free(booking: Booking, at: datetime) -> bool:
    if booking.service is None:
        return True
    return at <= free_until(booking)


def free_until(session: Booking) -> datetime:
    """Until when a session is cancelled freely."""
    assert session.service is not None, "a session has a service"
    return session.starts_at - timedelta(hours=session.service.free_until_hours)


def usual_charge(booking: Booking, billing: Billing, *, at: datetime) -> Charge:
    """What is proposed to be charged if a booking is cancelled now."""
    if billing.is_external or booking.service is None or _is_free(booking, at):
        return Charge.NOTHING
    return Charge(booking.service.late_charge)


def must_be_chargeable(billing: Billing, charge: Charge) -> None:
    """Raise InvoiceStands, CreditIsOnItsWay or ChargedElsewhere where that cannot be charged."""
    if billing.invoice is not None:
        if billing.invoice.cancelling_at is not None:
            raise CreditIsOnItsWay
        if charge is not Charge.FULL:
            raise InvoiceStands
    elif billing.is_external and charge is not Charge.NOTHING:
        raise ChargedElsewhere


def settle(session: Booking, billing: Billing, charge: Charge, *, who: Actor, at: datetime) -> None:
    """Let the papers of a locked session say what is charged, and the session what they said.

    The record of a paper of another system stays as it is. Not saved. Raises InvoiceStands,
    CreditIsOnItsWay, ChargedElsewhere, HasDeparted, Blocked.
    """
    must_be_chargeable(billing, charge)
    if billing.invoice is not None:
        return
    keep_terms(session, billing, settings_of(session.organization_id))
    if billing.is_external:
        return
    if charge is Charge.NOTHING:
        if billing.draft is not None:
            leave_out([(session, billing.draft)], who=who, at=at)
    elif billing.draft is None:
        seller = seller_of(session.organization_id)
        entered = _charged(draft_entered(session, seller), session, charge)
        charged = write_new_draft(entered, who=who, at=at)
        follow_usual_method([charged], session, who=who, at=at)
    else:
        amend = partial(_charged, session=session, charge=charge)
        charged = save_part(billing.draft.id, amend, who=who, at=at)
        wait_for_a_person(charged, who=who, at=at)


def is_charged(session: Booking, billing: Billing) -> bool:
    """Whether an invoice that stands was issued for the cancellation, and not for the session."""
    if billing.invoice is None:
        return False
    since = Document.objects.filter(
        organization_id=session.organization_id, issued_at__gte=session.cancelled_at
    )
    return since.filter(id=billing.invoice.id).exists()


def bill_again(session: Booking, billing: Billing, *, who: Actor, at: datetime) -> None:
    """Let the charge of a cancellation be the session's own line again, or draft it anew."""
    if billing.price_locked or billing.is_external:
        return
    settings = settings_of(session.organization_id)
    if billing.draft is None:
        if is_drafted_at_once(session, settings):
            make_draft(session, who=who, at=at)
        return

    def as_before(entered: DraftInput) -> DraftInput:
        own = line_of(session)
        return with_line(
            entered,
            session,
            lambda line: replace(at_price(line, own.unit_price), description=own.description),
        )

    draft = save_part(billing.draft.id, as_before, who=who, at=at)
    drafted = Drafted(draft, session, method_of(session, settings))
    time_drafts([drafted], settings, who=who, at=at)


def leave_out(billed: Collection[tuple[Booking, Draft]], *, who: Actor, at: datetime) -> None:
    """Let locked drafts bill these sessions no more; those that billed nothing else go.

    What else one bills is nobody's session, so a person decides when that goes out. Raises
    HasDeparted, PaymentIsNoted.
    """
    drafts, sessions = {draft.id: draft for _session, draft in billed}, defaultdict(list)
    for session, draft in billed:
        sessions[draft.id].append(session)
    held = entered_in_all(drafts.values())
    others = {id_: partial(_without, sessions=found) for id_, found in sessions.items()}
    stay = {id_: part for id_, part in others.items() if part(held[id_]).lines}
    if stay:
        for draft in save_parts(stay, who=who, at=at):
            wait_for_a_person(draft, who=who, at=at)
    if gone := drafts.keys() - stay.keys():
        drop_drafts(gone, who=who, at=at)


def _without(entered: DraftInput, sessions: Collection[Booking]) -> DraftInput:
    """A draft without the lines that bill sessions."""
    for session in sessions:
        entered = with_line(entered, session, lambda _line: None)
    return entered


def _charged(entered: DraftInput, session: Booking, charge: Charge) -> DraftInput:
    """A session's draft as the charge for its cancellation, in the language of the paper."""
    assert session.client is not None, "a session has a client"
    with override(entered.language or session.client.language):
        words = gettext("Cancelled: %(service)s") % {"service": session.description}
    return with_line(
        entered,
        session,
        lambda line: replace(
            at_price(line, share(price_of(line), charge)), description=words[:LONGEST_LINE]
        ),
    )


def share(price: Decimal, charge: Charge) -> Decimal:
    """What a charge asks of a price, half of it in whole cents, half a cent away from zero."""
    if charge is Charge.FULL:
        return price
    return (price * SHARES[charge]).quantize(Decimal("0.01"), ROUND_HALF_UP)
