"""What a payment provider can do, whichever it is, and how it says no.

Every call goes over the network: it is made in no transaction, and bears the id of our row, so that
one that is made again does nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class ProviderAway(Exception):
    """The provider cannot be reached, or is too busy: it may be asked again."""


class ProviderSaysNo(Exception):
    """The provider refuses for good; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class KeysAreWrong(ProviderSaysNo):
    """The provider does not know the keys, or they may not do this."""


class ForgedEvent(Exception):
    """Something was told in the provider's name that it did not sign."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key by which the provider is asked, and the one by which it signs what it tells."""

    secret: str
    hook_secret: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose keys they are, as the provider names it."""

    name: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A checkout to be opened: what is paid, in minor units, and where the payer comes back to.

    `title` is all that the provider learns: never what the invoice is for.
    """

    id: UUID
    amount_minor: int
    currency: str
    title: str
    language: str
    back_url: str
    paid_url: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An open checkout: its id at the provider, and the address of its page."""

    session: str
    url: str


class Standing(StrEnum):
    """How a checkout stands."""

    OPEN = "open"
    PAID = "paid"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Said:
    """What the provider says of a checkout; money only where it is paid.

    `is_lost`: the payer's bank has taken the money back for good.
    """

    standing: Standing
    amount_minor: int = 0
    currency: str = ""
    charge: str = ""
    paid_at: datetime | None = None
    is_disputed: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What an event is about: a checkout, money that came, or a refund; it says no more to us."""

    session: str = ""
    charge: str = ""
    refund: str = ""


class Progress(StrEnum):
    """How far a refund is."""

    PENDING = "pending"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Returned:
    """What the provider says of a refund; `failure` is its word for why it failed."""

    refund: str
    progress: Progress
    failure: str = ""


class Provider(Protocol):
    """A payment provider with one organization's keys. Any call may raise ProviderAway."""

    def check(self) -> Account:
        """Whose keys these are. Raises KeysAreWrong."""

    def open(self, asked: Asked) -> Opened:
        """Open a checkout, or answer with the one that was opened by this id. ProviderSaysNo."""

    def ask(self, session: str) -> Said:
        """How a checkout stands. Raises ProviderSaysNo."""

    def end(self, session: str) -> None:
        """Let nobody pay by a checkout any more; one that is paid or over stays so."""

    def give_back(self, id_: UUID, charge: str, amount_minor: int) -> Returned:
        """Pay money back that came as a charge, once by this id. Raises ProviderSaysNo."""

    def ask_refund(self, refund: str) -> Returned:
        """How far a refund is. Raises ProviderSaysNo."""

    def read_event(self, body: bytes, signature: str) -> Told:
        """What a signed event is about. Raises ForgedEvent."""
