"""The practice's story: an invoice is credited, and its corrected draft decides what comes next.

No hold; after a credit there is a draft. Paula is a practitioner and not an administrator. Daisy's
session was yesterday at 1190.00, outside the scope of VAT, and the invoice is unpaid.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.queries import chain_of
from storno.corrections.undo import undo_credit
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.content import LineInput
from storno.documents.draft import entered_in
from storno.documents.models import Document, Draft, Kind, Particulars, Reason
from storno.organizations.models import Channel, Settings
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.deeds import HOLD, lines_of, pay
from tests.observe import (
    balances,
    documents,
    drafts,
    everything,
    letters,
    next_numbers,
    numbers,
    refused,
    stands,
)
from tests.world import World, found, line

SESSION = uuid4()
WRONG_PRICE = CreditRequest(Reason.WRONG_PRICE)
WRONG_RECIPIENT = CreditRequest(Reason.WRONG_RECIPIENT)


@pytest.fixture
def world() -> World:
    return found(
        "NO", hold_seconds=0, after_credit="draft", default_channel="none", vat_on="invoice"
    )


@pytest.fixture
def paula(world: World) -> Actor:
    return world.who("practitioner")


def session(price: str) -> LineInput:
    return replace(
        line(price, category=TaxCategory.OUTSIDE_SCOPE, description="Consultation 60 min"),
        delivered_on=date(2026, 6, 15),
        source_kind="session",
        source_id=SESSION,
    )


@pytest.fixture
def invoice(world: World, at: datetime) -> Document:
    return world.invoice(session("1190.00"), at=at, channel=Channel.NONE)


def credit(world: World, invoice: Document, request: CreditRequest, at: datetime) -> Draft:
    """The common part: credited at once, with a draft beside it."""
    credited = credit_invoice(invoice.id, request, who=world.who("practitioner"), at=at)
    assert isinstance(credited, Credited)
    assert credited.corrected is not None
    return credited.corrected


def price(world: World, draft_id: UUID, new: str, at: datetime) -> None:
    amend_draft(
        draft_id,
        lambda now: replace(
            now, lines=(replace(now.lines[0], unit_price=session(new).unit_price),)
        ),
        who=world.who("practitioner"),
        at=at,
    )


def test_the_common_part(world: World, invoice: Document, at: datetime) -> None:
    draft = credit(world, invoice, WRONG_PRICE, at)
    assert sorted(numbers(world)) == ["2026-0001", "2026-K1"]
    (note,) = documents(world, Kind.CREDIT_NOTE)
    assert (note.payable_minor, note.corrects_id) == (119_000, invoice.id)
    assert (stands(world, invoice)["state"], balances(world)) == ("credited", {})
    with scope(world.id):
        entered = entered_in(draft)
    assert entered.delivered_on == date(2026, 6, 15)
    assert entered.lines == (replace(session("1190.00"), delivered_on=None),)
    assert (entered.recipient_id, entered.channel) == (world.daisy.id, Channel.NONE)
    (sold,), (credited,) = lines_of(world, invoice), lines_of(world, note)
    assert (sold.source_id, credited.source_id) == (SESSION, SESSION)
    assert letters(world) == []
    with scope(world.id):
        chain = chain_of(invoice, who=world.who(), at=at, today=date(2026, 6, 16))
    assert [(link.kind, link.number, link.payable_minor) for link in chain] == [
        ("invoice", "2026-0001", 119_000),
        ("credit_note", "2026-K1", 119_000),
        ("draft", None, 119_000),
    ]


def test_what_must_fail(world: World, invoice: Document, paula: Actor, at: datetime) -> None:
    draft = credit(world, invoice, WRONG_PRICE, at)
    (note,) = documents(world, Kind.CREDIT_NOTE)
    with refused(world, "already_credited"):
        credit_invoice(invoice.id, WRONG_PRICE, who=paula, at=at)
    with refused(world, "credit_note_cannot_be_credited"):
        credit_invoice(note.id, WRONG_PRICE, who=paula, at=at)
    with refused(world, "lines.0.unit_price: negative"):
        price(world, draft.id, "-1", at)
    with refused(world, "absent"):
        delete_draft(invoice.id, who=paula, at=at)
    finalise_draft(draft.id, who=paula, at=at)
    with refused(world, "already_issued"):
        price(world, draft.id, "990.00", at)


def test_with_a_hold_undo_brings_the_invoice_back(
    world: World, invoice: Document, paula: Actor, at: datetime
) -> None:
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(hold_seconds=1200)
    before = everything(world)
    credit_invoice(invoice.id, WRONG_PRICE, who=paula, at=at)
    assert (len(drafts(world)), next_numbers(world)) == (1, {"invoice": 2})
    undo_credit(invoice.id, who=paula, at=at + HOLD - timedelta(seconds=1))
    after = everything(world)
    assert {table for table in after if after[table] != before[table]} == {"history_event"}
    assert depart_due(world.id, at=at + HOLD) == 0


def test_wrong_recipient(world: World, invoice: Document, paula: Actor, at: datetime) -> None:
    """Scenario 0: the employer pays, and gets a document of its own by its own way."""
    employer = create_client(
        ClientInput(
            kind=ClientKind.COMPANY,
            name="Acme AS",
            email="invoices@acme.example",
            business_id="974760673",
            channel=Channel.EMAIL,
        ),
        who=paula,
        at=at,
    )
    draft = credit(world, invoice, WRONG_RECIPIENT, at)
    amend_draft(
        draft.id,
        lambda now: replace(
            now, recipient_id=employer.id, channel=Channel.EMAIL, buyer_reference="D.D."
        ),
        who=paula,
        at=at,
    )
    second = finalise_draft(draft.id, who=paula, at=at)
    assert isinstance(second, Document)
    assert (second.number, second.replaces_id, second.recipient_id) == (
        "2026-0002",
        invoice.id,
        employer.id,
    )
    (note,) = documents(world, Kind.CREDIT_NOTE)
    with scope(world.id):
        buyers = {
            row.document_id: row.parts["buyer"]["name"]
            for row in Particulars.objects.filter(organization_id=world.id)
        }
    assert buyers == {invoice.id: "Daisy Duck", note.id: "Daisy Duck", second.id: "Acme AS"}
    assert letters(world) == [("document", "invoices@acme.example")]
    assert balances(world) == {"AR": 119_000, "SALES[O,0]": -119_000}


def test_wrong_price(world: World, invoice: Document, paula: Actor, at: datetime) -> None:
    """Scenario 1: 1190.00 becomes 990.00; revenue 1190 - 1190 + 990."""
    draft = credit(world, invoice, WRONG_PRICE, at)
    price(world, draft.id, "990.00", at)
    second = finalise_draft(draft.id, who=paula, at=at)
    assert isinstance(second, Document)
    assert (second.number, second.payable_minor) == ("2026-0002", 99_000)
    pay(world, second, 99_000, at=at)
    assert stands(world, second) == {"state": "paid", "received": 99_000}
    assert balances(world) == {"BANK": 99_000, "SALES[O,0]": -99_000}
    with scope(world.id):
        chain = chain_of(second, who=paula, at=at, today=date(2026, 6, 16))
    assert [(link.kind, link.number, link.state) for link in chain] == [
        ("invoice", "2026-0001", "credited"),
        ("credit_note", "2026-K1", "issued"),
        ("invoice", "2026-0002", "paid"),
    ]


@pytest.mark.parametrize(("new", "state"), [("0", "paid"), ("1390.00", "sent")])
def test_free_or_dearer(
    new: str, state: str, world: World, invoice: Document, paula: Actor, at: datetime
) -> None:
    draft = credit(world, invoice, WRONG_PRICE, at)
    price(world, draft.id, new, at)
    second = finalise_draft(draft.id, who=paula, at=at)
    assert isinstance(second, Document)
    assert stands(world, second)["state"] == state
    assert balances(world, invoice) == {}


def test_a_paid_invoice_is_owed_back_until_it_is_refunded(
    world: World, invoice: Document, paula: Actor, at: datetime
) -> None:
    pay(world, invoice, 119_000, at=at)
    credit(world, invoice, WRONG_PRICE, at)
    assert stands(world, invoice) == {
        "state": "credited",
        "credited": 119_000,
        "received": 119_000,
        "owed_back": 119_000,
    }
    assert balances(world) == {"BANK": 119_000, "REFUND": -119_000}
