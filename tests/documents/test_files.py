"""What is on paper: mapped from frozen rows, filed once, the same bytes each time."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from storno.archive.models import File
from storno.clients.models import Client, ClientKind
from storno.core.refusals import Absent
from storno.corrections.credit import credit_invoice, read_plan
from storno.corrections.facts import gather, lock_standing
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.corrections.preview import preview_of_credit
from storno.corrections.take_lines import CreditLine
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.documents.files import (
    ErasedLawfully,
    file_name,
    paper_of,
    pdf_of,
    preview_of_draft,
    recent_without_pdf,
)
from storno.documents.models import Document, Line, Particulars, Reason
from storno.documents.public import open_link
from storno.organizations.countries import COUNTRIES
from storno.organizations.links import signed
from storno.organizations.models import PublicLink, Settings
from storno.organizations.scope import scope
from storno.printing.effect import NothingToPay, StillToPay
from storno.printing.layout import account_pairs
from storno.printing.paper import Corrected, Household, Paper, PaperTax
from storno.references.barcode import finnish_barcode
from storno.references.creditor import creditor_reference
from storno.references.finnish import is_finnish_reference, spaced
from storno.tax.category import TaxCategory
from tests.documents.mail import change_seller, words_of
from tests.world import World, found, line


def paper(world: World, document: Document) -> Paper:
    """A document as it is printed."""
    with scope(world.id):
        return paper_of(document.id, organization_id=world.id)


def pdf(world: World, document: Document) -> bytes:
    """A document as PDF."""
    with scope(world.id):
        return pdf_of(document.id, organization_id=world.id)


def files(world: World) -> int:
    """How many files there are."""
    with scope(world.id):
        return File.objects.filter(organization_id=world.id).count()


def company(world: World, **fields: object) -> Client:
    """A company as a client."""
    with scope(world.id):
        return Client.objects.create(
            **{
                "organization_id": world.id,
                "kind": ClientKind.COMPANY,
                "number": 7,
                "name": "Scrooge Oy",
                "sort_key": "scrooge oy",
                "contact": "Della Duck",
                "email": "della@example.com",
                "business_id": "2345678-0",
                "street": "Satamakatu 17",
                "postcode": "20100",
                "city": "Turku",
                "country": "FI",
            }
            | fields
        )


def test_an_invoice_on_paper(at: datetime) -> None:
    world = found()
    change_seller(world, email="alice@example.com", phone="+358 40 1", website="alice.example")
    invoice = world.invoice(
        line(),
        line("99.90", "2.5", gross=True, discount="10"),
        at=at,
        language="en",
        buyer_reference="Site 88",
        case_number="2026/118",
        opening_text="Thank you.",
        closing_text="Welcome back.",
    )
    it = paper(world, invoice)
    assert (it.kind, it.language, it.number, it.currency) == ("invoice", "en", "2026-0001", "EUR")
    assert (it.seller.name, it.seller.business_id, it.seller.tax_id) == (
        "Alice Example",
        "2077474-0",
        "FI20774740",
    )
    assert (it.seller.email, it.seller.phone) == ("alice@example.com", "+358 40 1")
    assert (it.buyer.name, it.buyer.reference, it.buyer.tax_id) == ("Daisy Duck", "Site 88", "")
    assert it.buyer.case_number == "2026/118"
    assert [(row.amount_minor, row.net_minor, row.includes_tax) for row in it.lines] == [
        (100000, 100000, False),
        (22478, 17911, True),
    ]
    assert it.taxes == (
        PaperTax(TaxCategory.STANDARD, Decimal("25.50"), 100000, 25500),
        PaperTax(TaxCategory.STANDARD, Decimal("25.50"), 17911, 4567),
    )
    assert (it.net_minor, it.tax_minor, it.payable_minor) == (117911, 30067, 147978)
    assert (it.text_before, it.text_after) == ("Thank you.", "Welcome back.")
    assert (it.due_on, it.watermark, it.household) == (invoice.due_on, None, None)
    assert it.payment is not None
    reference = invoice.payment_reference
    assert is_finnish_reference(reference)
    assert (it.payment.account, it.payment.reference) == ("FI2112345600000785", reference)
    assert it.payment.creditor_reference == creditor_reference(reference)
    assert it.payment.bar_code == finnish_barcode(
        iban="FI2112345600000785", amount_minor=147978, reference=reference, due_on=invoice.due_on
    )
    assert it.payment.qr_code.splitlines() == [
        *("BCD", "002", "1", "SCT", "", "Alice Example", "FI2112345600000785", "EUR1479.78"),
        *("", creditor_reference(reference)),
    ]
    assert (it.payment.terms_days, it.payment.late_interest) == (14, "statutory")
    words = words_of(pdf(world, invoice))
    for shown in ("INVOICE", "2026-0001", "Daisy Duck", "€1,479.78", "Site 88", spaced(reference)):
        assert shown in words


def test_the_pdf_is_filed_once_and_is_the_same_each_time(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    first = pdf(world, invoice)
    assert first.startswith(b"%PDF")
    change_seller(world, name="Somebody Else", street="Elsewhere 1")
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(name="Daisy Mouse")
    assert pdf(world, invoice) == first
    assert files(world) == 1
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM archive_file WHERE organization_id = %s", [str(world.id)])
    assert pdf(world, invoice) == first


def test_of_two_who_render_at_once_one_is_filed(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    together, got = Barrier(2), []

    def render() -> None:
        together.wait()
        got.append(pdf(world, invoice))
        connection.close()

    threads = [Thread(target=render) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got[0] == got[1]
    assert files(world) == 1


def test_a_free_invoice_asks_for_nothing(at: datetime) -> None:
    world = found()
    it = paper(world, world.invoice(line("0.00"), at=at))
    assert (it.payable_minor, it.payment, it.due_on) == (0, None, None)


@pytest.mark.parametrize("account", ["86011117947", "FI2112345600000785", "NO9386011117947"])
def test_an_invoice_in_kroner_has_neither_reference_nor_codes(at: datetime, account: str) -> None:
    """Reference, bar code and QR code are of payments in euros, on whatever account."""
    world = found("NO", hold_seconds=0)
    change_seller(world, account=account)
    invoice = world.invoice(line(rate=Decimal(25)), at=at, language="nb")
    it = paper(world, invoice)
    assert it.payment is not None
    assert (it.payment.account, it.currency, it.payable_minor) == (account, "NOK", 125000)
    assert (it.payment.reference, it.payment.creditor_reference) == ("", "")
    assert (it.payment.bar_code, it.payment.qr_code) == ("", "")
    assert account_pairs(it.payment, it)[-1] == ("Melding", "2026-0001")
    assert invoice.payment_reference == ""
    link = signed(PublicLink.objects.get(organization_id=world.id))
    assert open_link(link, at=at).payment == it.payment
    assert (it.seller.business_id, it.seller.tax_id) == ("974 760 673", "974 760 673 MVA")


def test_the_terms_of_the_day_of_issue_are_printed(at: datetime) -> None:
    """An own late interest is for companies; of a person the law has it."""
    world = found(notice_days=8, late_interest=Decimal("10.5"))
    to_a_person = world.invoice(at=at)
    with scope(world.id):
        Client.objects.filter(id=world.daisy.id).update(kind=ClientKind.COMPANY)
    to_a_company = world.invoice(at=at)
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(notice_days=0, late_interest=0)
    later = world.invoice(at=at)
    parts = [paper(world, each).payment for each in (to_a_person, to_a_company, later)]
    assert [(part.notice_days, part.late_interest) for part in parts if part] == [
        (8, "statutory"),
        (8, Decimal("10.5")),
        (None, "statutory"),
    ]


@pytest.mark.parametrize(
    "account", ["DE89370400440532013000", "ES3158721648828049450359", "NO1336240431609"]
)
def test_an_account_abroad_has_a_qr_code_with_the_number(at: datetime, account: str) -> None:
    """Check digits of the country's own are not asked for, when entered or when printed."""
    world = found()
    assert COUNTRIES["FI"].plain_account(account) == account
    change_seller(world, account=account)
    it = paper(world, world.invoice(at=at))
    assert it.payment is not None
    assert (it.payment.reference, it.payment.bar_code) == ("", "")
    assert it.payment.qr_code.splitlines()[-1] == "2026-0001"


def test_why_there_is_no_tax(at: datetime) -> None:
    """The usual reason is of exempt services; a draft's own explains what bears 0 % as well."""
    world = found()
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(
            zero_rate_open=True, reverse_charge_open=True, exemption_reason="AVL 34 §"
        )
    scrooge = company(world)

    def reasons(*categories: TaxCategory, own: str = "") -> list[tuple[str, str]]:
        lines = [line(category=category) for category in categories]
        invoice = world.invoice(*lines, at=at, recipient=scrooge, exemption_reason=own)
        it = paper(world, invoice)
        return [(tax.category.value, tax.exemption_reason) for tax in it.taxes]

    standard, exempt, zero = TaxCategory.STANDARD, TaxCategory.EXEMPT, TaxCategory.ZERO
    assert reasons(standard, exempt) == [("standard", ""), ("exempt", "AVL 34 §")]
    outside = TaxCategory.OUTSIDE_SCOPE
    assert reasons(exempt, outside) == [("exempt", "AVL 34 §"), ("outside_scope", "")]
    assert reasons(outside) == [("outside_scope", "AVL 34 §")]
    assert reasons(exempt, zero, own="AVL 34 §, AVL 70 §") == [
        ("exempt", "AVL 34 §, AVL 70 §"),
        ("zero", "AVL 34 §, AVL 70 §"),
    ]
    assert reasons(zero, outside, own="AVL 70 §") == [("zero", "AVL 70 §"), ("outside_scope", "")]
    assert reasons(TaxCategory.REVERSE_CHARGE) == [("reverse_charge", "")]


def test_with_reverse_charge_the_buyer_shows_its_vat_number(at: datetime) -> None:
    world = found()
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(reverse_charge_open=True)
    scrooge = company(world)
    reverse = line(category=TaxCategory.REVERSE_CHARGE)
    it = paper(world, world.invoice(reverse, at=at, recipient=scrooge))
    assert (it.buyer.business_id, it.buyer.tax_id) == ("2345678-0", "FI23456780")
    assert (it.buyer.name, it.buyer.contact) == ("Scrooge Oy", "Della Duck")
    plain = paper(world, world.invoice(at=at, recipient=scrooge))
    assert plain.buyer.tax_id == ""


def test_work_and_material_for_the_household_deduction(at: datetime) -> None:
    """With tax, by lines of both pricings and an unmarked one; all parts add up to the total."""
    world = found()
    it = paper(
        world,
        world.invoice(
            replace(line("333.33"), work="work"),
            replace(line("10.01"), work="material"),
            replace(line("100.00", gross=True), work="work"),
            line("50.00"),
            at=at,
        ),
    )
    assert it.household == Household(work_minor=41833 + 10000, material_minor=1256)
    assert it.payable_minor == 41833 + 10000 + 1256 + 6275


def test_a_credit_note_on_paper(at: datetime) -> None:
    world = found(hold_seconds=0)
    invoice = world.invoice(line(), line("10.00"), at=at, language="en")
    with scope(world.id):
        first = Line.objects.get(organization_id=world.id, document_id=invoice.id, position=0)
    request = CreditRequest(
        Reason.WRONG_PRICE,
        reason_text="agreed by phone",
        reason_text_printed=True,
        lines=(CreditLine(first.id, amount_minor=20000),),
    )
    given = credit_invoice(invoice.id, request, who=world.who(), at=at + timedelta(days=1))
    assert isinstance(given, Credited)
    it = paper(world, given.credit_note)
    assert (it.kind, it.number, it.payment, it.due_on) == ("credit_note", "2026-K1", None, None)
    assert it.corrects == Corrected("2026-0001", invoice.issued_on)
    assert invoice.due_on is not None
    assert it.effect == StillToPay(101655, "EUR", invoice.due_on)
    assert it.reason == "The price on the invoice was wrong. agreed by phone"
    assert it.payable_minor == 25100
    rest = CreditRequest(Reason.CANCELLED, reason_text="internal")
    last = credit_invoice(invoice.id, rest, who=world.who(), at=at + timedelta(days=1))
    assert isinstance(last, Credited)
    it = paper(world, last.credit_note)
    assert (it.effect, it.reason) == (
        NothingToPay(cancelled=True),
        "The order or booking was cancelled.",
    )
    assert "internal" not in words_of(pdf(world, last.credit_note))


def test_a_draft_as_pdf(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at, language="en")
    with scope(world.id):
        content = preview_of_draft(draft, at=at)
    words = words_of(content)
    for shown in ("DRAFT", "Draft, not issued", "Daisy Duck", "€1,255.00", "30 June 2026"):
        assert shown in words
    assert "Reference" not in words
    assert files(world) == 0


def test_an_unfinished_draft_as_pdf(at: datetime) -> None:
    world = found()
    draft = create_draft(DraftInput(None, (), language="en"), who=world.who(), at=at)
    with scope(world.id):
        words = words_of(preview_of_draft(draft, at=at))
    assert "Draft, not issued" in words
    assert "€0.00" in words


def test_a_credit_note_on_hold_as_pdf(at: datetime) -> None:
    world = found(hold_seconds=1200)
    invoice = world.invoice(at=at, language="en")
    request = CreditRequest(Reason.CANCELLED)
    with scope(world.id):
        case, plan = read_plan(invoice.id, request, who=world.who(), at=at)
        planned = words_of(preview_of_credit(case, plan, at=at))
    credit_invoice(invoice.id, request, who=world.who(), at=at)
    with scope(world.id):
        case = gather(lock_standing(invoice.id, world.id), who=world.who(), at=at)
        held = words_of(preview_of_credit(case, plan, at=at))
    assert held == planned
    for shown in (
        *("CREDIT NOTE", "PENDING", "Pending, not issued yet", "€1,255.00"),
        "Credits invoice 2026-0001 of 16 June 2026.",
        "The invoice is cancelled. There is nothing to pay.",
    ):
        assert shown in held
    assert "K1" not in held


def test_what_was_erased_cannot_be_shown(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with connections["owner"].cursor() as owner:
        owner.execute(
            f"DELETE FROM {Particulars._meta.db_table} WHERE organization_id = %s", [str(world.id)]
        )
    with pytest.raises(ErasedLawfully):
        pdf(world, invoice)
    with pytest.raises(ErasedLawfully):
        paper(world, invoice)
    assert files(world) == 0


def test_what_is_not_there_is_absent(at: datetime) -> None:
    world, other = found(), found()
    invoice = other.invoice(at=at)
    for document_id in (uuid4(), invoice.id):
        with scope(world.id), pytest.raises(Absent):
            pdf_of(document_id, organization_id=world.id)


@pytest.mark.parametrize(
    ("language", "number", "name"),
    [
        ("en", "2026-0001", "Invoice-2026-0001.pdf"),
        ("fi", "2026/7", "Lasku-2026-7.pdf"),
        ("nb", "A B\\7", "Faktura-A-B-7.pdf"),
    ],
)
def test_a_file_name_that_every_system_takes(language: str, number: str, name: str) -> None:
    assert file_name(Document(kind="invoice", language=language, number=number)) == name
    note = Document(kind="credit_note", language="fi", number="K1")
    assert file_name(note) == "Hyvityslasku-K1.pdf"


def test_what_was_issued_just_now_and_has_no_pdf(at: datetime) -> None:
    world = found()
    old = world.invoice(at=at - timedelta(hours=1))
    first, second = world.invoice(at=at), world.invoice(at=at)
    with scope(world.id):
        assert recent_without_pdf(world.id, at=at, limit=9) == [first.id, second.id]
        assert recent_without_pdf(world.id, at=at, limit=1) == [first.id]
        pdf_of(first.id, organization_id=world.id)
        assert recent_without_pdf(world.id, at=at, limit=9) == [second.id]
    assert old.id not in (first.id, second.id)
