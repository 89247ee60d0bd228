"""What the elements of a camt message hold, taken down under the names of their places."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NoReturn, Self

from storno.banking.account import plain_account
from storno.banking.amount import NoAmount, read_amount
from storno.banking.places import Kind, Place
from storno.banking.unreadable import Reason, Unreadable

Amount = tuple[int, str]
"""Whole minor units without sign, and their currency."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_CHOICES = {
    "side": ("CRDT", "DBIT"),
    "is_reversal": ("true", "false", "1", "0"),
    "is_last": ("true", "false", "1", "0"),
}
_LONGEST = {"said": 500, "page": 5, "sequence": 18, "text": 10_000}
_LONGEST_ID = 140
"""Of every other text. ISO 20022 lets ids have 35 signs and names 140; some banks write more."""
_NO_ID = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"})
"""What stands where somebody had to write an id and had none."""


class Misplaced(Exception):
    """What is written may not stand at its place, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Found:
    """What has been read of a statement, a balance, an entry or a detail, which began at `line`."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    more: dict[str, list[str]] = field(default_factory=dict)
    amounts: dict[str, Amount] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    balances: list["Found"] = field(default_factory=list)
    details: list["Detail"] = field(default_factory=list)
    signs: int = 0

    def keep(self, place: Place, text: str, currency: str = "") -> None:
        """Take down what stands at a place, if anything does. Raises Misplaced."""
        kind, name = place.kind, place.name
        if kind is Kind.AMOUNT:
            if name in self.amounts:
                raise Misplaced(Reason.REPEATED)
            self.amounts[name] = _read_amount(text, currency), currency
        elif not text:
            return
        elif len(text) > _LONGEST.get(name, _LONGEST_ID):
            raise Misplaced(Reason.OUT_OF_BOUNDS)
        elif kind is Kind.TEXT:
            if name in self.texts:
                raise Misplaced(Reason.REPEATED)
            if name in _CHOICES and text not in _CHOICES[name]:
                raise Misplaced(Reason.BAD_VALUE)
            self.texts[name] = text
        elif kind is Kind.DAY:
            if name in self.days:
                raise Misplaced(Reason.REPEATED)
            self.days[name] = _read_day(text)
        else:
            self.more.setdefault(name, []).append(text)

    def text(self, name: str, what: str) -> str:
        """A text that must be there. Raises Unreadable."""
        return self.texts.get(name) or self.missing(what)

    def amount(self, what: str) -> Amount:
        """The amount, which must be there. Raises Unreadable."""
        return self.amounts.get("amount") or self.missing(what)

    def missing(self, what: str) -> NoReturn:
        """Refuse the file. Raises Unreadable."""
        raise Unreadable(self.line, Reason.MISSING, what)

    def id(self, name: str) -> str:
        """An id that somebody gave; "" where only its place is filled."""
        given = self.texts.get(name, "")
        return "" if given.upper() in _NO_ID else given


@dataclass(slots=True)
class Detail:
    """One transaction of an entry, as far as the bank says anything of it."""

    bank_id: str = ""
    side: str = ""
    amounts: tuple[Amount, ...] = ()
    reference: str = ""
    text: str = ""
    debtor: str = ""
    debtor_account: str = ""
    creditor: str = ""
    creditor_account: str = ""
    end_to_end: str = ""
    original: str = ""
    reason: str = ""

    @classmethod
    def of(cls, found: Found) -> Self:
        """A detail by what has been found of it.

        Of several references none is the one: they are shown as text, for a person to decide.
        """
        references = list(dict.fromkeys(found.more.get("reference", ())))
        texts = found.more.get("text", [])
        end_to_end = found.id("end_to_end")
        if len(references) > 1:
            texts = references + texts
        given = found.texts
        return cls(
            bank_id=found.id("bank_id"),
            side=given.get("side", ""),
            amounts=tuple(found.amounts.values()),
            reference=references[0] if len(references) == 1 else "",
            text=" ".join(texts) or given.get("said", ""),
            debtor=given.get("debtor", ""),
            debtor_account=plain_account(given.get("debtor_account", "")),
            creditor=given.get("creditor", ""),
            creditor_account=plain_account(given.get("creditor_account", "")),
            end_to_end=end_to_end,
            original=end_to_end or found.id("transaction") or found.id("instruction"),
            reason=given.get("reason", ""),
        )

    def signed_in(self, currency: str, side: str) -> int | None:
        """What it moved in a currency; None where the bank does not say."""
        for minor, written_in in self.amounts:
            if written_in == currency:
                return minor if (self.side or side) == "CRDT" else -minor
        return None


@lru_cache(1024)
def _read_amount(text: str, currency: str) -> int:
    """Whole minor units; most amounts stand twice in their entry. Raises Misplaced."""
    try:
        return read_amount(text, currency)
    except NoAmount:
        raise Misplaced(Reason.BAD_AMOUNT) from None


@lru_cache(64)
def _read_day(text: str) -> date:
    """The day that is written, alone or in a moment; its zone is the bank's. Raises Misplaced."""
    written = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(written[1] if written else "")
    except ValueError:
        raise Misplaced(Reason.BAD_DAY) from None
