"""The letter to the member whose credit note was stopped: why it was, and what can be done."""

import logging
from datetime import datetime

import pytest

from storno.corrections.depart import depart_due
from storno.corrections.letter import compose_credit_stopped
from storno.diary.amend import amend_draft
from storno.mailroom.models import Letter
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from tests.deeds import CORRECT, HOLD, amount, hold_credit, lines_of, part, pay
from tests.observe import history
from tests.world import World, found


def letter_to_alice(world: World) -> tuple[str, list[str]]:
    """The subject, and the paragraphs."""
    with scope(world.id):
        mail = compose_credit_stopped(Letter.objects.get(kind="credit_stopped"))
    return mail.subject, [part for part in mail.text.strip().split("\n\n") if "http" not in part]


def test_a_payment_stopped_it_and_the_draft_is_named(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    hold_credit(world, invoice, CORRECT, at=at)
    pay(world, invoice, 1, at=at)
    subject, said = letter_to_alice(world)
    assert subject == "The credit note on invoice 2026-0001 was stopped"
    assert said[1:4] == [
        "This is about invoice 2026-0001.",
        (
            "The credit note over €1,255.00 was stopped because a payment came in. "
            "The corrected draft over €1,255.00 was dropped. The credit note was not sent."
        ),
        "The invoice stands as it was, and the payment counts.",
    ]
    assert said[4] == (
        "If it shall be credited all the same, do so there; what is then too much is owed back."
    )
    assert history(world, invoice.id)[1:] == [
        "credit.held",
        "credit.stopped",
        "credit.draft_dropped",
        "payment.registered",
    ]


def test_a_draft_with_work_in_it_is_said_to_be_kept(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    corrected = hold_credit(world, invoice, CORRECT, at=at).corrected
    assert corrected is not None
    amend_draft(corrected.id, lambda now: now, who=world.who(), at=at)
    pay(world, invoice, 1, at=at)
    assert (
        "The corrected draft over €1,255.00 is kept as a plain draft."
        in (letter_to_alice(world)[1][2])
    )
    assert history(world, invoice.id)[2:4] == ["credit.stopped", "credit.draft_kept"]


def test_a_part_is_named_by_its_amount(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    (only,) = lines_of(world, invoice)
    hold_credit(world, invoice, part(amount(only, 10_010)), at=at)
    pay(world, invoice, 1, at=at)
    assert letter_to_alice(world)[1][2] == (
        "The credit note over €125.63 was stopped because a payment came in. "
        "The credit note was not sent."
    )


def test_a_changed_setting_is_not_called_a_payment(
    at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    world = found(support_contact="+358 9 123 456")
    invoice = world.invoice(at=at)
    pay(world, invoice, 1, at=at)
    hold_credit(world, invoice, at=at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(paid_credit="desk")
    with caplog.at_level(logging.CRITICAL):
        assert depart_due(world.id, at=at + HOLD) == 0
    assert letter_to_alice(world)[1][2:] == [
        (
            "The credit note over €1,255.00 was stopped because it is not allowed any more. "
            "The credit note was not sent."
        ),
        "The invoice stands as it was.",
        (
            "A part of this invoice has been paid. Then it is cancelled by customer service. "
            "+358 9 123 456"
        ),
    ]
    assert history(world, invoice.id)[-2:] == ["credit.held", "credit.blocked"]
