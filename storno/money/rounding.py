"""Rounding to whole units: half away from zero, exactly, never by way of binary fractions.

Finnish and Norwegian papers show two decimals; a tie goes to the larger amount in size (1.10 at
15 % is 0.165 of tax and becomes 0.17), and a credit of -0.165 mirrors it. Banker's rounding does
not, so Python's own ``round`` must not be used on money.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

WIDE = Context(prec=200, traps=[])
"""More digits than any product of quantity, price and discount has, whatever the thread's context.

Absurdly large or small inputs end as infinity or zero in it, at no cost, and are then refused.
"""


def round_half_away(value: Decimal) -> int:
    """The whole number nearest to `value`; a tie goes away from zero.

    Holds for any number of digits, whatever the decimal context of the thread.
    Raises ValueError (OverflowError) for a value that is no number (that is infinite).
    """
    return int(value.to_integral_value(rounding=ROUND_HALF_UP, context=WIDE))


def round_ratio(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator; a tie goes away from zero.

    The way to divide money: nothing is cut off before the one rounding.
    Raises ZeroDivisionError.
    """
    size = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return size if (numerator < 0) == (denominator < 0) else -size
