"""Entries that are written alike: where the texts of one stand is where those of the next stand.

A bank writes the same markup around each of its entries. What expat finds in one of them is noted
down and becomes a pattern: an entry with the same markup to the letter is read by it at one blow.
A pattern lets no markup into a text, so it finds nothing that expat would have found elsewhere.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from storno.banking.found import Detail, Found, Misplaced
from storno.banking.places import Place

_PIECE = re.compile(r"(<[^>]*>)")
_NAME = r"[^\s<>/=\"'&]+"
_TAG = re.compile(rf'</{_NAME}\s*>|<{_NAME}(?:\s+(?!xmlns){_NAME}="[^"<>&]*")*\s*/?>')
"""A tag as banks write it; an entry with any other is left to expat."""
_OF_DETAILS = 3
"""How deep they stand: in an entry, in a statement."""
_SPACE = r"([ \t\r\n]*+)"
_TEXT = r"([^<&]*+)"
_PASSED_OVER = r"[^<&]*+"


class Step(NamedTuple):
    """A group that begins, or a text that is kept in the last group of its depth.

    `number` tells which text: it stands behind the start tag of this number, from 1; in a mould, it
    is the pattern's group.
    """

    place: Place
    depth: int
    number: int = 0
    currency: str = ""


class Mould:
    """The markup of an entry as a pattern, and where its texts are kept."""

    def __init__(self, pattern: re.Pattern[str], groups: Sequence[Sequence[Step]]) -> None:
        self._pattern = pattern
        self._entry, *self._details = groups

    def cast(self, written: str, line: int) -> Found | None:
        """What is in an entry at a line; None where it is no such entry, or something is wrong."""
        if not (match := self._pattern.fullmatch(written)):
            return None
        texts = [" ".join(text.split()) for text in match.groups()]
        begun = line + match[1].count("\n")
        try:
            found = _found(self._entry, texts, begun)
            found.details = [Detail.of(_found(each, texts, begun)) for each in self._details]
        except Misplaced:
            return None
        return found


def _found(steps: Sequence[Step], texts: Sequence[str], line: int) -> Found:
    found = Found(line)
    for place, _depth, number, currency in steps:
        found.keep(place, texts[number], currency)
    return found


def mould_of(written: str, steps: Sequence[Step]) -> Mould | None:
    """The mould of one entry that was read in these steps; None where its markup is uncommon.

    `written` is white space, then the entry, to its last sign.
    """
    space, *pieces = _PIECE.split(written)
    tags, texts = pieces[::2], pieces[1::2]
    if space.strip() or texts[-1] or not all(map(_TAG.fullmatch, tags)):
        return None
    groups = _groups(steps)
    if not groups:
        return None
    wanted = {step.number for step in steps}
    pattern, started, still_open = [_SPACE], 0, 0
    numbers: dict[int, int] = {}
    for tag, behind in zip(tags, [*tags[1:], ""], strict=True):
        is_end, is_empty = tag.startswith("</"), tag.endswith("/>")
        started += not is_end
        still_open += -1 if is_end else not is_empty
        is_wanted = started in wanted and not is_end and not is_empty
        if is_wanted and not behind.startswith("</"):
            return None
        if is_wanted:
            numbers[started] = len(numbers) + 1
        pattern += [re.escape(tag), _TEXT if is_wanted else _PASSED_OVER]
    if still_open:
        return None
    return Mould(
        re.compile("".join(pattern)),
        [
            [step._replace(number=numbers[step.number]) for step in group if step.number in numbers]
            for group in groups
        ],
    )


def _groups(steps: Sequence[Step]) -> list[list[Step]]:
    """What is kept of an entry, then of each of its details; nothing where it is not one entry."""
    if [step.place.name for step in steps if not step.number and step.depth < _OF_DETAILS] != [
        "entry"
    ]:
        return []
    groups: list[list[Step]] = []
    for step in steps:
        if not step.number:
            groups.append([])
        elif groups:
            groups[-1 if step.depth > steps[0].depth else 0].append(step)
    return groups
