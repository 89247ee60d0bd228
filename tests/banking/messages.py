"""Bank messages that tests write: camt.053 and camt.054, in the words of one version."""

from io import BytesIO

from storno.banking.entry import Entry, Statement
from storno.banking.read import read

ACCOUNT = "FI2112345600000785"


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around others; nothing where none are."""
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{said}>{''.join(inner)}</{name}>" if any(inner) else ""


def amount(written: str, currency: str = "EUR") -> str:
    return tag("Amt", written, Ccy=currency)


def balance(code: str, written: str, side: str = "CRDT", currency: str = "EUR") -> str:
    kind = tag("Tp", tag("CdOrPrtry", tag("Cd", code)))
    return tag("Bal", kind, amount(written, currency), tag("CdtDbtInd", side))


def detail(*inner: str) -> str:
    return tag("TxDtls", *inner)


def entry(
    written: str,
    *details: str,
    side: str = "CRDT",
    status: str = "BOOK",
    bank_id: str = "",
    more: str = "",
) -> str:
    return tag(
        "Ntry",
        amount(written),
        tag("CdtDbtInd", side),
        more,
        tag("Sts", tag("Cd", status)),
        tag("BookgDt", tag("Dt", "2026-11-20")),
        tag("AcctSvcrRef", bank_id),
        tag("NtryDtls", *details),
    )


def statement(*inner: str, id: str = "S1", name: str = "Stmt") -> str:
    return tag(name, tag("Id", id), tag("Acct", tag("Id", tag("IBAN", ACCOUNT))), "\n", *inner)


def message(*statements: str, kind: str = "camt.053.001.08") -> bytes:
    name = "BkToCstmrStmt" if kind.startswith("camt.053") else "BkToCstmrDbtCdtNtfctn"
    head = tag("GrpHdr", tag("MsgId", "M1"))
    body = tag(name, head, "\n", *statements)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + tag("Document", body, xmlns=f"urn:iso:std:iso:20022:tech:xsd:{kind}")
    ).encode()


def all_of(content: bytes) -> list[Statement | Entry]:
    return list(read(BytesIO(content)))


def entries_of(content: bytes) -> list[Entry]:
    return [each for each in all_of(content) if isinstance(each, Entry)]
