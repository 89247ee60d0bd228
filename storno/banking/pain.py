"""pain.001.001.09: credit transfers in euros that a bank is asked to make, in one file.

The same batch gives the same bytes at any time, so a file that was lost is made again.
Source: ISO 20022, pain.001.001.09; European Payments Council, EPC132-08 (2025).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from storno.banking.amount import written_amount
from storno.banking.sepa_text import is_sepa_id, sepa_text

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_REFERENCE = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}|[0-9]{4,20}", re.ASCII)
_LARGEST_MINOR = 999_999_999_99
"""Of one payment: 999,999,999.99 euros."""
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_STREET, _LONGEST_TOWN, _LONGEST_CODE = 70, 140, 70, 35, 16


class Unpayable(ValueError):
    """What no bank would take; `payment` is the id of the payment, "" where it is the batch."""

    def __init__(self, what: str, payment: str = "") -> None:
        super().__init__(f"{payment}: {what}" if payment else what)
        self.what = what
        self.payment = payment


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives. Banks take it by its parts only: with a town and a country, or not."""

    town: str
    country: str
    street: str = ""
    post_code: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid: an IBAN without blanks; the BIC where it is known."""

    name: str
    account: str
    bic: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One transfer of so many cents. `id` comes back in the payer's entry and to the payee.

    It says what it is for by a `reference` of the payee (Finnish or RF), else by a `text`.
    """

    id: str
    payee: Party
    amount_minor: int
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Payments that leave one account on one day."""

    id: str
    payer: Party
    made_at: datetime
    pay_on: date
    payments: tuple[Payment, ...]


def credit_transfers(batch: Batch) -> bytes:
    """The file for the bank. Raises Unpayable."""
    _check(batch)
    root = ET.Element("Document", xmlns=_NAMESPACE)
    message = ET.SubElement(root, "CstmrCdtTrfInitn")
    made_at = batch.made_at.astimezone(UTC)
    _add(message, "GrpHdr/MsgId", batch.id)
    _add(message, "GrpHdr/CreDtTm", f"{made_at:%Y-%m-%dT%H:%M:%SZ}")
    _add_sum(message, "GrpHdr", batch.payments)
    _add(message, "GrpHdr/InitgPty/Nm", sepa_text(batch.payer.name, _LONGEST_NAME))
    _add(message, "PmtInf/PmtInfId", batch.id)
    _add(message, "PmtInf/PmtMtd", "TRF")
    # Each payment is booked by itself, so that each comes back under its own id.
    _add(message, "PmtInf/BtchBookg", "false")
    _add_sum(message, "PmtInf", batch.payments)
    _add(message, "PmtInf/PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(message, "PmtInf/ReqdExctnDt/Dt", batch.pay_on.isoformat())
    group = message[-1]
    _add_party(group, "Dbtr", batch.payer)
    _add(group, "DbtrAcct/Id/IBAN", batch.payer.account)
    if batch.payer.bic:
        _add(group, "DbtrAgt/FinInstnId/BICFI", batch.payer.bic)
    else:
        _add(group, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _add(group, "ChrgBr", "SLEV")
    for payment in batch.payments:
        _add_payment(ET.SubElement(group, "CdtTrfTxInf"), payment)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _check(batch: Batch) -> None:
    """Raises Unpayable."""
    if not is_sepa_id(batch.id):
        raise Unpayable("id")
    if not batch.payments:
        raise Unpayable("payments")
    _check_party(batch.payer, "")
    seen: set[str] = set()
    for payment in batch.payments:
        if not is_sepa_id(payment.id) or payment.id in seen:
            raise Unpayable("id", payment.id)
        seen.add(payment.id)
        if not 0 < payment.amount_minor <= _LARGEST_MINOR:
            raise Unpayable("amount", payment.id)
        if payment.reference and not _REFERENCE.fullmatch(payment.reference):
            raise Unpayable("reference", payment.id)
        _check_party(payment.payee, payment.id)


def _check_party(party: Party, payment: str) -> None:
    """Raises Unpayable."""
    if not sepa_text(party.name, _LONGEST_NAME):
        raise Unpayable("name", payment)
    if not _IBAN.fullmatch(party.account):
        raise Unpayable("account", payment)
    if party.bic and not _BIC.fullmatch(party.bic):
        raise Unpayable("bic", payment)
    if party.address and not (
        sepa_text(party.address.town, _LONGEST_TOWN) and _COUNTRY.fullmatch(party.address.country)
    ):
        raise Unpayable("address", payment)


def _add_sum(message: ET.Element, path: str, payments: tuple[Payment, ...]) -> None:
    total = sum(payment.amount_minor for payment in payments)
    _add(message, f"{path}/NbOfTxs", str(len(payments)))
    _add(message, f"{path}/CtrlSum", written_amount(total, "EUR"))


def _add_payment(transfer: ET.Element, payment: Payment) -> None:
    payee = payment.payee
    _add(transfer, "PmtId/EndToEndId", payment.id)
    _add(transfer, "Amt/InstdAmt", written_amount(payment.amount_minor, "EUR"), Ccy="EUR")
    if payee.bic:
        _add(transfer, "CdtrAgt/FinInstnId/BICFI", payee.bic)
    _add_party(transfer, "Cdtr", payee)
    _add(transfer, "CdtrAcct/Id/IBAN", payee.account)
    if payment.reference:
        _add(transfer, "RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd", "SCOR")
        _add(transfer, "RmtInf/Strd/CdtrRefInf/Ref", payment.reference)
    elif text := sepa_text(payment.text, _LONGEST_TEXT):
        _add(transfer, "RmtInf/Ustrd", text)


def _add_party(parent: ET.Element, tag: str, party: Party) -> None:
    _add(parent, f"{tag}/Nm", sepa_text(party.name, _LONGEST_NAME))
    if address := party.address:
        _add(parent, f"{tag}/PstlAdr/StrtNm", sepa_text(address.street, _LONGEST_STREET))
        _add(parent, f"{tag}/PstlAdr/PstCd", sepa_text(address.post_code, _LONGEST_CODE))
        _add(parent, f"{tag}/PstlAdr/TwnNm", sepa_text(address.town, _LONGEST_TOWN))
        _add(parent, f"{tag}/PstlAdr/Ctry", address.country)


def _add(parent: ET.Element, path: str, text: str, **attributes: str) -> None:
    """Add a text at the end of a path, in the elements that were added last; nothing if empty."""
    if not text:
        return
    *outer, last = path.split("/")
    for tag in outer:
        is_open = len(parent) > 0 and parent[-1].tag == tag
        parent = parent[-1] if is_open else ET.SubElement(parent, tag)
    ET.SubElement(parent, last, attributes).text = text
