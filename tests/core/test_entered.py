"""What people type: one form, and what is wrong with it."""

from decimal import Decimal

import pytest

from storno.core.entered import email_errors, figure_errors, text_errors, tidy


def codes(errors: object) -> list[str]:
    return [error.code for error in errors]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   Virtanen ", "Anna Virtanen"),
        ("Anna\nVirtanen\t", "Anna Virtanen"),
        ("Anna\u00a0Virtanen", "Anna Virtanen"),
        ("A\u030ake", "Åke"),
        ("\u200fשלום", "\u200fשלום"),
        ("🙂👩\u200d🔧", "🙂👩\u200d🔧"),
        (" \u2028 ", ""),
        ("\u200b \u3164", ""),
        ("\u0301", ""),
        ("\u070f", ""),
        ("", ""),
    ],
)
def test_a_text_gets_one_form(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\x07b", "a\x7fb", "a\x85b", "a\u202eb", "a\u2066b", "a\u2028b", "a\ud800b"],
)
def test_what_no_paper_can_show_is_named(text: str) -> None:
    assert codes(text_errors("name", text, longest=10)) == ["unprintable"]


@pytest.mark.parametrize("text", ["line\nline\ttab\r", "مرحبا", "𝔘𝔫𝔦", "👩\u200d🔧", "\u200eLRM"])
def test_letters_of_all_kinds_are_welcome(text: str) -> None:
    assert codes(text_errors("name", text, longest=20)) == []


def test_length_counts_characters() -> None:
    assert codes(text_errors("name", "🙂" * 5, longest=5)) == []
    (error,) = text_errors("name", "🙂" * 6, longest=5)
    assert (error.field, error.code, str(error.message)) == (
        "name",
        "too_long",
        "At most 5 characters.",
    )


@pytest.mark.parametrize(
    "text",
    [
        *(" \n", "\u200b", "\ufeff \u00ad", "\u2800", "\u3164", "\u200d\ufe0f", "\U000e0020"),
        *("\u0301", "\u0600", "\u070f", "\U000110bd", "\U00013430", "\u3000"),
    ],
)
def test_what_is_needed_may_not_be_blank(text: str) -> None:
    assert codes(text_errors("name", text, longest=5, required=True)) == ["required"]
    assert codes(text_errors("name", text, longest=5)) == []


@pytest.mark.parametrize("text", ["👩\u200d⚕\ufe0f", "می\u200cخواهم", "x"])
def test_what_has_a_meaning_within_a_word_is_welcome(text: str) -> None:
    assert codes(text_errors("name", text, longest=9, required=True)) == []


@pytest.mark.parametrize("address", ["anna@example.com", "anna.v+bills@bücher.example", ""])
def test_addresses(address: str) -> None:
    assert codes(email_errors("email", address)) == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("anna", "not_an_email"),
        ("anna@", "not_an_email"),
        ("anna@example", "not_an_email"),
        ("Anna <anna@example.com>", "not_an_email"),
        ("a@example.com,b@example.com", "not_an_email"),
        ("anna@example.com\r\nBcc: all@example.com", "not_an_email"),
        ('"\x01"@example.com', "unprintable"),
        ("anna\x00@example.com", "unprintable"),
        (f"{'a' * 250}@example.com", "too_long"),
    ],
)
def test_what_is_no_address(address: str, code: str) -> None:
    assert codes(email_errors("email", address)) == [code]


def test_a_needed_address_is_asked_for_once() -> None:
    assert codes(email_errors("email", "", required=True)) == ["required"]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("0", []),
        ("9.99", []),
        ("9.990000", []),
        ("1.00000000000000000000000000000", []),
        ("-0.01", ["negative"]),
        ("10", ["too_large"]),
        ("1E+30", ["too_large"]),
        ("9.981", ["too_many_decimals"]),
        ("1E-50", ["too_many_decimals"]),
        ("NaN", ["not_a_number"]),
        ("sNaN", ["not_a_number"]),
        ("-Infinity", ["not_a_number"]),
    ],
)
def test_a_figure_is_within_bounds_and_noughts_at_its_end_are_no_decimals(
    figure: str, said: list[str]
) -> None:
    errors = figure_errors("price", Decimal(figure), largest=Decimal("9.99"), decimals=2)
    assert codes(errors) == said
