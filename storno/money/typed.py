"""Amounts as somebody types them."""


def typed_amount(text: str) -> int | None:
    """An amount as somebody types it (1 255,00 or 1255.00), in minor units; None if it is none."""
    plain = "".join(text.split()).replace(",", ".")
    whole, dot, cents = plain.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 12:
        return None
    if dot and not (cents.isascii() and cents.isdigit() and len(cents) <= 2):
        return None
    return int(whole) * 100 + int(cents.ljust(2, "0") if cents else 0)
