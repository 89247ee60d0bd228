"""The Finnish reference number (viitenumero), by which a payment finds its invoice.

Source: Finance Finland, structure of the national reference: 3-19 digits and a check digit, weights
7-3-1 from the right, printed in fives from the right.
"""

from itertools import cycle


class BadReference(ValueError):
    """The text cannot be, or be made into, a reference for payments."""


def finnish_reference(base: str | int) -> str:
    """The reference of a base of 3-19 digits: the base with its check digit behind it.

    Raises BadReference for a base of another length, with a leading zero or with other signs.
    """
    digits = compact(str(base))
    if not (_is_digits(digits) and 3 <= len(digits) <= 19):
        raise BadReference(f"the base {base!r} is not 3-19 digits")
    if digits.startswith("0"):
        raise BadReference(f"the base {base!r} begins with zero")
    return digits + _check_digit(digits)


def is_finnish_reference(text: str) -> bool:
    """Whether the text, its spaces aside, is a reference with the right check digit."""
    digits = compact(text)
    return (
        _is_digits(digits)
        and 4 <= len(digits) <= 20
        and not digits.startswith("0")
        and digits[-1] == _check_digit(digits[:-1])
    )


def spaced(reference: str) -> str:
    """The reference as it is printed: groups of five, counted from the right."""
    digits = compact(reference)
    first = len(digits) % 5
    groups = [digits[:first]] if first else []
    groups += [digits[place : place + 5] for place in range(first, len(digits), 5)]
    return " ".join(groups)


def compact(text: str) -> str:
    """The text without its white space."""
    return "".join(text.split())


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_digit(digits: str) -> str:
    weighted = sum(
        weight * int(digit)
        for weight, digit in zip(cycle((7, 3, 1)), reversed(digits), strict=False)
    )
    return str(-weighted % 10)
