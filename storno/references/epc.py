"""The payload of the EPC QR code, from which banking applications fill in a credit transfer.

Source: European Payments Council, EPC069-12, "Quick Response Code: Guidelines to enable data
capture for the initiation of a SEPA credit transfer", versions 001 (with BIC) and 002 (without).
"""

import re

from stdnum import iban as iban_numbers

from storno.money.currency import decimal_text
from storno.references.creditor import is_creditor_reference
from storno.references.finnish import compact, is_finnish_reference

MAX_BYTES = 331
"""The size of the whole payload in UTF-8."""

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_PURPOSE = re.compile(r"[A-Z0-9]{0,4}")
_LARGEST_MINOR = 999_999_999_99


class BadPayload(ValueError):
    """The payment cannot be put into an EPC QR code."""


def epc_payload(
    *,
    name: str,
    iban: str,
    amount_minor: int,
    reference: str | None,
    text: str = "",
    bic: str = "",
    purpose: str = "",
) -> str:
    """The lines of a payment in euros to `name`, joined by line feeds; `amount_minor` in cents.

    A creditor reference goes into the structured field, a Finnish one into the text (the code knows
    one or the other); beside a reference, `text` becomes the note to the payer, at most 70 signs,
    else it is the remittance text, at most 140. The name is cut to 70 signs, and further where the
    payload would pass 331 bytes. `purpose` is a code of ISO 20022 (GDDS). Of the account, form and
    check digits of ISO 13616 are asked for, not those of its country: some accounts lack them.

    Raises BadPayload for whatever breaks a limit of the guidelines.
    """
    account, bank = compact(iban).upper(), compact(bic).upper()
    structured, remittance, note = _remittance(reference, _one_line(text))
    if not iban_numbers.is_valid(account, check_country=False):
        raise BadPayload(f"{iban!r} is not an account")
    if bank and not _BIC.fullmatch(bank):
        raise BadPayload(f"{bic!r} is not a BIC")
    if not 1 <= amount_minor <= _LARGEST_MINOR:
        raise BadPayload("the amount is not between 0.01 and 999 999 999.99")
    if not _PURPOSE.fullmatch(purpose):
        raise BadPayload(f"{purpose!r} is not a purpose code")
    head = f"BCD\n{'001' if bank else '002'}\n1\nSCT\n{bank}\n"
    # As in the guidelines' example, decimals that say nothing are left out: EUR12.3.
    amount = decimal_text(amount_minor).rstrip("0").rstrip(".")
    tail = f"\n{account}\nEUR{amount}\n{purpose}\n{structured}\n{remittance}\n{note}".rstrip("\n")
    payee = _cut(_one_line(name)[:70], MAX_BYTES - len((head + tail).encode()))
    if not payee:
        raise BadPayload("the name is empty or finds no room")
    return f"{head}{payee}{tail}"


def _remittance(reference: str | None, text: str) -> tuple[str, str, str]:
    """Structured reference, remittance text and note to the payer."""
    signs = compact(reference or "")
    if len(text) > (70 if signs else 140):
        raise BadPayload("the text is too long")
    if not signs:
        return "", text, ""
    if is_creditor_reference(signs):
        return signs.upper(), "", text
    if is_finnish_reference(signs):
        return "", signs, text
    raise BadPayload(f"{reference!r} is neither a creditor reference nor a Finnish one")


def _one_line(text: str) -> str:
    """Line feeds part the fields of the payload, so none may stand inside a field."""
    return " ".join(text.split())


def _cut(text: str, size: int) -> str:
    """As much of the text as fits into `size` bytes, in whole signs."""
    return text.encode()[: max(size, 0)].decode(errors="ignore").rstrip()
