"""What is handed over to a way out, and what can become of it there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.core.mail import EmailMultiAlternatives

from storno.mailroom.models import Failure, Letter, Medium
from storno.mailroom.sms import Sms

LONGEST_REPLY = 300


class Undelivered(Exception):
    """A letter did not get through; `for_good` if trying again would change nothing."""

    def __init__(self, failure: Failure, reply: str = "", *, for_good: bool = False) -> None:
        super().__init__(failure)
        self.failure = failure
        self.reply = reply
        self.for_good = for_good


class Withdrawn(Exception):
    """What a letter would have said no longer holds: its composer takes it back, unsent."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter, its message, and the moment of the try."""

    letter: Letter
    message: EmailMultiAlternatives | Sms
    at: datetime


class WayOut(Protocol):
    """Where parcels are handed over, one after the other, outside of any transaction."""

    @property
    def media(self) -> Collection[Medium]:
        """By what something can leave here."""

    def send(self, parcel: Parcel) -> None:
        """Hand a parcel over. Raises Undelivered."""

    def close(self) -> None:
        """Let go of the server."""
