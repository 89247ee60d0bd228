"""What the bank of the demonstration's operator tells: small statements, read as any file is."""

from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

from storno.banking.amount import written_amount

CURRENCY = "EUR"
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: more than 0 came in from `party`, less went out to it, in cents."""

    amount_minor: int
    party: str
    account: str
    reference: str = ""
    text: str = ""
    end_to_end: str = ""


def statement(number: int, account: str, day: date, entries: tuple[Told, ...]) -> bytes:
    """The statement of a day, camt.053; its number makes the keys of its entries."""
    root = ET.Element("Document", xmlns=_NAMESPACE)
    message = ET.SubElement(root, "BkToCstmrStmt")
    _add(message, "GrpHdr/MsgId", f"DEMO{number}")
    told = ET.SubElement(message, "Stmt")
    _add(told, "Id", f"{number}")
    _add(told, "Acct/Id/IBAN", account)
    for place, each in enumerate(entries, start=1):
        _add_entry(ET.SubElement(told, "Ntry"), each, f"DEMO{number}-{place}", day)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(entry: ET.Element, told: Told, key: str, day: date) -> None:
    came_in = told.amount_minor > 0
    role, side = ("Dbtr", "CRDT") if came_in else ("Cdtr", "DBIT")
    _add(entry, "Amt", written_amount(abs(told.amount_minor), CURRENCY)).set("Ccy", CURRENCY)
    _add(entry, "CdtDbtInd", side)
    _add(entry, "Sts/Cd", "BOOK")
    _add(entry, "BookgDt/Dt", day.isoformat())
    _add(entry, "AcctSvcrRef", key)
    detail = ET.SubElement(ET.SubElement(entry, "NtryDtls"), "TxDtls")
    if told.end_to_end:
        _add(detail, "Refs/EndToEndId", told.end_to_end)
    _add(detail, f"RltdPties/{role}/Pty/Nm", told.party)
    _add(detail, f"RltdPties/{role}Acct/Id/IBAN", told.account)
    if told.text:
        _add(detail, "RmtInf/Ustrd", told.text)
    if told.reference:
        _add(detail, "RmtInf/Strd/CdtrRefInf/Ref", told.reference)


def _add(element: ET.Element, path: str, text: str) -> ET.Element:
    """Write a text at a path of elements, those that are not there yet among them."""
    *way, last = path.split("/")
    for name in way:
        found = element.find(name)
        element = ET.SubElement(element, name) if found is None else found
    made = ET.SubElement(element, last)
    made.text = text
    return made
