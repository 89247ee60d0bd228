"""Figures, days and the words that a law asks for, in each language."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from storno.printing.labels import (
    WORDS,
    Language,
    Words,
    country_name,
    format_amount,
    format_day,
    format_money,
    format_percent,
    format_period,
    format_price,
    format_quantity,
    format_time,
    tax_note,
)
from storno.tax.category import TaxCategory

LANGUAGES: tuple[Language, ...] = ("en", "fi", "nb")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "euros", "crowns", "amount"),
    [
        ("en", "€1,255.50", "NOK 1,255.50", "-1,234,567.05"),
        ("fi", "1 255,50 €", "1 255,50 NOK", "-1 234 567,05"),
        ("nb", "1 255,50 €", "1 255,50 kr", "-1 234 567,05"),
    ],
)
def test_money(language: Language, euros: str, crowns: str, amount: str) -> None:
    assert plain(format_money(125550, "EUR", language)) == euros
    assert plain(format_money(125550, "NOK", language)) == crowns
    minus = format_amount(-123456705, "EUR", language).replace("\N{MINUS SIGN}", "-")
    assert plain(minus) == amount


@pytest.mark.parametrize(
    ("language", "day", "month", "months"),
    [
        ("en", "3 November 2026", "3–20 November 2026", "3 November – 1 December 2026"),
        ("fi", "3.11.2026", "3.–20.11.2026", "3.11. – 1.12.2026"),
        ("nb", "3. november 2026", "3.–20. november 2026", "3. november – 1. desember 2026"),
    ],
)
def test_days(language: Language, day: str, month: str, months: str) -> None:
    first = date(2026, 11, 3)
    assert format_day(first, language) == day
    assert format_period(first, first, language) == day
    assert format_period(first, date(2026, 11, 20), language) == month
    assert format_period(first, date(2026, 12, 1), language) == months
    over_new_year = f"{day} – {format_day(date(2027, 1, 2), language)}"
    assert format_period(first, date(2027, 1, 2), language) == over_new_year


@pytest.mark.parametrize(("language", "time"), [("en", "08:05"), ("fi", "8.05"), ("nb", "08:05")])
def test_times_of_day(language: Language, time: str) -> None:
    at = datetime(2026, 11, 3, 6, 5, tzinfo=UTC)
    assert format_time(at, ZoneInfo("Europe/Helsinki"), language) == time


def test_quantities_and_prices_keep_the_decimals_they_have() -> None:
    assert format_quantity(Decimal("12.0000"), "fi") == "12"
    assert format_quantity(Decimal("0.3333"), "en") == "0.3333"
    assert plain(format_price(Decimal("1400.5000"), "fi")) == "1 400,50"
    assert format_price(Decimal("0.1234"), "en") == "0.1234"


def test_percentages() -> None:
    assert format_percent(Decimal("25.50"), "en") == "25.5%"
    assert plain(format_percent(Decimal("25.50"), "fi")) == "25,5 %"
    assert plain(format_percent(Decimal("25.00"), "nb")) == "25 %"


def test_countries_are_named_in_the_language_and_unknown_ones_by_their_code() -> None:
    assert country_name("NO", "fi") == "Norja"
    assert country_name("FI", "nb") == "Finland"
    assert country_name("XX", "en") == "XX"


@pytest.mark.parametrize(
    ("country", "sentences"),
    [
        (
            "FI",
            (
                "Reverse charge (käännetty verovelvollisuus).",
                "Käännetty verovelvollisuus.",
                "Omvendt avgiftsplikt (käännetty verovelvollisuus).",
            ),
        ),
        (
            "NO",
            (
                "Reverse charge (omvendt avgiftsplikt).",
                "Käännetty verovelvollisuus (omvendt avgiftsplikt).",
                "Omvendt avgiftsplikt.",
            ),
        ),
        (
            "SE",
            ("Reverse charge.", "Käännetty verovelvollisuus.", "Omvendt avgiftsplikt."),
        ),
    ],
)
def test_reverse_charge_says_the_phrase_of_the_sellers_law(
    country: str, sentences: tuple[str, str, str]
) -> None:
    notes = [tax_note(TaxCategory.REVERSE_CHARGE, "", country, name) for name in LANGUAGES]
    assert tuple(notes) == sentences


def test_reverse_charge_keeps_its_phrase_beside_a_reason() -> None:
    note = tax_note(TaxCategory.REVERSE_CHARGE, "AVL 8 c §", "FI", "fi")
    assert note == "Käännetty verovelvollisuus. AVL 8 c §"


def test_an_exemption_is_named_by_its_reason_or_by_the_act() -> None:
    exempt = TaxCategory.EXEMPT
    assert tax_note(exempt, "AVL 35 §", "FI", "fi") == "AVL 35 §"
    assert tax_note(exempt, "", "FI", "fi") == "Arvonlisäveroton (AVL 1501/1993)."
    assert tax_note(exempt, "", "FI", "en") == "Exempt from VAT (AVL 1501/1993)."
    assert tax_note(exempt, "", "NO", "nb") == "Uten merverdiavgift."


def test_other_categories_say_only_what_was_written() -> None:
    for category in (TaxCategory.STANDARD, TaxCategory.ZERO, TaxCategory.OUTSIDE_SCOPE):
        assert tax_note(category, "", "FI", "en") == ""
    assert tax_note(TaxCategory.ZERO, "AVL 70 §", "FI", "en") == "AVL 70 §"


def test_every_word_takes_the_same_fillings_in_each_language() -> None:
    for field in fields(Words):
        words = [getattr(WORDS[language], field.name) for language in LANGUAGES]
        assert all(words)
        fillings = [sorted(set(word.split("{")[1:])) for word in words]
        names = [[part.split("}")[0] for part in parts] for parts in fillings]
        assert names[0] == names[1] == names[2], field.name
