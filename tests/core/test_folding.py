"""Names are found and ordered without regard to case and accents."""

import pytest

from storno.core.folding import LAST, fold, words_sought, words_to_find


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ørjan  ÅKESSON", "orjan akesson"),
        ("Jäätelö Oy", "jaatelo oy"),
        ("STRAẞE Œuvre Łódź İzmir ısı", "strasse oeuvre lodz izmir isi"),
        ("\ufb01nd Ⅷ", "find viii"),
        ("Þór Đorđe", "thor dorde"),
        ("שָׁלוֹם", "שלום"),
        ("👩\u200d🔧", "👩🔧"),
        ("an\x00na \ud800 \u202ex\ny", "anna x y"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_a_word_is_found_by_its_parts() -> None:
    assert words_to_find("Anna Virtanen-Korhonen", "anna@mail.example") == {
        "anna",
        "virtanen-korhonen",
        "korhonen",
        "anna@mail.example",
        "mail.example",
        "example",
    }
    assert words_to_find("(O'Brien) 🙂") == {"o'brien)", "brien)", "🙂"}
    assert words_to_find("x" * 300) == {"x" * 100}
    assert words_to_find("", "  ") == set()


def test_what_is_sought_begins_what_is_found() -> None:
    assert words_sought("  Bjö anna, (VIRT-) anna") == ["anna", "virt", "bjo"]
    assert words_sought("🙂 --") == ["--", "🙂"]
    assert words_sought("y" * 300) == ["y" * 100]
    assert words_sought("") == []
    assert words_sought(" ".join("x" * n for n in range(1, 99))) == [
        "x" * n for n in range(98, 90, -1)
    ]


def test_nothing_comes_after_the_last_character() -> None:
    assert "virt" <= "virtanen" < "virt" + LAST
    assert "virt" <= "virt\U0001f642" < "virt" + LAST
    assert not "virt" <= "viru" < "virt" + LAST
