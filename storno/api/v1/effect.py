"""What a credit note leaves behind, as the API says it."""

from datetime import date
from enum import StrEnum

from storno.api.values import Shown, ShownAmount
from storno.documents.credit_note import effect_stored
from storno.money.currency import decimal_text
from storno.printing.effect import (
    Effect,
    NothingAsked,
    NothingToPay,
    Refunded,
    StillToPay,
    effect_sentence,
)
from storno.printing.labels import Language


class EffectKind(StrEnum):
    """What holds for the buyer after a credit note."""

    NOTHING_TO_PAY = "nothing_to_pay"
    NOTHING_ASKED = "nothing_asked"
    STILL_TO_PAY = "still_to_pay"
    OWED_BACK = "owed_back"
    REFUNDED = "refunded"


class EffectShown(Shown):
    """What holds for the buyer: how much is still to be paid, is owed back or was paid back.

    `date` is the due day of what is still to be paid, or the day on which money was paid back.
    """

    kind: EffectKind
    amount: ShownAmount | None
    date: date | None
    sentence: str


def show_effect(effect: Effect, language: Language) -> EffectShown:
    """An effect with its sentence."""
    amount = None
    if not isinstance(effect, NothingToPay | NothingAsked):
        amount = decimal_text(effect.amount_minor, effect.currency)
    on: date | None = None
    if isinstance(effect, StillToPay):
        on = effect.due_on
    if isinstance(effect, Refunded):
        on = effect.refunded_on
    return EffectShown(
        kind=EffectKind(effect_stored(effect)["kind"]),
        amount=amount,
        date=on,
        sentence=effect_sentence(effect, language),
    )
