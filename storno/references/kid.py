"""The KID (kundeidentifikasjon), by which a payment to a Norwegian account finds its invoice.

Which length and which check digit it has is agreed with the bank; one without an agreement is
returned to the payer. Source: Mastercard Payment Services, KID.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle

from storno.references.finnish import BadReference, compact

LONGEST_KID = 25
"""Signs, with the check digit; two are the fewest."""


class KidAlgorithm(StrEnum):
    """By which rule the check digit is reckoned, as agreed with the bank."""

    MOD10 = "mod10"
    MOD11 = "mod11"


class KidLayout(StrEnum):
    """What tells one KID from the other."""

    RUNNING = "running"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class KidForm:
    """How KIDs to one account are made: the client's number, then what differs, a check digit.

    `length` counts all signs; `client_digits` those of the client's number, 0 leaves it out. What
    differs is a running number of the account or the number of the invoice, filled with zeros.
    """

    algorithm: KidAlgorithm
    length: int
    layout: KidLayout
    client_digits: int = 0

    @property
    def room(self) -> int:
        """So many digits are left for what differs."""
        return self.length - 1 - self.client_digits

    def kids(
        self, *, client_number: int, invoice_number: str, running: int
    ) -> Iterator[tuple[str, int]]:
        """The KIDs that an invoice may bear, best first, each with the running number after it.

        None ends in a hyphen: payers cannot type it everywhere. The digit in front of an invoice's
        number is free: it is 0, and rises where such a KID, or one that is taken, is in the way.
        Nothing comes where the client's or the invoice's number has no room.
        """
        client = f"{client_number:0{self.client_digits}}" if self.client_digits else ""
        if len(client) > self.client_digits:
            return
        for differing, following in self._differing(invoice_number, running):
            kid = kid_of(client + differing, self.algorithm)
            if not kid.endswith("-"):
                yield kid, following

    def _differing(self, invoice_number: str, running: int) -> Iterator[tuple[str, int]]:
        if self.layout is KidLayout.RUNNING:
            for number in range(running, 10**self.room):
                yield f"{number:0{self.room}}", number + 1
            return
        digits = digits_of(invoice_number)
        for free in range(10 if len(digits) < self.room else 0):
            yield f"{free}{digits:0>{self.room - 1}}", running


def digits_of(number: str) -> str:
    """The digits of an invoice's number, which a KID can carry."""
    return "".join(sign for sign in number if sign in string.digits)


def kid_of(base: str, algorithm: KidAlgorithm) -> str:
    """The base of 1-24 digits with its check digit behind it, which of MOD11 may be a hyphen.

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
