"""The sentences that paper, letter and page share, word for word."""

from datetime import date
from typing import get_args

import pytest

from storno.printing.effect import (
    Effect,
    NothingToPay,
    OwedBack,
    ReasonCode,
    Refunded,
    StillToPay,
    effect_sentence,
    reason_sentence,
)
from storno.printing.labels import Language

SENTENCES: list[tuple[Effect, Language, str]] = [
    (NothingToPay(), "en", "The invoice is cancelled. There is nothing to pay."),
    (NothingToPay(), "fi", "Lasku on peruutettu. Maksettavaa ei ole."),
    (NothingToPay(), "nb", "Fakturaen er kreditert. Det er ingenting å betale."),
    (NothingToPay(cancelled=False), "en", "There is nothing to pay."),
    (NothingToPay(cancelled=False), "fi", "Maksettavaa ei ole."),
    (NothingToPay(cancelled=False), "nb", "Det er ingenting å betale."),
    (
        StillToPay(125500, "EUR", date(2026, 12, 6)),
        "en",
        "€1,255.00 is still to be paid by 6 December 2026.",
    ),
    (
        StillToPay(125500, "EUR", date(2026, 12, 6)),
        "fi",
        "Maksettavaa on vielä 1 255,00 €, eräpäivä 6.12.2026.",
    ),
    (
        StillToPay(125500, "NOK", date(2026, 12, 6)),
        "nb",
        "1 255,00 kr gjenstår å betale innen 6. desember 2026.",
    ),
    (OwedBack(5, "NOK"), "en", "There is nothing to pay. NOK 0.05 is owed back."),
    (OwedBack(5, "EUR"), "fi", "Maksettavaa ei ole. Palautettavaa on 0,05 €."),
    (OwedBack(5, "NOK"), "nb", "Det er ingenting å betale. 0,05 kr skal betales tilbake."),
    (
        Refunded(60000, "EUR", date(2026, 12, 3)),
        "en",
        "There is nothing to pay. €600.00 was refunded on 3 December 2026.",
    ),
    (
        Refunded(60000, "EUR", date(2026, 12, 3)),
        "fi",
        "Maksettavaa ei ole. 600,00 € on palautettu 3.12.2026.",
    ),
    (
        Refunded(60000, "EUR", date(2026, 12, 3)),
        "nb",
        "Det er ingenting å betale. 600,00 € ble betalt tilbake 3. desember 2026.",
    ),
]
REASONS: dict[ReasonCode, tuple[str, str, str]] = {
    "wrong_price": (
        "The price on the invoice was wrong.",
        "Laskun hinta oli virheellinen.",
        "Prisen på fakturaen var feil.",
    ),
    "wrong_recipient": (
        "The invoice had the wrong recipient.",
        "Laskulla oli väärä vastaanottaja.",
        "Fakturaen hadde feil mottaker.",
    ),
    "cancelled": (
        "The order or booking was cancelled.",
        "Tilaus tai varaus on peruttu.",
        "Bestillingen eller timen er avbestilt.",
    ),
    "duplicate": (
        "The same thing was invoiced twice.",
        "Sama asia laskutettiin kahdesti.",
        "Det samme ble fakturert to ganger.",
    ),
    "goodwill": (
        "The amount is credited as goodwill.",
        "Summa hyvitetään hyvän tahdon eleenä.",
        "Beløpet krediteres av kulansehensyn.",
    ),
    "other": ("The invoice was corrected.", "Laskua on oikaistu.", "Fakturaen er rettet."),
}


@pytest.mark.parametrize(("effect", "language", "sentence"), SENTENCES)
def test_each_effect_has_its_sentence(effect: Effect, language: Language, sentence: str) -> None:
    assert effect_sentence(effect, language).replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_an_amount_never_parts_from_its_currency() -> None:
    assert "1\xa0255,00\xa0€" in effect_sentence(StillToPay(125500, "EUR", date(2026, 12, 6)), "fi")


@pytest.mark.parametrize("code", get_args(ReasonCode))
def test_each_reason_has_its_sentence(code: ReasonCode) -> None:
    languages: tuple[Language, ...] = ("en", "fi", "nb")
    assert tuple(reason_sentence(code, language) for language in languages) == REASONS[code]
