"""The letters, word by word: what the recipient is told, per case and language."""

from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connections

from storno.clients.models import Client
from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.corrections.settle import register_payment
from storno.corrections.take_lines import CreditLine
from storno.documents.files import pdf_of
from storno.documents.models import Document, Line, Reason
from storno.documents.send import send_document
from storno.mailroom.mailbox import KeptLetter
from storno.organizations.links import signed
from storno.organizations.models import PublicLink
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from storno.people.models import Person
from storno.references.creditor import creditor_reference, spaced_in_fours
from storno.references.finnish import spaced
from tests.documents.mail import change_seller, deliver_all
from tests.world import World, found, line

DAY = timedelta(days=1)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def world() -> World:
    """An organization that issues at once and can be reached."""
    world = found(hold_seconds=0)
    change_seller(world, email="alice@example.com", phone="+358 40 123 4567")
    return world


def address(world: World) -> str:
    """The address of the one public page."""
    return f"http://localhost:8000/i/{signed(PublicLink.objects.get(organization_id=world.id))}"


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    """Register a payment."""
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.CASH)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def credit(world: World, invoice: Document, at: datetime, amount_minor: int = 0) -> None:
    """Credit the rest, or a part of the first line."""
    lines = None
    if amount_minor:
        with scope(world.id):
            first = Line.objects.get(organization_id=world.id, document_id=invoice.id, position=0)
        lines = (CreditLine(first.id, amount_minor=amount_minor),)
    request = CreditRequest(Reason.CANCELLED, lines=lines)
    credit_invoice(invoice.id, request, who=world.who(), at=at)


INVOICE = {
    "en": (
        "Invoice 2026-0001 from Alice Example",
        """Hello Daisy Duck,

Here is invoice 2026-0001 from Alice Example. It is attached as a PDF.

€1,255.00 to pay by 30 June 2026.

Payee: Alice Example
IBAN: FI21 1234 5600 0007 85
Reference: {reference}
RF: {rf}

See the invoice:
{address}

The page behind the link always shows what holds now.

Questions? Your answer to this e-mail goes to Alice Example.

--{blank}
Alice Example
Mannerheimintie 1, 00100 Helsinki
alice@example.com
+358 40 123 4567
""",
        "Invoice-2026-0001.pdf",
    ),
    "fi": (
        "Lasku 2026-0001, Alice Example",
        """Hei Daisy Duck,

Tässä on lasku 2026-0001, lähettäjä Alice Example. Lasku on liitteenä PDF-tiedostona.

Maksettavaa 1 255,00 €, eräpäivä 30.6.2026.

Saaja: Alice Example
IBAN: FI21 1234 5600 0007 85
Viitenumero: {reference}
RF: {rf}

Katso lasku:
{address}

Linkin takana näkyy aina, mikä on voimassa juuri nyt.

Kysyttävää? Vastauksesi tähän viestiin saa Alice Example.

--{blank}
Alice Example
Mannerheimintie 1, 00100 Helsinki
alice@example.com
+358 40 123 4567
""",
        "Lasku-2026-0001.pdf",
    ),
    "nb": (
        "Faktura 2026-0001 fra Alice Example",
        """Hei Daisy Duck,

Her er faktura 2026-0001 fra Alice Example. Den er vedlagt som PDF.

1 255,00 € å betale innen 30. juni 2026.

Mottaker: Alice Example
IBAN: FI21 1234 5600 0007 85
Referanse: {reference}
RF: {rf}

Se fakturaen:
{address}

Siden bak lenken viser alltid hva som gjelder nå.

Spørsmål? Svaret ditt på denne e-posten går til Alice Example.

--{blank}
Alice Example
Mannerheimintie 1, 00100 Helsinki
alice@example.com
+358 40 123 4567
""",
        "Faktura-2026-0001.pdf",
    ),
}


@pytest.mark.parametrize("language", INVOICE)
def test_the_letter_with_an_invoice(world: World, at: datetime, language: str) -> None:
    invoice = world.invoice(at=at, language=language)
    (letter,) = deliver_all(world, at=at)
    subject, text, name = INVOICE[language]
    assert letter.subject == subject
    assert letter.text.replace(NBSP, " ") == text.format(
        reference=spaced(invoice.payment_reference),
        rf=spaced_in_fours(creditor_reference(invoice.payment_reference)),
        address=address(world),
        blank=" ",
    )
    assert (letter.to, letter.reply_to) == ("daisy@example.com", "alice@example.com")
    assert letter.sender == "Alice Example <no-reply@localhost>"
    with scope(world.id):
        pdf = pdf_of(invoice.id, organization_id=world.id)
    assert [(part.name, part.media_type, part.content) for part in letter.attachments] == [
        (name, "application/pdf", pdf)
    ]
    assert says_the_same(letter)


def says_the_same(letter: KeptLetter) -> bool:
    """Whether the HTML has every line of the text, in the letter's language."""
    html = unescape(letter.html)
    parts = [part for row in letter.text.splitlines() for part in row.split(": ")]
    shown = all(part.rstrip(":") in html for part in parts if part.strip("- "))
    return shown and f'<html lang="{letter.language}">' in html


HOLDS = {
    "nothing": {
        "en": "The invoice is cancelled. There is nothing to pay.",
        "fi": "Lasku on peruutettu. Maksettavaa ei ole.",
        "nb": "Fakturaen er kreditert. Det er ingenting å betale.",
    },
    "still": {
        "en": "€1,129.50 is still to be paid by 30 June 2026. "
        "Please pay with the payment details of invoice 2026-0001.",
        "fi": "Maksettavaa on vielä 1 129,50 €, eräpäivä 30.6.2026. "
        "Maksakaa laskun 2026-0001 maksutiedoilla.",
        "nb": "1 129,50 € gjenstår å betale innen 30. juni 2026. "
        "Betal med betalingsopplysningene på faktura 2026-0001.",
    },
    "owed": {
        "en": "There is nothing to pay. €1,255.00 is owed back.",
        "fi": "Maksettavaa ei ole. Palautettavaa on 1 255,00 €.",
        "nb": "Det er ingenting å betale. 1 255,00 € skal betales tilbake.",
    },
    "part paid": {
        "en": "There is nothing to pay.",
        "fi": "Maksettavaa ei ole.",
        "nb": "Det er ingenting å betale.",
    },
}
CREDIT_NOTE = {
    "en": """Hello Daisy Duck,

Here is credit note 2026-K1 from Alice Example. It is attached as a PDF.

It credits {amount} of invoice 2026-0001 of 16 June 2026.

{holds}

See the invoice:
{address}

The page behind the link always shows what holds now.

Questions? Your answer to this e-mail goes to Alice Example.
""",
    "fi": """Hei Daisy Duck,

Tässä on hyvityslasku 2026-K1, lähettäjä Alice Example. Hyvityslasku on liitteenä PDF-tiedostona.

Se hyvittää {amount} laskusta 2026-0001, päivätty 16.6.2026.

{holds}

Katso lasku:
{address}

Linkin takana näkyy aina, mikä on voimassa juuri nyt.

Kysyttävää? Vastauksesi tähän viestiin saa Alice Example.
""",
    "nb": """Hei Daisy Duck,

Her er kreditnota 2026-K1 fra Alice Example. Den er vedlagt som PDF.

Den krediterer {amount} av faktura 2026-0001 av 16. juni 2026.

{holds}

Se fakturaen:
{address}

Siden bak lenken viser alltid hva som gjelder nå.

Spørsmål? Svaret ditt på denne e-posten går til Alice Example.
""",
}
CREDIT_SUBJECT = {
    "en": "Credit note 2026-K1 from Alice Example",
    "fi": "Hyvityslasku 2026-K1, Alice Example",
    "nb": "Kreditnota 2026-K1 fra Alice Example",
}
AMOUNTS = {
    "en": ("€1,255.00", "€125.50", "€1,255.00", "€1,129.50"),
    "fi": ("1 255,00 €", "125,50 €", "1 255,00 €", "1 129,50 €"),
    "nb": ("1 255,00 €", "125,50 €", "1 255,00 €", "1 129,50 €"),
}


@pytest.mark.parametrize("language", ["en", "fi", "nb"])
@pytest.mark.parametrize("case", list(HOLDS))
def test_the_letter_with_a_credit_note_says_what_holds(
    world: World, at: datetime, case: str, language: str
) -> None:
    invoice = world.invoice(at=at, language=language)
    deliver_all(world, at=at)
    if case == "owed":
        pay(world, invoice, 125500, at)
    if case == "part paid":
        pay(world, invoice, 12550, at)
    part = {"still": 10000, "part paid": 90000}.get(case, 0)
    credit(world, invoice, at + DAY, part)
    *_invoice, letter = deliver_all(world, at=at + DAY)
    amount = AMOUNTS[language][list(HOLDS).index(case)]
    head, _line, foot = letter.text.replace(NBSP, " ").partition("\n-- \n")
    assert head == CREDIT_NOTE[language].format(
        amount=amount, holds=HOLDS[case][language], address=address(world)
    )
    assert foot.startswith("Alice Example\n")
    assert letter.subject == CREDIT_SUBJECT[language]
    (pdf,) = letter.attachments
    assert pdf.name.endswith("-2026-K1.pdf")
    assert says_the_same(letter)


def test_a_late_invoice_letter_says_what_holds_meanwhile(world: World, at: datetime) -> None:
    """It was in the queue while the invoice was cancelled: nobody pays by mistake."""
    invoice = world.invoice(at=at, language="en")
    credit(world, invoice, at)
    first, second = deliver_all(world, at=at)
    assert (first.subject, second.subject) == (INVOICE["en"][0], CREDIT_SUBJECT["en"])
    assert "The invoice is cancelled. There is nothing to pay." in first.text
    assert "IBAN" not in first.text
    assert "€" not in first.text


def test_an_invoice_sent_again_asks_for_what_is_open(world: World, at: datetime) -> None:
    invoice = world.invoice(at=at, language="en")
    pay(world, invoice, 25500, at)
    send_document(invoice.id, address="new@example.com", who=world.who(), at=at)
    *_first, again = deliver_all(world, at=at)
    assert "€1,000.00 is still to be paid by 30 June 2026." in again.text
    assert "IBAN: FI21 1234 5600 0007 85" in again.text


def test_a_free_invoice_asks_for_nothing(world: World, at: datetime) -> None:
    world.invoice(line("0.00"), at=at, language="en")
    (letter,) = deliver_all(world, at=at)
    assert "It is attached as a PDF.\n\nThere is nothing to pay.\n\nSee the invoice:" in letter.text


def test_all_letters_of_an_invoice_carry_the_same_link(world: World, at: datetime) -> None:
    """Its own, one to another address, and its credit note's; after expiry a later one."""
    invoice = world.invoice(at=at, language="en")
    send_document(invoice.id, address="new@example.com", who=world.who(), at=at + DAY)
    credit(world, invoice, at + 2 * DAY)
    letters = deliver_all(world, at=at + 2 * DAY)
    assert [address(world) in letter.text for letter in letters] == [True] * 4
    first = PublicLink.objects.get(organization_id=world.id)
    assert invoice.due_on is not None
    assert first.expires_on == invoice.due_on + 90 * DAY
    late = at + 120 * DAY
    send_document(invoice.id, address="late@example.com", who=world.who(), at=late)
    *_before, letter = deliver_all(world, at=late)
    latest = PublicLink.objects.filter(organization_id=world.id).latest("id")
    assert (latest.id != first.id, latest.expires_on) == (True, late.date() + 90 * DAY)
    assert signed(latest) in letter.text


def test_a_credit_note_leads_to_no_invoice_that_was_erased(world: World, at: datetime) -> None:
    """It is kept longer than its invoice; the page behind the link would show nothing."""
    invoice = world.invoice(at=at, language="en")
    credit(world, invoice, at)
    deliver_all(world, at=at)
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM documents_particulars WHERE document_id = %s", [str(invoice.id)])
    with scope(world.id):
        note = Document.objects.get(organization_id=world.id, corrects_id=invoice.id)
    send_document(note.id, who=world.who(), at=at)
    *_before, letter = deliver_all(world, at=at)
    assert letter.subject == CREDIT_SUBJECT["en"]
    assert [attached.name for attached in letter.attachments] == ["Credit-note-2026-K1.pdf"]
    for words in ("/i/", "See the invoice", "behind the link"):
        assert (words in letter.text, words in letter.html) == (False, False)
    assert "The invoice is cancelled. There is nothing to pay." in letter.text


def test_what_was_bought_stands_in_no_subject_and_no_letter(world: World, at: datetime) -> None:
    world.invoice(line(description="Couples therapy"), at=at, opening_text="After the divorce")
    (letter,) = deliver_all(world, at=at)
    for text in (letter.subject, letter.text, letter.html):
        assert "therapy" not in text
        assert "divorce" not in text


def test_names_are_text_and_never_markup(world: World, at: datetime) -> None:
    change_seller(world, name='<b onload="x">A & B</b>', email="", phone="")
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(
            name="<script>alert(1)</script> & Co"
        )
    world.invoice(at=at, language="en")
    (letter,) = deliver_all(world, at=at)
    assert "<script>" not in letter.html
    assert "<b " not in letter.html
    assert "Hello &lt;script&gt;alert(1)&lt;/script&gt; &amp; Co," in letter.html
    assert "Hello <script>alert(1)</script> & Co," in letter.text
    assert letter.sender == '"<b onload=\\"x\\">A & B</b>" <no-reply@localhost>'
    assert letter.reply_to == ""
    assert "Questions?" not in letter.text


@pytest.mark.parametrize(
    ("fields", "greeting"),
    [
        ({}, "Hello Daisy Duck,"),
        ({"contact": "Della"}, "Hello Della,"),
        ({"business_id": "2345678-0"}, "Hello,"),
        ({"business_id": "2345678-0", "contact": "Della"}, "Hello Della,"),
    ],
)
def test_a_person_is_greeted_by_name(
    world: World, at: datetime, fields: dict[str, str], greeting: str
) -> None:
    with scope(world.id):
        Client.objects.filter(organization_id=world.id).update(**fields)
    world.invoice(at=at, language="en")
    (letter,) = deliver_all(world, at=at)
    assert letter.text.startswith(f"{greeting}\n\n")


def test_a_norwegian_letter_says_what_to_write_on_the_payment(at: datetime) -> None:
    world = found("NO", hold_seconds=0)
    world.invoice(line(rate=Decimal(25)), at=at, language="nb")
    (letter,) = deliver_all(world, at=at)
    text = letter.text.replace(NBSP, " ")
    assert "1 250,00 kr å betale innen 30. juni 2026." in text
    assert "Mottaker: Alice Example\nKontonummer: 8601 11 17947\nMelding: 2026-0001\n" in text


STOPPED = {
    "en": (
        "The credit note on invoice 2026-0001 was stopped",
        (
            "This is about invoice 2026-0001.\n\n"
            "The credit note over €1,255.00 was stopped because a payment came in. "
            "The credit note was not sent."
        ),
        "The invoice stands as it was, and the payment counts.",
    ),
    "fi": (
        "Laskun 2026-0001 hyvityslasku pysäytettiin",
        (
            "Viesti koskee laskua 2026-0001.\n\n"
            "Hyvityslasku pysäytettiin, koska maksu saapui; summa 1 255,00 €. "
            "Hyvityslaskua ei lähetetty."
        ),
        "Lasku on ennallaan, ja maksu on kirjattu.",
    ),
    "nb": (
        "Kreditnotaen på faktura 2026-0001 ble stoppet",
        (
            "Det gjelder faktura 2026-0001.\n\n"
            "Kreditnotaen på 1 255,00 € ble stoppet fordi en betaling kom inn. "
            "Kreditnotaen ble ikke sendt."
        ),
        "Fakturaen står som før, og betalingen teller.",
    ),
}


@pytest.mark.parametrize("language", STOPPED)
def test_the_member_is_told_that_a_payment_stopped_the_credit_note(
    at: datetime, language: str
) -> None:
    world = found(hold_seconds=1200)
    Person.objects.filter(id=world.alice.id).update(language=language)
    invoice = world.invoice(at=at)
    credit(world, invoice, at)
    pay(world, invoice, 125500, at)
    *_invoice, letter = deliver_all(world, at=at)
    subject, told, holds = STOPPED[language]
    greeting = "Hello Alice" if language == "en" else "Hei Alice"
    assert (letter.to, letter.subject) == (world.alice.email, subject)
    assert letter.sender == "Storno <no-reply@localhost>"
    said = letter.text.replace(NBSP, " ")
    assert said.startswith(f"{greeting},\n\n{told}\n\n{holds}\n\n")
    page = f"http://localhost:8000/o/{world.organization.slug}/invoices/{invoice.id}/\n"
    assert page in letter.text
    assert letter.attachments == ()
    assert says_the_same(letter)
