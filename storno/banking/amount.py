"""Amounts as banks write them, in any currency."""

import re

from storno.money.currency import LARGEST_MINOR

_EXPONENTS = {
    code: exponent
    for exponent, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}
"""The currencies of ISO 4217 whose minor unit is not a hundredth."""

_WRITTEN = re.compile(r"\+?([0-9]{1,18})(?:\.([0-9]{0,5}))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class NoAmount(ValueError):
    """The text is no amount of money, or not of this currency."""


def exponent_of(currency: str) -> int:
    """How many decimals a currency has, by ISO 4217; two where it is not known otherwise."""
    return _EXPONENTS.get(currency, 2)


def read_amount(text: str, currency: str) -> int:
    """The whole minor units of a decimal without sign, as ISO 20022 writes one ("12.30").

    Raises NoAmount for anything else, for more decimals than the currency has, and beyond
    `LARGEST_MINOR`.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None or _CURRENCY.fullmatch(currency) is None:
        raise NoAmount
    exponent = exponent_of(currency)
    decimals = (written[2] or "").rstrip("0")
    if len(decimals) > exponent:
        raise NoAmount
    minor = int(written[1] + decimals.ljust(exponent, "0"))
    if minor > LARGEST_MINOR:
        raise NoAmount
    return minor


def written_amount(minor: int, currency: str) -> str:
    """Signed minor units as plain text with all the decimals of the currency: "-12.30"."""
    sign, exponent = "-" if minor < 0 else "", exponent_of(currency)
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    whole = len(digits) - exponent
    return f"{sign}{digits[:whole]}" + (f".{digits[whole:]}" if exponent else "")
