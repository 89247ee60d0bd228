"""What is booked of client money: two books in the seller's accounts, each balanced. Pure.

The custody book is about the operator's account: what lies on it, and for whom. The own book is
about the seller's claim: what the client paid is held by the operator, until it is paid out.
"""

from collections.abc import Iterable

from storno.custody.split import Shares
from storno.ledger.journal import HELD, Leg, Move, match

CLIENT_BANK = "CBANK"
"""The seller's part of what lies on the operator's account."""
VAT_RESERVE = "VATRES"
PREPAYMENT_RESERVE = "PREP"
FEE = "FEE"
FEE_VAT = "FEEVAT"
PAYABLE = "PAYABLE"
"""What is to be paid out to the seller; less than nothing is a claim on the seller."""
WAITING = "TAXWAIT"
"""What of a return waits until the reserves have it again."""
PAYER = "PAYER"
"""What came in beyond the claim: it belongs to whoever paid, and is neither split nor charged."""

TO_PAYERS = "TOPAYER"
"""What of it goes back to whoever paid, from the moment that is said until a bank has it."""

HELD_VAT = "HELDVAT"
HELD_TAX = "HELDTAX"
SERVICE = "SERVICE"
INPUT_VAT = "INVAT"
TAX_OFFICE = "TAXOFFICE"
"""What the tax office has of the seller's: its returns charge it."""


def set_aside_moves(received_minor: int, shares: Shares) -> tuple[Move, ...]:
    """The custody book: money comes to the operator's account and is set aside for its owners."""
    over = received_minor - shares.total_minor
    credits = [*_custody_legs(shares), (PAYER, over)]
    return balanced([(CLIENT_BANK, received_minor)], credits)


def charge_moves(shares: Shares) -> tuple[Move, ...]:
    """The own book: of what is held, so much goes to the tax office and to the operator."""
    return balanced(_own_legs(shares), [(HELD, shares.set_aside_minor)])


def turned(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The same the other way round."""
    return tuple(Move(move.credit, move.debit, move.amount_minor) for move in moves)


def return_moves(returned: Shares, waiting_minor: int) -> tuple[Move, ...]:
    """The custody book: what was withheld of a credited invoice becomes payable, or waits."""
    payable = returned.set_aside_minor - waiting_minor
    return balanced(_custody_legs(returned), [(PAYABLE, payable), (WAITING, waiting_minor)])


def released_moves(amount_minor: int) -> tuple[Move, ...]:
    """The custody book: what has waited is payable."""
    return (Move(WAITING, PAYABLE, amount_minor),)


def repaid_moves(vat_minor: int, prepayment_minor: int) -> tuple[tuple[Move, ...], ...]:
    """The custody book and the own one: the tax office has paid back what it had."""
    total = vat_minor + prepayment_minor
    reserves = [(VAT_RESERVE, vat_minor), (PREPAYMENT_RESERVE, prepayment_minor)]
    held = [(HELD_VAT, vat_minor), (HELD_TAX, prepayment_minor)]
    return balanced([(CLIENT_BANK, total)], reserves), balanced(held, [(TAX_OFFICE, total)])


def to_payer_moves(amount_minor: int) -> tuple[Move, ...]:
    """The custody book: so much of what came in beyond the claim goes back to its payer."""
    return (Move(PAYER, TO_PAYERS, amount_minor),)


def _custody_legs(shares: Shares) -> list[Leg]:
    return [
        (VAT_RESERVE, shares.vat_minor),
        (PREPAYMENT_RESERVE, shares.prepayment_minor),
        (FEE, shares.fee_minor),
        (FEE_VAT, shares.fee_vat_minor),
        (PAYABLE, shares.payable_minor),
    ]


def _own_legs(shares: Shares) -> list[Leg]:
    return [
        (HELD_VAT, shares.vat_minor),
        (HELD_TAX, shares.prepayment_minor),
        (SERVICE, shares.fee_minor),
        (INPUT_VAT, shares.fee_vat_minor),
    ]


def balanced(debits: list[Leg], credits: list[Leg]) -> tuple[Move, ...]:
    """Match legs, of which those below nothing stand on the other side."""
    left = [leg for leg in debits if leg[1] > 0] + _negated(credits)
    right = [leg for leg in credits if leg[1] > 0] + _negated(debits)
    return match(left, right)


def _negated(legs: list[Leg]) -> list[Leg]:
    return [(account, -amount) for account, amount in legs if amount < 0]
