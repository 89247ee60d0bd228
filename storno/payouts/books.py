"""What is booked of a payout, in the seller's two books. Pure.

What was handed to the bank is on the way until the bank says that it has gone: so it is payable no
more, and what lies on the operator's account is what the bank says.
"""

from storno.custody.books import CLIENT_BANK, PAYABLE
from storno.ledger.journal import BANK, HELD, Move

ON_THE_WAY = "ONWAY"
"""What the bank was asked to pay out and has not yet."""

CURRENCY = "EUR"
"""Banks are asked by SEPA credit transfers, which are in euros."""

Books = tuple[Move, ...]


def made_moves(amount_minor: int) -> Books:
    """The custody book: the bank is asked to pay out what is payable."""
    return (Move(PAYABLE, ON_THE_WAY, amount_minor),)


def left_moves(amount_minor: int) -> tuple[Books, Books]:
    """The custody book and the own one: it has gone from the one account to the other."""
    return (Move(ON_THE_WAY, CLIENT_BANK, amount_minor),), (Move(BANK, HELD, amount_minor),)


def back_moves(amount_minor: int, *, had_left: bool) -> tuple[Books, Books]:
    """The custody book and the own one: it is payable again, whether it had gone or never did."""
    if not had_left:
        return (Move(ON_THE_WAY, PAYABLE, amount_minor),), ()
    return (Move(CLIENT_BANK, PAYABLE, amount_minor),), (Move(HELD, BANK, amount_minor),)
