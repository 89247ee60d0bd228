"""An SMS in words, and how many segments they take (3GPP TS 23.038, 23.040 §9.2.3.24.1)."""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""What takes one place of seven bits (3GPP TS 23.038 §6.2.1)."""

EXTENDED = frozenset("\f^{}\\[~]|€")
"""What takes two (§6.2.1.1)."""

ONE_SEGMENT = 160
"""How many places a single segment has."""


@dataclass(frozen=True, slots=True)
class Sms:
    """What a composer writes for a number; where to is the letter's business."""

    text: str


def places(text: str) -> int:
    """How many places of seven bits a text takes, or of sixteen where it needs other characters."""
    if is_seven_bit(text):
        return sum(2 if char in EXTENDED else 1 for char in text)
    return len(text.encode("utf-16-be")) // 2


def is_seven_bit(text: str) -> bool:
    """Whether a text goes out in the alphabet of which a segment holds most."""
    return all(char in BASIC or char in EXTENDED for char in text)


def segments(text: str) -> int:
    """How many segments a text is sent in, and so how many are paid for."""
    single, joined = (ONE_SEGMENT, 153) if is_seven_bit(text) else (70, 67)
    taken = places(text)
    return 1 if taken <= single else -(-taken // joined)


def shortened(name: str, room: int) -> str:
    """A name cut so that it takes at most so many places; its end becomes three dots."""
    if places(name) <= room:
        return name
    while name and places(f"{name}...") > room:
        name = name[:-1]
    return f"{name.rstrip()}..."
