"""What the elements of a camt message say together: balances, entries, and whether they add up."""

import re

from storno.banking.account import plain_account
from storno.banking.entry import Balance, Entry, Returned, Statement
from storno.banking.found import Amount, Detail, Found
from storno.banking.unreadable import Reason, Unreadable

_ACCOUNT = re.compile(r"[0-9A-Z./-]{1,34}", re.ASCII)
_CURRENCY = re.compile(r"([A-Z]{3})?", re.ASCII)
"""Banks may leave it out."""
_YES = ("true", "1")
_NO = ("false", "0")
_LONGEST_TEXT = 10_000


class Page:
    """A statement on its way: its head, and the sum of the entries that have come of it."""

    def __init__(self, format: str, head: Found) -> None:
        account = plain_account(head.text("account", "Acct/Id"))
        currency = head.texts.get("currency", "")
        if not _ACCOUNT.fullmatch(account) or not _CURRENCY.fullmatch(currency):
            raise Unreadable(head.line, Reason.BAD_VALUE, "Acct")
        self.statement = Statement(
            format=format,
            id=head.text("id", "Id"),
            account=account,
            currency=currency,
            opening=_balance(head.balances, "OPBD") or _balance(head.balances, "PRCD"),
            closing=_balance(head.balances, "CLBD"),
        )
        number = head.texts.get("page", "1")
        sequence = head.texts.get("sequence", "")
        self.place = "/".join(filter(None, [self.statement.id, sequence, number]))
        self._is_whole = number.lstrip("0") == "1" and head.texts.get("is_last") not in _NO
        self._entries = 0
        self._sums: dict[str, int] = {}

    def entries(self, found: Found) -> list[Entry]:
        """What is booked by one entry: its transactions where they add up to it, else itself.

        Nothing where it is still expected, or only told. Raises Unreadable.
        """
        self._entries += 1
        size, currency = found.amount("Ntry/Amt")
        side = found.text("side", "Ntry/CdtDbtInd")
        if found.text("status", "Ntry/Sts") != "BOOK":
            return []
        minor = size if side == "CRDT" else -size
        self._sums[currency] = self._sums.get(currency, 0) + minor
        details = found.details
        if len(details) == 1:
            (only,) = details
            only.text = only.text or found.texts.get("said", "")
            where = only.bank_id or found.id("bank_id") or f"{self.place}#{self._entries}"
            return [self._entry(found, (minor, currency), where, only)]
        parts = [each.signed_in(currency, side) for each in details]
        told = [part for part in parts if part is not None]
        if len(details) < 2 or len(told) < len(details) or sum(told) != minor:
            details, told = [_of_one_mind(details, found.texts.get("said", ""))], [minor]
        return [
            self._entry(found, (part, currency), where, detail)
            for part, where, detail in zip(told, self._wheres(found, details), details, strict=True)
        ]

    def close(self, line: int) -> None:
        """Prove the sum, where the bank tells enough for that. Raises Unreadable."""
        opening, closing = self.statement.opening, self.statement.closing
        if opening is None or closing is None or not self._is_whole:
            return
        if {opening.currency, closing.currency, *self._sums} != {opening.currency}:
            return
        moved = self._sums.get(opening.currency, 0)
        if opening.amount_minor + moved != closing.amount_minor:
            raise Unreadable(line, Reason.WRONG_SUM)

    def _wheres(self, found: Found, details: list[Detail]) -> list[str]:
        """Where each is found again: by the bank's own id, else by its place in the statement."""
        ids = [detail.bank_id for detail in details]
        if "" not in ids and len(set(ids)) == len(ids):
            return ids
        whole = found.id("bank_id") or f"{self.place}#{self._entries}"
        if len(details) == 1:
            return [whole]
        return [f"{whole}.{number}" for number in range(1, len(details) + 1)]

    def _entry(self, found: Found, amount: Amount, where: str, detail: Detail) -> Entry:
        minor, currency = amount
        booked_on = found.days.get("booked_on") or found.days.get("value_on")
        if booked_on is None:
            found.missing("Ntry/BookgDt")
        payer = detail.debtor, detail.debtor_account
        payee = detail.creditor, detail.creditor_account
        is_reversal = found.texts.get("is_reversal") in _YES
        # What goes back keeps the parties of its original, at most banks.
        comes_in = (minor >= 0) != (is_reversal or bool(detail.reason))
        party, other = (payer, payee) if comes_in else (payee, payer)
        if party[1] == self.statement.account:
            party = other if other[1] != party[1] else ("", "")
        return Entry(
            account=self.statement.account,
            # Some banks give one id to a payment and its fee, or write the same one each month.
            key=f"{where} {booked_on} {minor}",
            booked_on=booked_on,
            amount_minor=minor,
            currency=currency,
            reference=detail.reference,
            text=detail.text,
            party=party[0],
            party_account=party[1],
            end_to_end=detail.end_to_end,
            returned=Returned(detail.original, detail.reason) if detail.reason else None,
            is_reversal=is_reversal,
        )


def _of_one_mind(details: list[Detail], said: str) -> Detail:
    """What all details of an entry say alike, and all their texts; else what the entry says."""
    one = Detail()
    for name in Detail.__slots__:
        if name not in ("side", "amounts", "text"):
            values = {getattr(each, name) for each in details}
            setattr(one, name, values.pop() if len(values) == 1 else "")
    texts = dict.fromkeys(each.text for each in details if each.text)
    one.text = " ".join(texts)[:_LONGEST_TEXT] or said
    return one


def _balance(balances: list[Found], code: str) -> Balance | None:
    """The only balance of a kind; of several none is the one. Raises Unreadable."""
    found = [each for each in balances if each.texts.get("code") == code]
    if len(found) != 1:
        return None
    minor, currency = found[0].amount("Bal/Amt")
    is_credit = found[0].text("side", "Bal/CdtDbtInd") == "CRDT"
    return Balance(minor if is_credit else -minor, currency)
