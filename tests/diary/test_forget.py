"""Nobody is known for longer than their papers: whom that means, and whom it never means."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from storno.clients.contacts import ContactInput, add_contact, remove_contact
from storno.clients.delete import delete_client
from storno.clients.models import Client, ClientKind
from storno.clients.save import (
    ClientInput,
    amend_client,
    archive_client,
    create_client,
    entered_in,
    restore_client,
)
from storno.core.refusals import Absent
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.diary.forget import LINKS_FOR, forget_clients, forget_links
from storno.diary.messages.compose import page_of
from storno.diary.public import SessionIsLongOver, open_session
from storno.documents.erase import erase_expired
from storno.documents.models import Document, Reason
from storno.documents.public import LinkExpired, open_link
from storno.organizations.links import signed
from storno.organizations.models import LinkKind, PublicLink
from storno.organizations.models import Method as Invoicing
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.diary.practice import HOUR, practice
from tests.diary.recurring import recur
from tests.observe import everything, history, refused
from tests.reports.books import deliver, violations
from tests.world import World, found, line

LONG_AGO = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
"""What was issued then had to be kept until the end of 2021."""

OVER = datetime(2022, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    """An organization that issues at once and mails nothing."""
    return found(hold_seconds=0, default_channel="none")


def client(world: World, *, at: datetime = LONG_AGO) -> Client:
    """A client of long ago."""
    entered = ClientInput(
        kind=ClientKind.PERSON,
        name="Minnie Mouse",
        contact="Mickey",
        email="minnie@example.com",
        language="fi",
        business_id="",
        street="Aleksanterinkatu 2",
        postcode="00100",
        city="Helsinki",
        country="FI",
        term_days=21,
        phone="+358 40 123 4567",
        method=Invoicing.EXTERNAL,
        buyer_reference="PO 7",
    )
    return create_client(entered, who=world.who(), at=at)


def billed(world: World, minnie: Client, *, at: datetime = LONG_AGO, paid: bool = True) -> Document:
    """An invoice of 1240.00."""
    invoice = world.invoice(line(rate=_rate(at)), recipient=minnie, at=at)
    if paid:
        entered = PaymentInput(invoice.payable_minor, at.date(), MoneyKind.CASH)
        register_payment(invoice.id, entered, who=world.who(), at=at)
    return invoice


def _rate(at: datetime) -> Decimal:
    return Decimal("24") if at.year < 2024 else Decimal("25.5")


def archive(world: World, minnie: Client, *, at: datetime = LONG_AGO) -> None:
    """Put a client away."""
    archive_client(minnie.id, who=world.who(), at=at)


def row(world: World, id_: UUID) -> dict[str, Any]:
    """A client as it is stored."""
    with scope(world.id):
        return dict(Client.objects.filter(organization_id=world.id, id=id_).values().get())


def test_of_a_client_without_papers_only_the_number_is_left(world: World) -> None:
    minnie = client(world)
    billed(world, minnie)
    archive(world, minnie)
    erase_expired(world.id, at=OVER)
    before = everything(world)
    assert forget_clients(world.id, at=OVER) == 1
    assert row(world, minnie.id) == {
        "id": minnie.id,
        "organization_id": world.id,
        "time_zone": "",
        "told_by": "",
        "wants_reminders": True,
        "keep_until": None,
        "erasing_at": None,
        "kind": "person",
        "served": True,
        "shared": False,
        "number": 2,
        "name": "#2",
        "sort_key": "#2",
        "contact": "",
        "email": "",
        "phone": "",
        "language": "fi",
        "business_id": "",
        "street": "",
        "postcode": "",
        "city": "",
        "country": "",
        "term_days": None,
        "term_agreed": False,
        "channel": "",
        "method": "",
        "buyer_reference": "",
        "archived_at": LONG_AGO,
        "forgotten_at": OVER,
    }
    after = everything(world)
    assert {table for table in after if after[table] != before[table]} == {
        "clients_client",
        "clients_clientword",
        "history_event",
    }
    assert [word for word in before["clients_clientword"] if word["client_id"] != minnie.id] == (
        after["clients_clientword"]
    )
    assert [client for client in after["clients_client"] if client["id"] != minnie.id] == [
        client for client in before["clients_client"] if client["id"] != minnie.id
    ]
    (told,) = after["history_event"][len(before["history_event"]) :]
    assert (told["kind"], told["subject_id"], told["person_id"], told["facts"]) == (
        "client.forgotten",
        minnie.id,
        None,
        {"number": 2},
    )
    assert violations(world) == []
    assert forget_clients(world.id, at=OVER + DAY) == 0


def test_what_was_said_of_contacts_goes_with_a_client(world: World) -> None:
    """And who was there for its sake only; who was billed stays until its own papers are erased."""
    minnie, who = client(world), world.who()
    billed(world, minnie)
    donald = replace(entered_in(minnie), name="Donald", served=False)
    said = ContactInput(relation="uncle", case_number="A 1", recipient=True)
    alone = add_contact(minnie.id, donald, said, who=who, at=LONG_AGO)
    payer = add_contact(minnie.id, donald, ContactInput(told=True), who=who, at=LONG_AGO)
    of_daisy = add_contact(world.daisy.id, minnie.id, ContactInput(), who=who, at=LONG_AGO)
    billed(world, payer.party)
    archive(world, minnie)
    erase_expired(world.id, at=OVER)
    assert forget_clients(world.id, at=OVER) == 0, "it is still a contact of Daisy"
    remove_contact(world.daisy.id, of_daisy.id, who=who, at=OVER)
    assert forget_clients(world.id, at=OVER) == 2
    assert row(world, minnie.id)["name"] == "#2"
    assert everything(world)["clients_contact"] == []
    with pytest.raises(Client.DoesNotExist):
        row(world, alone.party_id)
    assert row(world, payer.party_id)["name"] == "#4"
    assert violations(world) == []


def test_it_never_comes_back(world: World) -> None:
    minnie = client(world)
    billed(world, minnie)
    archive(world, minnie)
    erase_expired(world.id, at=OVER)
    forget_clients(world.id, at=OVER)
    who = world.who()
    for deed in (archive_client, restore_client, delete_client):
        with refused(world, "client_forgotten"):
            deed(minnie.id, who=who, at=OVER)
    with refused(world, "client_forgotten"):
        amend_client(minnie.id, lambda _now: entered_in(minnie), who=who, at=OVER)
    with refused(world, "recipient: unknown_recipient"):
        world.draft(line(rate=_rate(OVER)), recipient=minnie, at=OVER)


def test_a_client_in_use_is_never_forgotten(world: World) -> None:
    """A paper that is kept, a draft, money open or owed back: each by itself holds a client."""
    kept, drafted, owing, owed, unbilled = (client(world) for _number in range(5))
    billed(world, kept)
    billed(world, kept, at=datetime(2016, 1, 7, 12, tzinfo=UTC))
    billed(world, drafted)
    world.draft(line(rate=_rate(LONG_AGO)), recipient=drafted, at=LONG_AGO)
    billed(world, owing, paid=False)
    credit_invoice(
        billed(world, owed).id, CreditRequest(Reason.CANCELLED), who=world.who(), at=LONG_AGO
    )
    for minnie in (kept, drafted, owing, owed, unbilled):
        archive(world, minnie)
    assert erase_expired(world.id, at=OVER) == 5
    before = everything(world)
    assert forget_clients(world.id, at=OVER) == 0
    assert everything(world) == before


def test_a_credit_note_holds_its_client_for_its_own_time(world: World) -> None:
    minnie = client(world)
    invoice = billed(world, minnie, paid=False)
    in_january = datetime(2016, 1, 7, 12, tzinfo=UTC)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=in_january)
    archive(world, minnie)
    assert erase_expired(world.id, at=OVER) == 1
    assert forget_clients(world.id, at=OVER) == 0
    a_year_later = datetime(2023, 1, 1, 12, tzinfo=UTC)
    assert erase_expired(world.id, at=a_year_later) == 1
    assert forget_clients(world.id, at=a_year_later) == 1


def test_one_on_offer_is_forgotten_when_nobody_has_touched_it_for_as_long(world: World) -> None:
    idle, touched = client(world), client(world)
    for minnie in (idle, touched):
        billed(world, minnie)
    touched_at = datetime(2015, 12, 31, 22, tzinfo=UTC)
    amend_client(touched.id, lambda _now: entered_in(touched), who=world.who(), at=touched_at)
    assert erase_expired(world.id, at=OVER) == 2
    assert forget_clients(world.id, at=OVER) == 1
    assert (row(world, idle.id)["name"], row(world, idle.id)["archived_at"]) == ("#2", OVER)
    assert row(world, touched.id)["name"] == "Minnie Mouse"
    assert forget_clients(world.id, at=datetime(2022, 12, 31, 21, tzinfo=UTC)) == 0
    assert forget_clients(world.id, at=datetime(2022, 12, 31, 22, tzinfo=UTC)) == 1


def test_one_that_a_draft_is_being_written_for_is_passed_over(world: World) -> None:
    """The draft's reference holds the row of its recipient until it is there to be seen."""
    minnie = client(world)
    billed(world, minnie)
    archive(world, minnie)
    erase_expired(world.id, at=OVER)
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"]) as writing:
        writing.execute("SELECT 1 FROM clients_client WHERE id = %s FOR KEY SHARE", [minnie.id])
        assert forget_clients(world.id, at=OVER) == 0
    assert forget_clients(world.id, at=OVER) == 1


def test_more_than_a_batch_goes_batch_by_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storno.diary.forget.BATCH", 2)
    for _number in range(3):
        minnie = client(world)
        billed(world, minnie)
        archive(world, minnie)
    erase_expired(world.id, at=OVER)
    assert forget_clients(world.id, at=OVER) == 3


def test_a_link_stays_until_its_invoice_is_erased(world: World) -> None:
    """Run out for years it is still known, so that a new one can be mailed."""
    old = world.invoice(line(rate=_rate(LONG_AGO)), channel="email", at=LONG_AGO)
    young = world.invoice(
        line(rate=_rate(LONG_AGO)), channel="email", at=datetime(2016, 1, 7, 12, tzinfo=UTC)
    )
    deliver(world, at=datetime(2016, 1, 7, 12, tzinfo=UTC))
    links = {
        link.subject_id: signed(link)
        for link in PublicLink.objects.filter(organization_id=world.id, kind=LinkKind.DOCUMENT)
    }
    assert forget_links(world.id, at=OVER) == 0
    with pytest.raises(LinkExpired):
        open_link(links[old.id], at=OVER)
    assert erase_expired(world.id, at=OVER) == 1
    assert forget_links(world.id, at=OVER) == 1
    with pytest.raises(Absent):
        open_link(links[old.id], at=OVER)
    with pytest.raises(LinkExpired):
        open_link(links[young.id], at=OVER)
    assert forget_links(world.id, at=OVER) == 0
    assert history(world, old.id) == ["invoice.issued", "document.erased"]
    assert young.retain_until == date(2022, 12, 31)


def test_a_link_to_a_session_goes_when_its_page_has_long_been_closed(at: datetime) -> None:
    paula = practice()
    alone = paula.book(at + HOUR, at=at)
    first, last = recur(paula, at + 3 * HOUR, "FREQ=WEEKLY;INTERVAL=26;COUNT=2", at=at).sessions
    with scope(paula.id):
        keys = [page_of(each).rpartition("/")[2] for each in (alone, first)]
    over = alone.ends_at + LINKS_FOR
    assert forget_links(paula.id, at=over) == 0
    with pytest.raises(SessionIsLongOver):
        open_session(keys[0], at=over)
    assert forget_links(paula.id, at=over + timedelta(seconds=1)) == 1
    with pytest.raises(Absent):
        open_session(keys[0], at=over)
    assert [each.id for each in open_session(keys[1], at=over).coming] == [last.id]
    assert forget_links(paula.id, at=last.ends_at + LINKS_FOR + HOUR) == 1
