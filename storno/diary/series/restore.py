"""Taking back what of a series was cancelled together: all of it stands again, or nothing.

Order of locks: the diary, the series, its sessions, their drafts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.care import take_back_into_care
from storno.core.refusals import Refused
from storno.diary.bill import is_drafted_at_once, lock_billings, make_drafts
from storno.diary.cancel import (
    STANDS,
    CancellationTakenBack,
    ChargeIsInvoiced,
    bill_again,
    is_charged,
    stand_again,
)
from storno.diary.messages.tell import tell_they_stand
from storno.diary.models import Booking, BookingState, Series
from storno.diary.series.find import OfSomeDays, each_day, lock_from, lock_series, must_all_be_free
from storno.history.record import Happening, record, record_all
from storno.organizations.once import deed
from storno.organizations.queries import settings_of
from storno.organizations.roles import Actor, Deed


class NothingToRestore(Refused):
    """No session of the series is cancelled."""

    code = "not_cancelled"
    message = _("No session of this series is cancelled.")
    remedy = _("There is nothing to take back.")


class SomeChargesAreInvoiced(OfSomeDays, Refused):
    """What the cancellation of some sessions costs is invoiced."""

    code = ChargeIsInvoiced.code
    message = _("Charges for the cancellation are invoiced.")
    remedy = _("Credit these invoices first; then the cancellation can be taken back.")

    @classmethod
    def of(cls, sessions: Sequence[Booking]) -> Refused:
        """The refusal that names sessions."""
        return cls(each_day(sessions, _("%(day)s: the charge for its cancellation is invoiced.")))


@dataclass(frozen=True)
class SeriesRestored(Happening):
    """What of a series was cancelled together stands again."""

    kind: ClassVar = "series.restored"
    sentence: ClassVar = _("Sessions of the series that stand again: %(sessions)s.")
    sessions: int


@deed
def restore_series(
    series_id: UUID,
    *,
    since: date | None = None,
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> Series:
    """Take back the last cancellation in a series, or what of it concerns its days from one on.

    What was cancelled before that stays so. Raises Absent, Invalid, NotAllowed, StaleBooking,
    NothingToRestore, TimesAreTaken, SomeChargesAreInvoiced, HasDeparted, Blocked.
    """
    who.must(Deed.BOOK)
    series = lock_series(series_id, version, who=who)
    cancelled = [each for each in lock_from(series, since) if each.state == BookingState.CANCELLED]
    last = max((each.cancelled_at for each in cancelled if each.cancelled_at), default=None)
    sessions = [each for each in cancelled if each.cancelled_at == last]
    if not sessions:
        raise NothingToRestore
    billings = lock_billings(sessions)
    if charged := [each for each in sessions if is_charged(each, billings[each.id])]:
        raise SomeChargesAreInvoiced.of(charged)
    must_all_be_free(sessions, series)
    for session in sessions:
        stand_again(session, at=at)
    Booking.objects.bulk_update(sessions, STANDS)
    unbilled = [each for each in sessions if not billings[each.id].is_billed]
    for session in sessions:
        if session not in unbilled:
            bill_again(session, billings[session.id], who=who, at=at)
    _draft_anew(unbilled, who=who, at=at)
    tell_they_stand(series.id, sessions, at=at)
    take_back_into_care(series.client_id, series.practitioner_id, who=who, at=at)
    series.version += 1
    series.save(force_update=True)
    record_all([(each.id, CancellationTakenBack()) for each in sessions], who=who, at=at)
    record(SeriesRestored(len(sessions)), subject_id=series.id, who=who, at=at)
    return series


def _draft_anew(sessions: Sequence[Booking], *, who: Actor, at: datetime) -> None:
    """Make the drafts of sessions that have none, together where they go to the same payer."""
    settings = settings_of(who.organization_id)
    alike: dict[tuple[UUID | None, str], list[Booking]] = defaultdict(list)
    for session in sessions:
        alike[session.recipient_id, session.method].append(session)
    for group in alike.values():
        if is_drafted_at_once(group[0], settings):
            make_drafts(group, who=who, at=at)
