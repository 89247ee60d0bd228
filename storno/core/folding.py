"""Folding names so that they are found and ordered without regard to case and accents."""

import re
import unicodedata

LONGEST_WORD = 100

MOST_WORDS = 8

LAST = "\U0010ffff"
"""No character comes after it: `word >= p AND word < p + LAST` finds what begins with `p`."""

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
)
"""Letters that bear no accent in Unicode, though one who cannot type them sees one."""

_UNSEEN = {"Cc", "Cf", "Cs"}

_RUN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case without accents and invisible signs: "Ørjan  ÅKESSON" becomes "orjan akesson"."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS)).casefold()
    words = ("".join(filter(_is_seen, word)) for word in letters.split())
    return " ".join(word for word in words if word)


def _is_seen(char: str) -> bool:
    """Neither an accent, nor a control or format character, nor half a surrogate pair."""
    return not unicodedata.combining(char) and unicodedata.category(char) not in _UNSEEN


def words_to_find(*texts: str) -> set[str]:
    """The beginnings under which texts are found: each word, and what follows a sign inside it.

    "Virtanen-Korhonen" is found by "virt", by "virtanen-k" and by "korh"; a word without a letter
    or digit (an emoji) by itself.
    """
    found: set[str] = set()
    for word in " ".join(fold(text) for text in texts).split():
        starts = [run.start() for run in _RUN.finditer(word)]
        found.update(word[start : start + LONGEST_WORD] for start in starts or [0])
    return found


def words_sought(text: str) -> list[str]:
    """The words of a search, longest first, without the signs around them and without doubles.

    Of more than eight the longest: the others would hardly narrow it further.
    """
    words = set()
    for word in fold(text).split():
        runs = list(_RUN.finditer(word))
        words.add((word[runs[0].start() : runs[-1].end()] if runs else word)[:LONGEST_WORD])
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]
