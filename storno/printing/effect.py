"""What a credit note leaves behind, in the one sentence that paper, letter and page share."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

from storno.printing.labels import Language, format_day, format_money

ReasonCode = Literal[
    "wrong_price", "wrong_recipient", "cancelled", "duplicate", "goodwill", "other"
]


@dataclass(frozen=True, slots=True)
class NothingToPay:
    """Nothing is open and nothing is owed back; `cancelled` says that the whole invoice fell."""

    cancelled: bool = True


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """What is left was written off: nobody asks for it, but it is not given up."""


@dataclass(frozen=True, slots=True)
class StillToPay:
    """A part of the invoice stays open, to be paid by its own due date."""

    amount_minor: int
    currency: str
    due_on: date


@dataclass(frozen=True, slots=True)
class OwedBack:
    """More was paid than is left to pay; the rest belongs to the buyer."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """What was owed back has been given back; `used_minor` of it pays another invoice."""

    amount_minor: int
    currency: str
    refunded_on: date
    used_minor: int = 0


Effect = NothingToPay | NothingAsked | StillToPay | OwedBack | Refunded

_CANCELLED: dict[Language, str] = {
    "en": "The invoice is cancelled.",
    "fi": "Lasku on peruutettu.",
    "nb": "Fakturaen er kreditert.",
}
_NOTHING_TO_PAY: dict[Language, str] = {
    "en": "There is nothing to pay.",
    "fi": "Maksettavaa ei ole.",
    "nb": "Det er ingenting å betale.",
}
_NOTHING_ASKED: dict[Language, str] = {
    "en": "No payment is asked for at present.",
    "fi": "Maksua ei tällä hetkellä pyydetä.",
    "nb": "Det bes ikke om betaling nå.",
}
_STILL_TO_PAY: dict[Language, str] = {
    "en": "{amount} is still to be paid by {day}.",
    "fi": "Maksettavaa on vielä {amount}, eräpäivä {day}.",
    "nb": "{amount} gjenstår å betale innen {day}.",
}
_OWED_BACK: dict[Language, str] = {
    "en": "{amount} is owed back.",
    "fi": "Palautettavaa on {amount}.",
    "nb": "{amount} skal betales tilbake.",
}
_REFUNDED: dict[Language, str] = {
    "en": "{amount} was refunded on {day}.",
    "fi": "{amount} on palautettu {day}.",
    "nb": "{amount} ble betalt tilbake {day}.",
}
_USED: dict[Language, str] = {
    "en": "{amount} was used for another invoice.",
    "fi": "{amount} käytettiin toisen laskun maksuun.",
    "nb": "{amount} ble brukt til en annen faktura.",
}
_REASONS: dict[ReasonCode, dict[Language, str]] = {
    "wrong_price": {
        "en": "The price on the invoice was wrong.",
        "fi": "Laskun hinta oli virheellinen.",
        "nb": "Prisen på fakturaen var feil.",
    },
    "wrong_recipient": {
        "en": "The invoice had the wrong recipient.",
        "fi": "Laskulla oli väärä vastaanottaja.",
        "nb": "Fakturaen hadde feil mottaker.",
    },
    "cancelled": {
        "en": "The order or booking was cancelled.",
        "fi": "Tilaus tai varaus on peruttu.",
        "nb": "Bestillingen eller timen er avbestilt.",
    },
    "duplicate": {
        "en": "The same thing was invoiced twice.",
        "fi": "Sama asia laskutettiin kahdesti.",
        "nb": "Det samme ble fakturert to ganger.",
    },
    "goodwill": {
        "en": "The amount is credited as goodwill.",
        "fi": "Summa hyvitetään hyvän tahdon eleenä.",
        "nb": "Beløpet krediteres av kulansehensyn.",
    },
    "other": {
        "en": "The invoice was corrected.",
        "fi": "Laskua on oikaistu.",
        "nb": "Fakturaen er rettet.",
    },
}


def effect_sentence(effect: Effect, language: Language) -> str:
    """Say what holds after a credit note, in words that suit the buyer and the seller alike."""
    nothing_to_pay = _NOTHING_TO_PAY[language]
    match effect:
        case NothingToPay(cancelled=True):
            return f"{_CANCELLED[language]} {nothing_to_pay}"
        case NothingToPay():
            return nothing_to_pay
        case NothingAsked():
            return _NOTHING_ASKED[language]
        case StillToPay(amount_minor, currency, due_on):
            return _STILL_TO_PAY[language].format(
                amount=format_money(amount_minor, currency, language),
                day=format_day(due_on, language),
            )
        case OwedBack(amount_minor, currency):
            owed = _OWED_BACK[language].format(
                amount=format_money(amount_minor, currency, language)
            )
            return f"{nothing_to_pay} {owed}"
        case Refunded():
            return f"{nothing_to_pay} {_given_back(effect, language)}"
        case _:
            assert_never(effect)


def _given_back(effect: Refunded, language: Language) -> str:
    """What went to the buyer, and what to another invoice."""
    sentences: list[str] = []
    if paid_minor := effect.amount_minor - effect.used_minor:
        paid = format_money(paid_minor, effect.currency, language)
        day = format_day(effect.refunded_on, language)
        sentences.append(_REFUNDED[language].format(amount=paid, day=day))
    if effect.used_minor:
        used = format_money(effect.used_minor, effect.currency, language)
        sentences.append(_USED[language].format(amount=used))
    return " ".join(sentences)


def reason_sentence(code: ReasonCode, language: Language) -> str:
    """Say why a credit note was made without a word about the buyer or the service."""
    return _REASONS[code][language]
