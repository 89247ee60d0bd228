"""Figures as people write them, read exactly or refused."""

from datetime import datetime
from decimal import Decimal

import pytest

from storno.people.profile import change_profile
from storno.printing.labels import Language
from storno.web.fields import UnclearFigure, read_figure, write_figure
from tests.conftest import Clock
from tests.web.papers.member import Member
from tests.world import found


@pytest.mark.parametrize(
    ("text", "language", "figure"),
    [
        ("1255.5", "en", "1255.5"),
        ("1255,5", "en", "1255.5"),
        ("1 255,50", "fi", "1255.5"),
        ("1\u00a0255,50", "fi", "1255.5"),
        ("1.255,50", "nb", "1255.5"),
        ("1,255.50", "fi", "1255.5"),
        ("1,255,000", "en", "1255000"),
        ("12.345.678,9", "nb", "12345678.9"),
        ("1,255", "fi", "1.255"),
        ("1.255", "en", "1.255"),
        ("0.125", "fi", "0.125"),
        ("1255.000", "fi", "1255"),
        (" 5 ", "en", "5"),
        (".5", "en", "0.5"),
        ("5.", "en", "5"),
        ("-5", "en", "-5"),
        ("−5,1", "fi", "-5.1"),
        ("1.50000000", "en", "1.5"),
        ("0", "en", "0"),
    ],
)
def test_a_figure_is_read_as_it_was_meant(text: str, language: Language, figure: str) -> None:
    read = read_figure(text, language)
    assert (read, str(read)) == (Decimal(figure), figure)


@pytest.mark.parametrize(("text", "language"), [("1,255", "en"), ("1.255", "fi"), ("12.500", "nb")])
def test_a_figure_that_says_two_things_is_not_guessed(text: str, language: Language) -> None:
    with pytest.raises(UnclearFigure):
        read_figure(text, language)


@pytest.mark.parametrize(
    "text",
    ["", ",", "x", "1,2,3", "1e5", "NaN", "inf", "--5", "1 2 3,4,5", "٣", "9" * 41, "1.25.50"],
)
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_figure(text or " ", "en")


def test_a_figure_stands_in_its_field_in_the_readers_writing() -> None:
    assert write_figure(Decimal("1255.5000"), "fi", least=2) == "1255,50"
    assert write_figure(Decimal("1.2345"), "en", least=2) == "1.2345"
    assert write_figure(Decimal("16.0000"), "nb") == "16"


def test_figures_in_what_is_wrong_stand_in_the_readers_writing(at: datetime, clock: Clock) -> None:
    world = found()
    change_profile(world.alice, name="Alice", language="fi")
    line = {"description": "Pöytä", "quantity": "1", "unit_price": "100000000,5"}
    typed = {f"lines-0-{name}": value for name, value in line.items()}
    typed |= {"recipient": str(world.daisy.id), "lines-0-tax": "standard:25.5", "version": ""}
    page = Member(world).post("draft_new", **typed, delivered_on="2026-06-16")
    assert page.error_of("lines-0-unit_price") == "Enintään 99 999 999,9999."
    typed |= {"lines-0-unit_price": "1", "lines-0-tax": "standard:24"}
    page = Member(world).post("draft_new", **typed, delivered_on="2026-06-16")
    assert page.error_of("lines-0-tax").endswith("Voimassa: 25,5 %, 13,5 %, 10 %.")
