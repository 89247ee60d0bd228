"""Which state of a booking somebody was shown, with the draft that bills it."""

from storno.diary.bill import Billing
from storno.diary.models import Booking

_OWN_BITS = 32
"""As many as a booking's own count takes in the database."""


def version_of(booking: Booking, billing: Billing | None = None) -> int:
    """Which state of a booking this is, and of the draft that bills it: two counts in one number.

    It is another one after each change of either, because a booking counts on whenever it gets a
    new draft. Only whether it is the same says something.
    """
    drafted = billing.draft.version if billing and billing.draft else 0
    return drafted << _OWN_BITS | booking.version


def own_version(version: int) -> int:
    """What a version that was shown says of the booking itself."""
    return version & ((1 << _OWN_BITS) - 1)
