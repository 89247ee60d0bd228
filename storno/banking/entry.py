"""What a bank says of an account: a statement, and its entries, in one shape for every format."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood on an account: signed whole minor units of an ISO 4217 currency."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The head of what a bank sent of one account; the entries that follow belong to it.

    `account` is an IBAN, or a national number, as `plain_account` writes it. A balance is None
    where the bank gives none, and `currency` is "" where it does not say in which the account is
    kept.
    """

    format: str
    id: str
    account: str
    currency: str
    opening: Balance | None = None
    closing: Balance | None = None

    @property
    def kind(self) -> str:
        """The format without its version: `camt.053`, `camt.054`, `ocr_giro`.

        Each kind has keys of its own for the same money, so an account is kept by one of them.
        """
        return self.format[:8]


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the id that its payer had given it, and the bank's reason (ISO 20022)."""

    original: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One booked move of money on an account; `amount_minor` > 0 came in, < 0 went out.

    `key` is unique in its account, and the same in another file that tells of this entry again.
    `reference` is the structured one, `text` what the payer wrote; `party` paid, or was paid. With
    `is_reversal` the bank takes back what it had booked. What a bank does not say is "". A key has
    at most 200 signs, a text 10,000, all else 140.
    """

    account: str
    key: str
    booked_on: date
    amount_minor: int
    currency: str
    reference: str = ""
    text: str = ""
    party: str = ""
    party_account: str = ""
    end_to_end: str = ""
    returned: Returned | None = None
    is_reversal: bool = False
