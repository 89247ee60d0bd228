"""A client in one file: what is in it, who may have it, and that it counts as a look."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from zipfile import ZipFile

from storno.clients.looks import looks_at
from storno.corrections.refund import refund_invoice, reverse_refund
from storno.corrections.settle import reverse_payment
from storno.corrections.write_off import reverse_write_off, write_off_invoice
from storno.diary.models import Sight
from storno.diary.sight import open_diary
from storno.notices.send import notify
from storno.organizations.roles import Actor
from storno.organizations.scope import scope
from storno.payments.models import Why
from storno.payments.refund import GivenBack
from storno.payments.reverse_refund import Grounds
from storno.reports.client_file import client_file
from tests.deeds import pay
from tests.diary.practice import practice
from tests.observe import refused
from tests.world import World, found, line

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)


def packed(world: World, who: Actor) -> ZipFile:
    with scope(world.id):
        file = client_file(world.daisy.id, language="en", who=who, at=AT)
    return ZipFile(io.BytesIO(file.content))


def rows_of(archive: ZipFile, table: str) -> list[str]:
    return archive.read(f"{table}.csv").decode("utf-8-sig").splitlines()[1:]


def test_all_of_a_client_is_in_one_file() -> None:
    clinic = practice()
    world = clinic.world
    clinic.book(AT, at=AT, place="=1+1")
    invoice = world.invoice(line(rate=Decimal(25)), at=AT)
    notify(invoice.id, who=world.who(), at=AT)
    archive = packed(world, clinic.who())
    tables = (
        *("client", "contacts", "consents", "sessions", "payments", "letters", "notices"),
        "reminders",
        *("access", "history"),
    )
    papers = [f"papers/{invoice.number}.{ending}" for ending in ("json", "pdf")]
    assert sorted(archive.namelist()) == sorted(
        ["README.txt", *(f"{name}.csv" for name in tables), *papers]
    )
    assert archive.read(papers[1]).startswith(b"%PDF-")
    told = json.loads(archive.read(papers[0]))
    assert (told["number"], told["gross"]) == (invoice.number, "1250.00")
    assert told["particulars"]["buyer"]["name"] == "Daisy Duck"
    assert "\r\n1,Daisy Duck,person,daisy@example.com" in archive.read("client.csv").decode()
    assert ",'=1+1,1190" in archive.read("sessions.csv").decode()
    (_head, letter) = archive.read("letters.csv").decode("utf-8-sig").splitlines()
    assert letter.endswith(",payment_notification,email,daisy@example.com,queued")
    (_head, *notices) = archive.read("notices.csv").decode("utf-8-sig").splitlines()
    told = f"{invoice.number},notification,sent,{AT.isoformat()},{AT.isoformat()}"
    assert (notices[0], len(notices)) == (told, 3)
    assert rows_of(archive, "reminders") == []
    assert rows_of(archive, "access") == [f"{AT.isoformat()},Paula,primary"]
    assert "Recipient 1 was saved." in archive.read("history.csv").decode()
    assert (
        "What is kept here under number 1, as far as you may read it."
        in archive.read("README.txt").decode()
    )
    with scope(world.id):
        assert len(looks_at(world.daisy.id, world.id)) == 1


def test_what_came_and_what_went_back_adds_up_to_what_is_held() -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(at=AT)
    by_mistake = pay(world, invoice, 5_000, at=AT)
    reverse_payment(by_mistake.id, "Typed twice", who=world.who(), at=AT)
    pay(world, invoice, 130_000, at=AT)
    given = GivenBack(AT.date(), "cash")
    refunded = refund_invoice(invoice.id, given, who=world.who(), at=AT)
    reverse_refund(refunded.id, Grounds(Why.MISTAKE, "Not yet"), who=world.who(), at=AT)
    refund_invoice(invoice.id, given, amount_minor=500, who=world.who(), at=AT)
    lost = write_off_invoice(world.invoice(at=AT).id, relieved=True, who=world.who(), at=AT)
    reverse_write_off(lost.id, "She will pay", who=world.who(), at=AT)
    told = [row.split(",") for row in rows_of(packed(world, world.who()), "payments")]
    assert [(kind, amount) for kind, _on, _number, _currency, amount in told] == [
        ("payment", "50.00"),
        ("reversal", "-50.00"),
        ("payment", "1300.00"),
        ("refund", "-45.00"),
        ("refund_reversal", "45.00"),
        ("refund", "-5.00"),
        ("write_off", "1255.00"),
        ("write_off_reversal", "-1255.00"),
    ]
    assert {tuple(row[1:4]) for row in told[:-2]} == {("2026-06-16", invoice.number, "EUR")}


def test_it_holds_no_more_than_whoever_makes_it_may_read() -> None:
    clinic = practice()
    world = clinic.world
    session = clinic.book(AT, at=AT, place="Secret room")
    office, as_office = clinic.member("otto", "office")
    for who in (as_office, world.who()):
        archive = packed(world, who)
        assert len(archive.read("sessions.csv").splitlines()) == 1
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert b"Secret room" not in whole
        assert b"A session was" not in whole
        assert ("consents.csv" in archive.namelist()) == (who != as_office)
        assert ("looks.csv" in archive.namelist()) == (who != as_office)
    assert rows_of(archive, "looks") == [f"{AT.isoformat()},Alice", f"{AT.isoformat()},Otto"]
    open_diary(office.id, Sight.VIEW, who=clinic.who(), at=AT)
    assert session.description in packed(world, as_office).read("sessions.csv").decode()
    with refused(world, "not_allowed"), scope(world.id):
        client_file(world.daisy.id, language="en", who=world.who("reader"), at=AT)
