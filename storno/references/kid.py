"""The KID (kundeidentifikasjon), by which a payment to a Norwegian account finds its invoice.

Which length and which check digit it has is agreed with the bank; one without an agreement is
returned to the payer. Source: Mastercard Payment Services, KID.
"""

from enum import StrEnum
from itertools import cycle

from storno.references.finnish import BadReference, compact

LONGEST_KID = 25
"""Signs, with the check digit; two are the fewest."""


class KidAlgorithm(StrEnum):
    """By which rule the check digit is reckoned, as agreed with the bank."""

    MOD10 = "mod10"
    MOD11 = "mod11"


def kid_of(base: str, algorithm: KidAlgorithm) -> str:
    """The base of 1-24 digits with its check digit behind it, which of MOD11 may be a hyphen.

    Who gives a KID leaves out what ends in a hyphen: payers cannot type it everywhere.
    Raises BadReference for a base of another length or with other signs.
    """
    digits = compact(base)
    if not (digits.isascii() and digits.isdigit() and len(digits) < LONGEST_KID):
        raise BadReference(f"the base {base!r} is not 1-{LONGEST_KID - 1} digits")
    check = _mod10 if algorithm is KidAlgorithm.MOD10 else _mod11
    return digits + check(digits)


def is_kid(text: str, algorithm: KidAlgorithm) -> bool:
    """Whether the text, its spaces aside, is a KID with the right check digit."""
    signs = compact(text)
    try:
        return kid_of(signs[:-1], algorithm) == signs
    except BadReference:
        return False


def _mod10(digits: str) -> str:
    """By Luhn: every second digit from the right doubled, and its own digits added up."""
    doubled = (
        weight * int(digit) for weight, digit in zip(cycle((2, 1)), reversed(digits), strict=False)
    )
    return str(-sum(tens + ones for tens, ones in (divmod(each, 10) for each in doubled)) % 10)


def _mod11(digits: str) -> str:
    """By the weights 2 to 7 from the right; a rest that would need the digit 10 gives a hyphen."""
    weighted = sum(
        weight * int(digit)
        for weight, digit in zip(cycle(range(2, 8)), reversed(digits), strict=False)
    )
    rest = -weighted % 11
    return "-" if rest == 10 else str(rest)
