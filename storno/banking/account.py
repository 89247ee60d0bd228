"""Accounts in the one form in which they are compared, whichever way a bank writes them."""

_NORWEGIAN_IBAN = 15


def plain_account(account: str) -> str:
    """Without blanks, in capitals; of an account in Norway its eleven digits alone.

    Norwegian banks write an account as eleven digits in one file, and as an IBAN in another.
    """
    plain = "".join(account.split()).upper()
    if plain.startswith("NO") and len(plain) == _NORWEGIAN_IBAN and plain[2:].isdecimal():
        return plain[4:]
    return plain
