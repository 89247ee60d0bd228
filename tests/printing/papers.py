"""The papers that the tests print: of a designer in Helsinki, a psychologist and a joiner."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from storno.printing.effect import Effect, NothingToPay
from storno.printing.labels import Language
from storno.printing.paper import (
    Corrected,
    Household,
    Paper,
    PaperAddress,
    PaperBuyer,
    PaperLine,
    PaperSeller,
    PaperTax,
    PaymentPart,
)
from storno.references.barcode import finnish_barcode
from storno.references.epc import epc_payload
from storno.tax.category import TaxCategory

MOMENT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
IBAN = "FI2112345600000785"
DUE = date(2026, 12, 6)
STANDARD, OUTSIDE = TaxCategory.STANDARD, TaxCategory.OUTSIDE_SCOPE

AINO = PaperSeller(
    name="Aino Virtanen Tmi",
    address=PaperAddress("Puistokatu 4 B 12", "00140", "Helsinki", "FI"),
    business_id="1234567-1",
    tax_id="FI12345671",
    email="aino@virtanen.example",
    phone="+358 40 123 4567",
    website="virtanen.example",
)
FINNISH = Paper(
    kind="invoice",
    language="fi",
    number="2026-14",
    issued_on=date(2026, 11, 22),
    due_on=DUE,
    delivered_on=date(2026, 11, 1),
    delivered_until=date(2026, 11, 20),
    currency="EUR",
    seller=AINO,
    buyer=PaperBuyer(
        name="Rakennus Korhonen Oy",
        address=PaperAddress("Satamakatu 17", "20100", "Turku", "FI"),
        contact="Matti Korhonen",
        business_id="2345678-0",
        reference="Työmaa 88",
        case_number="2026/118",
    ),
    lines=(
        PaperLine("Suunnittelu", Decimal(12), "h", Decimal(65), 78000, 78000, STANDARD,
                  Decimal("25.50"), work="work"),
        PaperLine("Asennus", Decimal("3.50"), "h", Decimal(70), 22050, 22050, STANDARD,
                  Decimal("25.50"), discount_percent=Decimal(10),
                  delivered_on=date(2026, 11, 19)),
        PaperLine("Tammilista", Decimal(8), "kpl", Decimal("14.90"), 11920, 11920, STANDARD,
                  Decimal("25.50"), work="material"),
        PaperLine("Opas", Decimal(1), "kpl", Decimal(20), 2000, 2000, STANDARD, Decimal("13.50")),
    ),
    taxes=(
        PaperTax(STANDARD, Decimal("25.50"), 111970, 28552),
        PaperTax(STANDARD, Decimal("13.50"), 2000, 270),
    ),
    net_minor=113970,
    tax_minor=28822,
    payable_minor=142792,
    payment=PaymentPart(
        account=IBAN,
        bic="OKOYFIHH",
        reference="202600143",
        creditor_reference="RF78202600143",
        bar_code=finnish_barcode(
            iban=IBAN, amount_minor=142792, reference="202600143", due_on=DUE
        ),
        qr_code=epc_payload(
            name="Aino Virtanen Tmi", iban=IBAN, amount_minor=142792, reference="RF78202600143",
            bic="OKOYFIHH",
        ),
        terms_days=14,
        notice_days=8,
        late_interest=Decimal("10.5"),
    ),
    text_before="Kiitos tilauksesta!",
    text_after="Lämmin kiitos.",
)  # fmt: skip
GROSS = replace(
    FINNISH,
    language="en",
    lines=(
        PaperLine("Bathroom", Decimal(1), "", Decimal(1255), 125500, 100000, STANDARD,
                  Decimal("25.5"), includes_tax=True, work="work"),
        PaperLine("Tiles", Decimal(12), "m²", Decimal("25.10"), 30120, 24000, STANDARD,
                  Decimal("25.5"), includes_tax=True, work="material"),
    ),
    taxes=(PaperTax(STANDARD, Decimal("25.5"), 124000, 31620),),
    net_minor=124000,
    tax_minor=31620,
    payable_minor=155620,
    household=Household(work_minor=125500, material_minor=30120),
    payment=None,
)  # fmt: skip
PSYCHOLOGIST = Paper(
    kind="invoice",
    language="nb",
    number="1042",
    issued_on=date(2026, 11, 22),
    due_on=DUE,
    delivered_on=date(2026, 11, 10),
    currency="NOK",
    seller=PaperSeller(
        name="Lindqvist Psykologpraksis",
        address=PaperAddress("Markveien 35", "0554", "Oslo", "NO"),
        business_id="974 760 673",
    ),
    buyer=PaperBuyer("Ola Nordmann", PaperAddress("Storgata 1", "0155", "Oslo", "NO")),
    lines=(
        PaperLine("Time, 45 minutter", Decimal(1), "", Decimal(1350), 135000, 135000, OUTSIDE),
        PaperLine("Time, 45 minutter", Decimal(1), "", Decimal(1350), 135000, 135000, OUTSIDE,
                  delivered_on=date(2026, 11, 17)),
    ),
    taxes=(PaperTax(OUTSIDE, Decimal(0), 270000, 0),),
    net_minor=270000,
    tax_minor=0,
    payable_minor=270000,
    payment=PaymentPart(account="12345678903", terms_days=14, late_interest="statutory"),
)  # fmt: skip
JOINER = replace(
    PSYCHOLOGIST,
    number="2026-0231",
    seller=PaperSeller(
        name="Fjellheim Snekkerverksted AS",
        address=PaperAddress("Industriveien 7", "7018", "Trondheim", "NO"),
        business_id="974 760 673",
        tax_id="974 760 673 MVA",
        enterprise_register=True,
    ),
    lines=(
        PaperLine("Spisebord", Decimal(1), "stk", Decimal(18400), 1840000, 1840000, STANDARD,
                  Decimal(25)),
        PaperLine("Klimakvoter", Decimal(1), "", Decimal(100), 10000, 10000,
                  TaxCategory.REVERSE_CHARGE),
    ),
    taxes=(
        PaperTax(STANDARD, Decimal(25), 1840000, 460000),
        PaperTax(TaxCategory.REVERSE_CHARGE, Decimal(0), 10000, 0),
    ),
    net_minor=1850000,
    tax_minor=460000,
    payable_minor=2310000,
)  # fmt: skip


def credit_note(
    invoice: Paper,
    language: Language,
    effect: Effect | None = None,
    reason: str = "",
) -> Paper:
    """The credit note K7 of the whole invoice."""
    assert invoice.number is not None
    assert invoice.issued_on is not None
    return replace(
        invoice,
        kind="credit_note",
        language=language,
        number="K7",
        issued_on=date(2026, 11, 25),
        due_on=None,
        payment=None,
        corrects=Corrected(invoice.number, invoice.issued_on),
        effect=effect or NothingToPay(),
        reason=reason,
        text_before="",
        text_after="",
    )


def text_of(pdf: bytes) -> str:
    """The words of all pages, each space a plain one."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
