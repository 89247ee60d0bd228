"""What is printed: an invoice, a credit note, a reminder or a statement, already reckoned.

Names follow EN 16931 where it has a term. Amounts are integers of the currency's minor unit and
positive on credit notes too; prices, quantities and percentages are decimals. Nothing is computed
here, but a paper that contradicts itself cannot be made.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from storno.printing.effect import Effect
from storno.printing.labels import Language
from storno.tax.category import TaxCategory

Kind = Literal["invoice", "credit_note", "reminder", "statement"]
Watermark = Literal["draft", "pending"]
Work = Literal["work", "material"]


class ContradictoryPaper(ValueError):
    """The data of a paper do not fit together; printing it would mislead whoever reads it."""


@dataclass(frozen=True, slots=True)
class PaperAddress:
    """A postal address (BG-5, BG-8); `country` is an ISO 3166 alpha-2 code."""

    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class PaperSeller:
    """Who issues (BG-4): `tax_id` as the law writes it, `FI12345671` or `974 760 673 MVA`.

    `tax_id` is empty outside the VAT register; a Norwegian company in the register of enterprises
    says "Foretaksregisteret" (bokføringsforskriften § 5-1-2).
    """

    name: str
    address: PaperAddress
    business_id: str
    tax_id: str = ""
    enterprise_register: bool = False
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class PaperBuyer:
    """Who receives (BG-7); `tax_id` where the buyer is liable for the tax.

    `reference` is BT-10, `case_number` BT-12.
    """

    name: str
    address: PaperAddress | None
    contact: str = ""
    business_id: str = ""
    tax_id: str = ""
    reference: str = ""
    case_number: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One invoiced thing (BG-25). `amount_minor` bears tax if `includes_tax`; `net_minor` never."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount_minor: int
    net_minor: int
    category: TaxCategory
    rate: Decimal = Decimal(0)
    includes_tax: bool = False
    discount_percent: Decimal = Decimal(0)
    delivered_on: date | None = None
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class PaperTax:
    """A part of the tax breakdown (BG-23); parts of one category and rate are printed as one.

    `exemption_reason` is BT-120.
    """

    category: TaxCategory
    rate: Decimal
    net_minor: int
    tax_minor: int
    exemption_reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentPart:
    """How an invoice is paid (BG-16): an IBAN, or a Norwegian account number.

    `reference` is the Finnish reference, `creditor_reference` the same as RF (ISO 11649), `kid`
    what a payment to a Norwegian account carries, `bar_code` the 54 digits of Finanssiala's virtual
    bar code, `qr_code` the text of EPC069-12. Terms are in days; `late_interest` in percent a year,
    or as the law has it.
    """

    account: str
    bic: str = ""
    reference: str = ""
    creditor_reference: str = ""
    kid: str = ""
    bar_code: str = ""
    qr_code: str = ""
    terms_days: int | None = None
    notice_days: int | None = None
    late_interest: Decimal | Literal["statutory"] | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The invoice that a credit note amends (BG-3; AVL 209 e § item 18)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Household:
    """Work and material with tax, apart, as the Finnish household deduction asks for them."""

    work_minor: int
    material_minor: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. Without a number it is a draft or a held credit note, and says so."""

    kind: Kind
    language: Language
    number: str | None
    issued_on: date | None
    currency: str
    seller: PaperSeller
    buyer: PaperBuyer
    lines: tuple[PaperLine, ...]
    taxes: tuple[PaperTax, ...]
    net_minor: int
    tax_minor: int
    payable_minor: int
    due_on: date | None = None
    delivered_on: date | None = None
    delivered_until: date | None = None
    payment: PaymentPart | None = None
    corrects: Corrected | None = None
    reason: str = ""
    effect: Effect | None = None
    text_before: str = ""
    text_after: str = ""
    household: Household | None = None
    watermark: Watermark | None = None

    def __post_init__(self) -> None:
        """Refuse what would mislead; raises `ContradictoryPaper`."""
        if (self.number is None) != (self.watermark is not None):
            raise ContradictoryPaper("a paper bears either a number or a watermark")
        if self.number is not None and self.issued_on is None:
            raise ContradictoryPaper("a numbered paper has a day of issue")
        if self.kind == "credit_note":
            if self.payment is not None or self.due_on is not None:
                raise ContradictoryPaper("a credit note cannot be paid")
            if self.corrects is None or self.effect is None:
                raise ContradictoryPaper("a credit note names its invoice and what it leaves")
        elif self.corrects is not None or self.effect is not None:
            raise ContradictoryPaper("an invoice corrects nothing")
        if self.number is None and self.payment is not None and _can_be_paid(self.payment):
            raise ContradictoryPaper("a paper without a number cannot be paid")
        if sum(line.net_minor for line in self.lines) != self.net_minor:
            raise ContradictoryPaper("the lines do not add up to the total")
        if (
            sum(tax.net_minor for tax in self.taxes) != self.net_minor
            or sum(tax.tax_minor for tax in self.taxes) != self.tax_minor
            or self.net_minor + self.tax_minor != self.payable_minor
        ):
            raise ContradictoryPaper("the tax groups do not add up to the total")


def _can_be_paid(payment: PaymentPart) -> bool:
    return bool(
        payment.reference
        or payment.creditor_reference
        or payment.kid
        or payment.bar_code
        or payment.qr_code
    )
