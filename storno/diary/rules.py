"""What is wrong with a booking, apart from its time."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from storno.catalogue.save import DECIMALS, LARGEST_PRICE
from storno.core.entered import figure_errors, text_errors
from storno.core.refusals import FieldError
from storno.diary.models import Booking
from storno.organizations.methods import method_errors
from storno.organizations.models import Method


def booking_errors(booking: Booking) -> Iterator[FieldError]:
    """What is wrong with a booking that was filled from what somebody entered."""
    yield from text_errors("title", booking.title, longest=100, required=booking.client_id is None)
    yield from text_errors("place", booking.place, longest=200)
    yield from text_errors("video", booking.video, longest=300)
    if booking.video and not _is_web_address(booking.video):
        yield FieldError(
            "video", "not_an_address", _("Enter an address that begins with https://.")
        )
    if booking.unit_price is not None:
        yield from figure_errors(
            "price", booking.unit_price, largest=LARGEST_PRICE, decimals=DECIMALS
        )
    if booking.method:
        yield from method_errors("method", Method(booking.method))


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    blank = any(char.isspace() for char in text)
    return address.scheme == "https" and bool(address.hostname) and not blank
