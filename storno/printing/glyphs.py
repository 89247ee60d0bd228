"""Which characters a paper can show, because PDF/A forbids a glyph that no font has.

The fonts are Source Sans Pro and those inside the typst wheel; together they write Latin, Greek,
Cyrillic, Armenian, Georgian, Hebrew and Arabic. A test sets every character allowed here.
"""

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_ACCENTS = "\u0300-\u030c\u030f\u0311\u031b\u0323-\u0328\u032e\u0331"
SHOWN = (
    "\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff"  # Latin
    "\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"  # Greek
    "\u0400-\u0482\u048a-\u04ff"  # Cyrillic
    "\u0531-\u0556\u0559-\u058a"  # Armenian
    "\u05d0-\u05ea\u05f0-\u05f4"  # Hebrew letters
    "\u061b\u061f\u0621-\u063a\u0640-\u064a\u0660-\u066d"  # Arabic letters and digits
    "\u067e\u0686\u0698\u06a9\u06af\u06cc\u06f0-\u06f9"  # Persian letters and digits
    "\u10d0-\u10ff"  # Georgian
    "\u1e00-\u1eff"  # Latin, extended
    "\u2000-\u200a\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2054-\u205f"  # spaces, punctuation
    "\u2070-\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20bf"  # raised, lowered, currencies
    "\u2100-\u211e\u2126-\u214f\u2150-\u2184\u2190-\u22ff"  # letterlike, fractions, signs
    "\u25a0-\u25ff\u2713\u2714"  # shapes, ticks
    f"{REPLACEMENT}{_ACCENTS}"
)
_NOT_SHOWN = re.compile(f"[^{SHOWN}]+")

_PLAIN = dict.fromkeys(("\r\n", "\r", "\x85", "\u2028", "\u2029"), "\n")
_PLAIN |= dict.fromkeys("\t\u1680\u2800\u3000", " ")  # the blanks of ogham, braille, ideographs
_NOT_PLAIN = re.compile("|".join(_PLAIN))

# What has no shape of its own: controls, direction and joining characters, lone surrogates, and
# accents and points, except those that the languages below write and every weight has; and of the
# other code points those that may be ignored where they cannot be shown (fillers of Hangul and
# places not yet given: Unicode, DerivedCoreProperties, Default_Ignorable_Code_Point).
_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Mn", "Mc", "Me"})
_IGNORABLE = re.compile("[\u115f\u1160\u2065\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
_ACCENT = re.compile(f"[{_ACCENTS}]")
_ACCENTED = f"A-Za-z\u00c0-\u024f\u0386-\u03ff\u0400-\u045f\u1e00-\u1eff{_ACCENTS}"
_LOOSE_ACCENTS = re.compile(rf"(?<![{_ACCENTED}])[{_ACCENTS}]+|(?<=[{_ACCENTS}]{{3}})[{_ACCENTS}]+")


def printable(text: str) -> str:
    """Bring any text into what the fonts can show, so that no name or note stops a paper.

    Shapeless and direction-changing characters are left out, each run of characters that no font
    has becomes one U+FFFD. Line ends stay.
    """
    return _NOT_SHOWN.sub(REPLACEMENT, _shapely(text))


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of a text that no font has, each once, in their order."""
    return tuple(dict.fromkeys("".join(_NOT_SHOWN.findall(_shapely(text)))))


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen on paper."""
    return not printable(text).strip()


def is_readable(text: str) -> bool:
    """Whether something of a text can be read once it is printed."""
    if unprintable(text):
        return any(char.isalnum() for char in printable(text))
    return not is_blank(text)


def is_whole(name: str) -> bool:
    """Whether a name is still that name once it is printed: readable, with no letter lost."""
    lost = "".join(unprintable(name))
    return is_readable(name) and not any(char.isalnum() for char in lost)


def _shapely(text: str) -> str:
    """A text composed, with plain blanks and line ends, without what has no shape of its own."""
    text = _NOT_PLAIN.sub(lambda found: _PLAIN[found.group()], text)
    text = "".join(char for char in unicodedata.normalize("NFC", text) if _has_shape(char))
    text = unicodedata.normalize("NFC", text)  # a letter may have met its accent only now
    return _LOOSE_ACCENTS.sub("", text)


def _has_shape(char: str) -> bool:
    if unicodedata.category(char) in _SHAPELESS:
        return char == "\n" or _ACCENT.fullmatch(char) is not None
    return _IGNORABLE.fullmatch(char) is None
