"""Text that every bank of SEPA takes: letters without marks, digits, and few signs."""

import unicodedata

_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")
"""Source: European Payments Council, EPC217-08, SEPA conversion table: the basic Latin set."""
_WRITTEN_AS = str.maketrans(
    {"Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS"}
    | {"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "Ł": "L", "ł": "l"}
    | {"&": "+", "_": "-", "–": "-", "—": "-", "’": "'", "‘": "'", '"': "'", "“": "'", "”": "'"}
)


def sepa_text(text: str, longest: int) -> str:
    """The same in the signs of SEPA, cut to `longest`; what has no likeness there is left out."""
    bare = unicodedata.normalize("NFKD", text.translate(_WRITTEN_AS))
    kept = "".join(sign if sign in _SIGNS else " " * sign.isspace() for sign in bare)
    return " ".join(kept.split())[:longest].strip()


def is_sepa_id(text: str, longest: int = 35) -> bool:
    """Whether banks hand an id on as it is: in the signs of SEPA, no slash at its ends, nor two."""
    return (
        0 < len(text) <= longest
        and _SIGNS.issuperset(text)
        and text == text.strip(" /")
        and "//" not in text
    )
