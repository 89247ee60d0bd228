"""Any text becomes one that the fonts can set, and every character promised can be set."""

import json
import re
import unicodedata

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from storno.printing.glyphs import (
    SHOWN,
    is_blank,
    is_readable,
    is_whole,
    printable,
    unprintable,
)
from storno.printing.render import _fonts

ALLOWED = re.compile(f"[{SHOWN}]*")
SAMPLE = """
#set document(title: "Sample")
#set text(font: "Source Sans Pro", size: 6pt, lang: "en")
#for run in json(bytes(sys.inputs.runs)) { par(run); par(text(weight: 600, run)) }
"""


def set_runs(runs: list[str]) -> bytes:
    return typst.compile(
        SAMPLE.encode(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"runs": json.dumps(runs)},
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Åsa Mäki-Öberg @#$\\<>", "Åsa Mäki-Öberg @#$\\<>"),
        ("Мария Ελένη שלום مرحبا გია", "Мария Ελένη שלום مرحبا გია"),
        ("a\u202eb\u200d\ufeff\xadc", "abc"),
        ("one\x00 two\x07", "one two"),
        ("😀👨\u200d👩\u200d👧 x", "\ufffd x"),
        ("日本 Aino", "\ufffd Aino"),
        ("\ue000\U000f0000", "\ufffd"),
        ("lone \ud83d", "lone "),
        ("e\u0301", "é"),
        ("e\u0301\u0301\u0301\u0301\u0301\u0301", "é\u0301\u0301\u0301"),
        ("\u05d0\u05b8\u064b", "\u05d0"),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e"),
    ],
)
def test_a_text_keeps_what_can_be_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(
    st.text(st.characters(codec=None) | st.sampled_from("ae\u05d0\u0301\u0301\u0323\u200d\u0340"))
)
def test_any_text_is_brought_into_the_characters_shown(text: str) -> None:
    shown = printable(text)
    assert ALLOWED.fullmatch(shown)
    assert printable(shown) == shown


def test_every_character_shown_has_a_glyph() -> None:
    characters = [char for char in map(chr, range(0x20, 0x10000)) if printable(char) == char]
    assert len(characters) > 2000
    set_runs(characters)


def test_accents_can_be_set_on_any_letter_that_keeps_them() -> None:
    bases = [
        char
        for char in map(chr, [*range(0x41, 0x250), *range(0x391, 0x3CA), *range(0x410, 0x450)])
        if unicodedata.category(char).startswith("L")
    ]
    accents = [chr(code) for code in range(0x300, 0x370) if printable(f"x{chr(code)}") != "x"]
    assert len(accents) > 20
    set_runs([printable(base + accent * 3) for base in bases for accent in accents])


@pytest.mark.parametrize(
    ("text", "lost", "readable"),
    [
        ("Oak table", (), True),
        ("", (), False),
        ("—", (), True),
        ("Cake 🍰 and 🍰 and 山", ("🍰", "山"), True),
        ("👩\u200d🔧", ("👩", "🔧"), False),
        ("山田太郎", ("山", "田", "太", "郎"), False),
        ("山 - 田!", ("山", "田"), False),
        ("a\u202eb\u0301\x07", (), True),
        ("\u0301", (), False),
    ],
)
def test_what_cannot_be_shown_is_named(text: str, lost: tuple[str, ...], readable: bool) -> None:
    assert (unprintable(text), is_readable(text)) == (lost, readable)


@pytest.mark.parametrize(
    ("name", "whole"),
    [("Åsa — Ελένη 🍰", True), ("山 Oy", False), ("🍰", False), ("—", True), ("\u200b", False)],
)
def test_a_name_is_whole_with_all_its_letters(name: str, whole: bool) -> None:
    assert is_whole(name) is whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\r\n\x85\u2028\u2029\u00a0\u1680\u2003\u3000",
        "\u2800",
        "\u00ad\u034f\u061c\u17b4\u180b\u180f\u200b\u200f\u2060\u2064\u206f\ufe0f\ufeff",
        "\u115f\u1160\u2065\u3164\uffa0\ufff0\ufff8\U0001d173\U000e0000\U000e0041\U000e0fff",
        "\u0301",
        " \u0301",
        "\u0600\u070f\U000110bd\U00013430",
        "\u0903\u0940\u20dd",
        "\x07\ud800",
    ],
)
def test_of_some_texts_nothing_is_printed(text: str) -> None:
    assert (printable(text).strip(), is_blank(text), is_readable(text)) == ("", True, False)
