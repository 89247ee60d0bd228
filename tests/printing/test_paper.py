"""A paper that contradicts itself cannot be made."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from storno.printing.effect import NothingToPay
from storno.printing.paper import ContradictoryPaper, Corrected, PaymentPart
from tests.printing.papers import FINNISH, IBAN, MOMENT, PSYCHOLOGIST, STANDARD, credit_note

CREDIT = credit_note(FINNISH, "fi")


@pytest.mark.parametrize(
    "changes",
    [
        {"number": None},
        {"watermark": "draft"},
        {"issued_on": None},
        {"corrects": Corrected("1", MOMENT.date())},
        {"effect": NothingToPay()},
        {"number": None, "watermark": "draft"},
        {"net_minor": 113971, "payable_minor": 142793},
        {"tax_minor": 28823, "payable_minor": 142793},
        {"payable_minor": 142793},
        {"lines": FINNISH.lines[:3]},
        {"taxes": FINNISH.taxes[:1]},
    ],
)
def test_an_invoice_that_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(ContradictoryPaper):
        replace(FINNISH, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"corrects": None},
        {"effect": None},
        {"payment": PaymentPart(account=IBAN)},
        {"due_on": FINNISH.due_on},
        {"number": None},
    ],
)
def test_a_credit_note_that_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(ContradictoryPaper):
        replace(CREDIT, **changes)


@pytest.mark.parametrize(
    "payment",
    [
        PaymentPart(account=IBAN, reference="202600143"),
        PaymentPart(account=IBAN, creditor_reference="RF78202600143"),
        PaymentPart(account=IBAN, bar_code="4" * 54),
        PaymentPart(account=IBAN, qr_code="BCD"),
    ],
)
def test_a_draft_cannot_be_paid(payment: PaymentPart) -> None:
    with pytest.raises(ContradictoryPaper):
        replace(FINNISH, number=None, watermark="draft", payment=payment)


def test_a_draft_may_say_where_it_will_be_paid_and_a_held_credit_note_has_no_day() -> None:
    replace(FINNISH, number=None, watermark="draft", payment=PaymentPart(account=IBAN))
    replace(CREDIT, number=None, watermark="pending", issued_on=None)


def test_papers_are_frozen() -> None:
    with pytest.raises(AttributeError):
        PSYCHOLOGIST.lines[0].rate = Decimal(25)  # type: ignore[misc]
    assert PSYCHOLOGIST.lines[0].category is not STANDARD
