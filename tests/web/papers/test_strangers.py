"""Every address of papers: members come in, to everybody else it is not there."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from storno.corrections.refund import refund_invoice
from storno.corrections.settle import register_payment
from storno.corrections.write_off import write_off_invoice
from storno.documents.models import Document, Draft
from storno.mailroom.models import Letter
from storno.organizations.models import Settings
from storno.organizations.scope import scope
from storno.overdue.charge import charges_on
from storno.overdue.remind import remind_of_invoice
from storno.payments.models import MoneyKind, Payment
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from storno.web.papers.urls import urlpatterns
from tests.conftest import Clock
from tests.web.papers.member import Member
from tests.world import World, found

NAMES = [str(pattern.name) for pattern in urlpatterns]


def subjects(world: World, at: datetime) -> dict[str, UUID]:
    """Something of each kind that an address can name."""
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(late_charges="fee")
    overdue = world.invoice(at=at - timedelta(days=60))
    reminder = remind_of_invoice(overdue.id, who=world.who(), at=at)
    draft, invoice = world.draft(at=at), world.invoice(at=at)
    entered = PaymentInput(invoice.payable_minor + 1, at.date(), MoneyKind.CASH)
    payment = register_payment(invoice.id, entered, who=world.who(), at=at)
    given = GivenBack(at.date(), MoneyKind.CASH)
    refund = refund_invoice(invoice.id, given, who=world.who(), at=at)
    lost = write_off_invoice(world.invoice(at=at).id, relieved=False, who=world.who(), at=at)
    with scope(world.id):
        (charged,) = charges_on([overdue.id], world.id)
        letter = Letter.objects.get(organization_id=world.id, subject_id=invoice.id)
    return {
        "invoice_id": invoice.id,
        "document_id": invoice.id,
        "draft_id": draft.id,
        "payment_id": payment.id,
        "refund_id": refund.id,
        "write_off_id": lost.id,
        "reminder_id": reminder.id,
        "charge_id": charged.charge.id,
        "letter_id": letter.id,
    }


def address(name: str, world: World, at: datetime) -> str:
    """The address of this name in the organization, of something that is there."""
    (pattern,) = (pattern for pattern in urlpatterns if pattern.name == name)
    named = pattern.pattern.converters
    known = subjects(world, at)
    return reverse(name, args=[world.organization.slug, *(known[each] for each in named)])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_asked_who_they_are(at: datetime, clock: Clock, name: str, method: str) -> None:
    page = address(name, found(), at)
    answer = getattr(Client(SERVER_NAME="localhost"), method)(page)
    if answer.status_code == 405:
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing_and_does_nothing(
    at: datetime, clock: Clock, name: str, method: str
) -> None:
    world, other = found(), found()
    page = address(name, world, at)
    before = counts(world)
    stranger = Member(other).client
    answer = getattr(stranger, method)(page)
    assert answer.status_code in (404, 405)
    own = page.replace(world.organization.slug, other.organization.slug)
    if address_names_something(name):
        assert getattr(stranger, method)(own).status_code in (404, 405)
    assert counts(world) == before


def address_names_something(name: str) -> bool:
    (pattern,) = (pattern for pattern in urlpatterns if pattern.name == name)
    return bool(pattern.pattern.converters)


def counts(world: World) -> list[int]:
    """How much there is of what could have been changed."""
    with scope(world.id):
        return [
            model.objects.filter(organization_id=world.id).count()
            for model in (Document, Draft, Payment, Letter)
        ]
