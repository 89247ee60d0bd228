"""`storno reference` and `storno barcode`: the result and nothing else, or one sentence."""

import json

import click
import pytest
from click.testing import CliRunner

from storno.cli import barcode, reference


def said(command: click.Command, *words: str) -> tuple[int, str, str]:
    """How a verb ended, what it printed, and what it complained of."""
    done = CliRunner().invoke(command, words)
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("kind", "base", "printed"),
    [
        ("fi", "123456", "1234561"),
        ("rf", "1234561", "RF341234561"),
        ("rf", "539007547034", "RF18539007547034"),
        ("kid10", "1234", "12344"),
        ("kid10", "60224", "602243"),
        ("kid11", "1234", "12343"),
        ("kid11", "60224", "602248"),
        ("kid11", "6", "6-"),
    ],
)
def test_a_reference_is_all_that_is_printed(kind: str, base: str, printed: str) -> None:
    assert said(reference.command, kind, base) == (0, f"{printed}\n", "")
    answered = json.dumps({"reference": printed})
    assert said(reference.command, kind, base, "--json") == (0, f"{answered}\n", "")


@pytest.mark.parametrize(
    ("kind", "base", "sentence"),
    [
        ("fi", "12", "The base '12' is not 3-19 digits."),
        ("fi", "0123", "The base '0123' begins with zero."),
        ("rf", "å", "'å' is not 1-21 letters and digits."),
        ("kid10", "12x", "The base '12x' is not 1-24 digits."),
        ("kid11", "1" * 25, f"The base '{'1' * 25}' is not 1-24 digits."),
    ],
)
def test_what_is_no_base_is_one_sentence(kind: str, base: str, sentence: str) -> None:
    assert said(reference.command, kind, base) == (2, "", f"Error: {sentence}\n")


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (
            ("FI5810171000000122", "482.99", "559582243294671", "2012-01-31"),
            "458101710000001220004829900000000559582243294671120131",
        ),
        (
            ("FI39 3636 3002 0924 92", "1,03", "RF66 5907 3839 0", "2023-03-11"),
            "539363630020924920000010366000000000000590738390230311",
        ),
        (
            ("FI5810171000000122", "482.99", "559582243294671"),
            "458101710000001220004829900000000559582243294671000000",
        ),
    ],
)
def test_a_bar_code_is_all_that_is_printed(words: tuple[str, ...], printed: str) -> None:
    assert said(barcode.command, *words) == (0, f"{printed}\n", "")
    answered = json.dumps({"barcode": printed})
    assert said(barcode.command, *words, "--json") == (0, f"{answered}\n", "")


FINE = ("FI5810171000000122", "482.99", "559582243294671", "2012-01-31")


@pytest.mark.parametrize(
    ("place", "typed", "sentence"),
    [
        (0, "NO9386011117947", "'NO9386011117947' is not a Finnish account."),
        (0, "FI5810171000000123", "'FI5810171000000123' is not a Finnish account."),
        (1, "four", "'four' is no amount like 482.99."),
        (1, "1.005", "'1.005' is no amount like 482.99."),
        (1, "NaN", "'NaN' is no amount like 482.99."),
        (1, "1e999999", "'1e999999' is no amount like 482.99."),
        (2, "559582243294672", "'559582243294672' is no reference that a bar code can carry."),
        (3, "31.1.2012", "'31.1.2012' is no day like 2026-06-17."),
        (3, "2100-01-01", "'2100-01-01' is no day like 2026-06-17."),
    ],
)
def test_what_a_bar_code_cannot_carry_is_one_sentence(
    place: int, typed: str, sentence: str
) -> None:
    words = [*FINE[:place], typed, *FINE[place + 1 :]]
    assert said(barcode.command, *words) == (2, "", f"Error: {sentence}\n")


def test_a_negative_amount_is_refused() -> None:
    words = ("FI5810171000000122", "--", "-1", "559582243294671")
    assert said(barcode.command, *words) == (2, "", "Error: The amount -100 is negative.\n")
