"""The creditor reference of ISO 11649 ("RF"), valid all over SEPA.

In Finland it embeds the national reference with its check digit.
"""

import re

from storno.references.finnish import BadReference, compact

_BODY = re.compile(r"[0-9A-Za-z]{1,21}")


def creditor_reference(national: str) -> str:
    """The letters RF, two check digits (ISO 7064 mod 97-10), and the national reference.

    Raises BadReference unless the reference is 1-21 letters A-Z and digits, spaces aside.
    """
    body = compact(national)
    if not _BODY.fullmatch(body):
        raise BadReference(f"{national!r} is not 1-21 letters and digits")
    # Base 36 has the values of the standard: 0-9 as they are, A = 10 to Z = 35.
    number = int("".join(str(int(sign, 36)) for sign in body + "RF00"))
    return f"RF{98 - number % 97:02}{body.upper()}"


def is_creditor_reference(text: str) -> bool:
    """Whether the text, spaces and case aside, is a creditor reference with right check digits."""
    reference = compact(text)
    body = reference[4:]
    return bool(_BODY.fullmatch(body)) and creditor_reference(body) == reference.upper()


def spaced_in_fours(reference: str) -> str:
    """The reference as it is printed: groups of four, counted from the left."""
    signs = compact(reference)
    return " ".join(signs[place : place + 4] for place in range(0, len(signs), 4))
