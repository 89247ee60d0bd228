"""Where in camt.053 and camt.054 stands what is read: a tree of elements, for all versions alike.

Source: ISO 20022, BankToCustomerStatement and BankToCustomerDebitCreditNotification 001.02 to .13.
What later versions moved (`Sts/Cd`, `Dbtr/Pty/Nm`) stands here beside its former place.
"""

from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    """What a place holds."""

    OUTER = auto()
    """Only what stands in it matters."""
    GROUP = auto()
    """It begins a new thing, which takes up all that stands in it."""
    TEXT = auto()
    TEXTS = auto()
    """Text of which there may be more than one."""
    AMOUNT = auto()
    DAY = auto()


@dataclass(slots=True)
class Place:
    """An element at its place: the name of what it holds, and what stands in it by its tag."""

    path: str = ""
    kind: Kind = Kind.OUTER
    name: str = ""
    inner: dict[str, "Place"] = field(default_factory=dict)


_DETAIL = "Ntry/NtryDtls/TxDtls"

_GROUPS = {"Bal": "balance", "Ntry": "entry", _DETAIL: "detail"}

_TEXT = {
    "Id": "id",
    "ElctrncSeqNb": "sequence",
    "StmtPgntn/PgNb": "page",
    "StmtPgntn/LastPgInd": "is_last",
    "NtfctnPgntn/PgNb": "page",
    "Acct/Id/IBAN": "account",
    "Acct/Id/Othr/Id": "account",
    "Acct/Ccy": "currency",
    "Bal/Tp/CdOrPrtry/Cd": "code",
    "Bal/CdtDbtInd": "side",
    "Ntry/CdtDbtInd": "side",
    "Ntry/RvslInd": "is_reversal",
    "Ntry/Sts": "status",
    "Ntry/Sts/Cd": "status",
    "Ntry/AcctSvcrRef": "bank_id",
    "Ntry/AddtlNtryInf": "said",
    f"{_DETAIL}/CdtDbtInd": "side",
    f"{_DETAIL}/Refs/AcctSvcrRef": "bank_id",
    f"{_DETAIL}/Refs/EndToEndId": "end_to_end",
    f"{_DETAIL}/Refs/InstrId": "instruction",
    f"{_DETAIL}/Refs/TxId": "transaction",
    f"{_DETAIL}/RtrInf/Rsn/Cd": "reason",
    f"{_DETAIL}/RtrInf/Rsn/Prtry": "reason",
    f"{_DETAIL}/AddtlTxInf": "said",
}
for _party, _name in {"Dbtr": "debtor", "Cdtr": "creditor"}.items():
    _TEXT |= {
        f"{_DETAIL}/RltdPties/{_party}/Nm": _name,
        f"{_DETAIL}/RltdPties/{_party}/Pty/Nm": _name,
        f"{_DETAIL}/RltdPties/{_party}Acct/Id/IBAN": f"{_name}_account",
        f"{_DETAIL}/RltdPties/{_party}Acct/Id/Othr/Id": f"{_name}_account",
    }

_TEXTS = {
    f"{_DETAIL}/RmtInf/Ustrd": "text",
    f"{_DETAIL}/RmtInf/Strd/CdtrRefInf/Ref": "reference",
    f"{_DETAIL}/RmtInf/Strd/AddtlRmtInf": "text",
}

_AMOUNTS = {
    "Bal/Amt": "amount",
    "Ntry/Amt": "amount",
    f"{_DETAIL}/Amt": "amount",
    f"{_DETAIL}/AmtDtls/TxAmt/Amt": "moved",
}

_DAYS = {
    "Ntry/BookgDt/Dt": "booked_on",
    "Ntry/BookgDt/DtTm": "booked_on",
    "Ntry/ValDt/Dt": "value_on",
    "Ntry/ValDt/DtTm": "value_on",
}


def document(namespace: str, message: str, statement: str) -> Place:
    """The tree of a message: its document, in it `message`, in it each `statement`.

    Tags are as expat writes them: the namespace, a space, the name. What is of another namespace
    has no place, and is passed over.
    """
    root = Place()
    for kind, names in (
        (Kind.GROUP, {"": "statement"} | _GROUPS),
        (Kind.TEXT, _TEXT),
        (Kind.TEXTS, _TEXTS),
        (Kind.AMOUNT, _AMOUNTS),
        (Kind.DAY, _DAYS),
    ):
        for path, name in names.items():
            place = root
            for tag in f"{message}/{statement}/{path}".rstrip("/").split("/"):
                walked = f"{place.path}/{tag}".lstrip("/")
                place = place.inner.setdefault(f"{namespace} {tag}", Place(walked))
            place.kind, place.name = kind, name
    return root
