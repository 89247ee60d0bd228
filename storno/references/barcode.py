"""The Finnish bank bar code: the 54 digits that a payer scans, or types as the virtual bar code.

Source: Finance Finland, Bank bar code guide (Pankkiviivakoodi-opas): version 4 carries a national
reference, version 5 a creditor reference; printed as Code 128C.
"""

from datetime import date

from stdnum import iban as iban_numbers

from storno.references.creditor import is_creditor_reference
from storno.references.finnish import compact, is_finnish_reference

_LARGEST_MINOR = 999_999_99


class BadBarcode(ValueError):
    """The payment cannot be put into a bar code."""


def finnish_barcode(*, iban: str, amount_minor: int, reference: str, due_on: date | None) -> str:
    """The 54 digits of a payment: version, account, amount, reference, due date (YYMMDD).

    `amount_minor` in cents; an amount of more than 999 999.99 is left open (zeros), for the payer
    to fill in, and so is a missing due date.
    Raises BadBarcode for an account outside Finland, a negative amount, and a reference that is
    neither Finnish nor a creditor reference of digits.
    """
    account = compact(iban).upper()
    if not (account.startswith("FI") and iban_numbers.is_valid(account)):
        raise BadBarcode(f"{iban!r} is not a Finnish account")
    if amount_minor < 0:
        raise BadBarcode(f"the amount {amount_minor} is negative")
    amount = amount_minor if amount_minor <= _LARGEST_MINOR else 0
    due = f"{due_on:%y%m%d}" if due_on else "000000"
    version, reference_field = _reference_field(reference)
    return f"{version}{account[2:]}{amount:08}{reference_field}{due}"


def _reference_field(reference: str) -> tuple[int, str]:
    """The version of the bar code, and its 23 digits of reference."""
    signs = compact(reference).upper()
    if is_finnish_reference(signs):
        return 4, f"000{signs:0>20}"
    if is_creditor_reference(signs) and signs[4:].isdigit():
        return 5, f"{signs[2:4]}{signs[4:]:0>21}"
    raise BadBarcode(f"{reference!r} is no reference that a bar code can carry")
