"""The pages of the bank: a file is uploaded, what waits is matched by one press, and undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from storno.bank import take_in
from storno.bank.models import BankFile, Entry
from storno.corrections.settle import register_payment
from storno.matching.meet import meet_new
from storno.organizations.models import Organization
from storno.payments.models import MoneyKind, Payment
from storno.payments.register import PaymentInput
from tests.bank.told import entries_of, statement, told
from tests.conftest import Clock
from tests.observe import everything
from tests.web.cast import count_of, member_as, row_of
from tests.web.papers.member import Member, Seen
from tests.world import World, found


def upload(member: Member, content: bytes, name: str = "june.xml") -> Seen:
    file = SimpleUploadedFile(name, content, "text/xml")
    return Seen(member.client.post(member.url("bank_upload"), {"file": file}, follow=True))


def met(world: World, clock: Clock) -> list[Entry]:
    """All entries, once those that are new have met the invoices."""
    while meet_new(world.id, at=clock.now):
        pass
    return entries_of(world)


def test_a_file_is_uploaded_matched_and_told_entry_by_entry(clock: Clock) -> None:
    world = found()
    alice = Member(world)
    empty = alice.get("bank")
    assert "Nothing from your bank yet" in empty.text
    assert alice.url("bank_upload") in empty.html
    invoice = world.invoice(at=clock.now)
    content = statement(
        told("1255.00", "A1", reference=invoice.payment_reference),
        told("60.00", "A2", text="rent", party="Landlord"),
        told("7.00", "A3", side="DBIT", party="Shop"),
        told("8.00", "A4", currency="JPY", reference="1009"),
    )
    seen = upload(alice, content)
    file = row_of(BankFile, world)
    assert (seen.path, seen.said) == (
        alice.url("bank_file", file.id),
        "4 new entries were read.",
    )
    assert "What was just read is being matched with your invoices." in seen.text
    met(world, clock)
    seen = alice.get("bank_file", file.id)
    assert "All 4 To match 2 Matched 1 Set aside 1" in seen.text
    assert f"Invoice {invoice.number} to Daisy Duck" in seen.text
    assert "By its reference, and as much as was open" in seen.text
    assert "¥" not in seen.text
    assert "8 JPY" in seen.text
    queued = alice.get("bank_file", file.id, state="queued").text
    assert ("It has no reference." in queued, "Money that went out." in queued) == (True, False)
    assert "To match 2" in alice.get("bank").text
    assert "€−7.00" not in alice.get("bank", state="aside").text
    assert "Shop" in alice.get("bank", state="aside").text
    before = everything(world)
    assert upload(alice, content).said == "This file was read before, so nothing has changed."
    assert everything(world) == before
    longer = statement(told("60.00", "A2"), told("1.00", "B1"), id="S2")
    seen = upload(alice, longer, "july.xml")
    assert seen.said == "1 new entry was read. 1 was known already."
    assert "1 entry of this file was known already, and stays as it is." in seen.text
    names = alice.get("bank_files").text
    assert names.index("july.xml") < names.index("june.xml")


def test_a_faulty_file_is_refused_beside_its_field(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = found()
    alice = Member(world)
    before = everything(world)
    seen = upload(alice, statement(told("1.00", "A1"))[:-30])
    assert (seen.status, "Line 5:" in seen.text) == (409, True)
    assert "Fetch the file from your bank again" in seen.text
    seen = upload(alice, b"")
    assert (seen.status, "The file is empty" in seen.text) == (409, True)
    assert alice.post("bank_upload").status == 422
    monkeypatch.setattr("storno.web.bank.views.MOST_BYTES", 10)
    seen = upload(alice, statement(told("1.00", "A1")))
    assert (seen.status, "This file is larger than 0 MB." in seen.text) == (422, True)
    assert everything(world) == before
    assert take_in.MOST_BYTES == 500_000_000


def test_what_waits_is_matched_by_one_press_and_undone(clock: Clock) -> None:
    world = found()
    alice, invoice = Member(world), world.invoice(at=clock.now)
    other = world.invoice(at=clock.now)
    content = statement(
        told("1300.00", "A1", text=f"invoice {invoice.number}", party_account=""),
        told("1255.00", "A2", party="", party_account=""),
    )
    upload(alice, content)
    over, plain = met(world, clock)
    seen = alice.get("bank")
    assert f"Likely: Invoice {invoice.number} to Daisy Duck" in seen.text
    assert "Its number is in the text, the name is the recipient's." in seen.text
    assert "€45.00 of it would be owed back." in seen.text
    assert "Pays it in full." in seen.text
    entry = alice.get("bank_entry", plain.id)
    assert "It has no reference." in entry.text
    done = alice.post("entry_match", over.id, invoice=str(invoice.id))
    assert (done.path, done.said) == (alice.url("bank"), "It is matched.")
    page = alice.get("invoice", invoice.id)
    assert "€45.00" in page.text
    assert alice.url("bank_entry", over.id) in page.html
    late = alice.post("entry_match", over.id, invoice=str(other.id))
    assert late.said.startswith("This entry does not wait to be matched any more.")
    assert count_of(Payment, world) == 1
    undoing = alice.get("entry_undoing", over.id)
    assert f"€1,300.00 from Daisy Duck is taken off invoice {invoice.number}" in undoing.text
    assert alice.post("entry_undoing", over.id, reason=" ").status == 422
    done = alice.post("entry_undoing", over.id, reason="Another one")
    assert done.path == alice.url("bank_entry", over.id)
    assert "The match was undone." in done.text
    assert "Reversed: Another one" in alice.get("invoice", invoice.id).text
    sought = alice.get("bank_entry", over.id, q=other.number)
    assert f"{other.number} · Daisy Duck Left to pay: €1,255.00." in sought.text
    assert "Nothing found for “zzz”" in alice.get("bank_entry", over.id, q="zzz").text
    alice.post("entry_match", over.id, invoice=str(other.id))
    assert "Nothing waits to be matched" not in alice.get("bank").text
    done = alice.post("entry_aside", plain.id, note="A gift")
    assert (done.path, done.said) == (alice.url("bank"), "It is set aside.")
    assert "Nothing waits to be matched" in done.text
    assert "A gift" in alice.get("bank", state="aside").text
    assert alice.post("entry_taken_up", plain.id).said == "It waits to be matched again."
    assert alice.post("entry_aside", plain.id, note="x" * 201).status == 422
    assert alice.post("entry_match", plain.id, invoice="nonsense").status == 404


def test_a_payment_by_hand_is_told_to_be_the_same_money(clock: Clock) -> None:
    world = found()
    alice, invoice = Member(world), world.invoice(at=clock.now)
    paid = PaymentInput(125_500, clock.now.date(), MoneyKind.BANK_TRANSFER)
    payment = register_payment(invoice.id, paid, who=world.who(), at=clock.now)
    upload(alice, statement(told("1255.00", "A1", reference=invoice.payment_reference)))
    (entry,) = met(world, clock)
    seen = alice.get("bank")
    assert "A payment like this was registered by hand already." in seen.text
    assert "Registered by hand on 16 June 2026; it is not paid twice." in seen.text
    alice.post("entry_match", entry.id, payment=str(payment.id))
    assert count_of(Payment, world) == 1
    page = alice.get("invoice", invoice.id)
    assert alice.url("bank_entry", entry.id) in page.html


def test_readers_look_and_who_sees_own_clients_only_does_not(clock: Clock) -> None:
    world = found()
    Organization.objects.filter(id=world.id).update(own_clients=True)
    upload(Member(world), statement(told("60.00", "A2", text="rent")))
    (entry,) = met(world, clock)
    reader = member_as(world, "reader")
    seen = reader.get("bank")
    assert (seen.status, reader.url("bank_upload") in seen.html) == (200, False)
    assert reader.url("entry_aside", entry.id) not in reader.get("bank_entry", entry.id).html
    assert reader.post("entry_aside", entry.id, note="").status == 403
    assert reader.get("bank_upload").status == 403
    practitioner = member_as(world, "practitioner")
    assert practitioner.url("bank") not in practitioner.get("home").html
    file = row_of(BankFile, world)
    for name, *ids in (
        ("bank",),
        ("bank_files",),
        ("bank_upload",),
        ("bank_file", file.id),
        ("bank_entry", entry.id),
        ("entry_undoing", entry.id),
    ):
        assert practitioner.get(name, *ids).status == 403, name
