"""Cancelling a series: every session that is still to come, or those from one day on.

What has begun stays as it is. A charge is for what is cancelled too late; sessions whose free time
is not over cost nothing. Order of locks: the diary, the series, its sessions, their drafts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Message
from storno.core.insert import sent_together
from storno.core.refusals import Refused
from storno.diary.bill import Billing, keep_terms, lock_billings
from storno.diary.cancel import call_off, is_late, leave_out, settle
from storno.diary.messages.tell import tell_client_of_series
from storno.diary.models import Booking, BookingState, Series
from storno.diary.series.find import SomeAreInvoiced, lock_from, lock_series
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


class NothingToCancel(Refused):
    """No session of the series is to come that is not cancelled already."""

    code = "nothing_to_cancel"
    message = _("No session of this series is still to come.")
    remedy = _("What has begun is cancelled on its own.")


@dataclass(frozen=True)
class SeriesCancelled(Happening):
    """What of a series was to come was cancelled."""

    kind: ClassVar = "series.cancelled"
    sentence: ClassVar = _("Sessions of the series cancelled: %(sessions)s.")
    sessions: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The series, the sessions that were cancelled, and those left because they are invoiced."""

    series: Series
    sessions: list[Booking]
    left: list[Booking]


@deed
def cancel_series(
    series_id: UUID,
    charge: Charge = Charge.NOTHING,
    *,
    since: date | None = None,
    leave_invoiced: bool = False,
    tell: bool | None = None,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Cancelled:
    """Cancel the sessions to come, all of them or those from one of the series' days on.

    `charge` is for those that are late and not invoiced in another system, whose records stay. An
    invoiced session is credited first, or left with `leave_invoiced`; charged in full it keeps its
    invoice. Raises Absent, Invalid, NotAllowed, StaleBooking, NothingToCancel, SomeAreInvoiced,
    HasDeparted, Blocked, PaymentIsNoted.
    """
    who.must(Deed.BOOK)
    series = lock_series(series_id, version, who=who)
    coming = [
        each
        for each in lock_from(series, since)
        if each.starts_at > at and each.state != BookingState.CANCELLED
    ]
    billings = lock_billings(coming)
    charges = {each.id: _charge(each, billings[each.id], charge, at) for each in coming}
    left = [
        each
        for each in coming
        if billings[each.id].price_locked and charges[each.id] is not Charge.FULL
    ]
    if left and not leave_invoiced:
        raise SomeAreInvoiced.of(left)
    cancelled = [each for each in coming if each not in left]
    if not cancelled:
        raise NothingToCancel
    _settle(cancelled, billings, charges, who=who, at=at)
    with sent_together():
        for session in cancelled:
            Booking.objects.filter(organization_id=who.organization_id, id=session.id).update(
                unit_price=session.unit_price,
                price_includes_tax=session.price_includes_tax,
                recipient_id=session.recipient_id,
                method=session.method,
            )
            call_off(session, charges[session.id], who=who, at=at)
    tell_client_of_series(series.id, cancelled, Message.CANCELLATION, wanted=tell, at=at)
    series.version += 1
    series.save(force_update=True)
    record(SeriesCancelled(len(cancelled)), subject_id=series.id, who=who, at=at)
    return Cancelled(series, cancelled, left)


def _charge(session: Booking, billing: Billing, charge: Charge, at: datetime) -> Charge:
    """What one of them costs."""
    is_due = is_late(session, at=at) and not billing.is_external
    return charge if is_due else Charge.NOTHING


def _settle(
    sessions: Collection[Booking],
    billings: Mapping[UUID, Billing],
    charges: Mapping[UUID, Charge],
    *,
    who: Actor,
    at: datetime,
) -> None:
    """Let the papers say what is charged: most often nothing, so they go together."""
    free, settings = [], settings_of(who.organization_id)
    for session in sessions:
        billing, charge = billings[session.id], charges[session.id]
        if charge is Charge.NOTHING:
            keep_terms(session, billing, settings)
            if billing.draft is not None and not billing.is_external:
                free.append((session, billing.draft))
        else:
            settle(session, billing, charge, who=who, at=at)
    if free:
        leave_out(free, who=who, at=at)
