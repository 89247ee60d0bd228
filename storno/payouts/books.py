"""What is booked of a payout, in the seller's two books. Pure.

What was handed to the bank is on the way until the bank says that it has gone: so it is payable no
more, and what lies on the operator's account is what the bank says.
"""

from typing import NamedTuple

from storno.custody.books import (
    CLIENT_BANK,
    HELD_TAX,
    HELD_VAT,
    PAYABLE,
    PREPAYMENT_RESERVE,
    TAX_OFFICE,
    TO_PAYERS,
    VAT_RESERVE,
    balanced,
)
from storno.ledger.journal import BANK, HELD, Leg, Move

ON_THE_WAY = "ONWAY"
"""What the bank was asked to pay out and has not yet."""

CURRENCY = "EUR"
"""Banks are asked by SEPA credit transfers, which are in euros."""

Books = tuple[Move, ...]


class Parts(NamedTuple):
    """What goes, in minor units, by where it was until then.

    What goes to a payer has left the seller's own book with the refund of it.
    """

    payable_minor: int
    vat_minor: int = 0
    prepayment_minor: int = 0
    payer_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return sum(self)


def made_moves(parts: Parts) -> Books:
    """The custody book: the bank is asked to pay it."""
    return balanced(_owed(parts), [(ON_THE_WAY, parts.total_minor)])


def left_moves(parts: Parts) -> tuple[Books, Books]:
    """The custody book and the own one: it has gone from the account to whoever it is for."""
    total = parts.total_minor
    return balanced([(ON_THE_WAY, total)], [(CLIENT_BANK, total)]), balanced(
        _had(parts), _held(parts)
    )


def back_moves(parts: Parts, *, had_left: bool) -> tuple[Books, Books]:
    """The custody book and the own one: all is as before, whether it had gone or never did."""
    if not had_left:
        return balanced([(ON_THE_WAY, parts.total_minor)], _owed(parts)), ()
    return (
        balanced([(CLIENT_BANK, parts.total_minor)], _owed(parts)),
        balanced(_held(parts), _had(parts)),
    )


def _owed(parts: Parts) -> list[Leg]:
    return [*_legs(PAYABLE, VAT_RESERVE, PREPAYMENT_RESERVE, parts), (TO_PAYERS, parts.payer_minor)]


def _held(parts: Parts) -> list[Leg]:
    return _legs(HELD, HELD_VAT, HELD_TAX, parts)


def _had(parts: Parts) -> list[Leg]:
    return _legs(BANK, TAX_OFFICE, TAX_OFFICE, parts)


def _legs(payable: str, vat: str, prepayment: str, parts: Parts) -> list[Leg]:
    return list(zip((payable, vat, prepayment), parts[:3], strict=True))
