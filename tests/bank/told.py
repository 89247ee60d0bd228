"""What a bank tells in tests: small statements, taken in and met with invoices."""

from datetime import UTC, datetime
from io import BytesIO

from storno.bank.models import Entry
from storno.bank.take_in import TakenIn, take_in
from storno.matching.meet import meet_new
from storno.organizations.scope import scope
from tests.banking.messages import ACCOUNT, amount, message, tag
from tests.world import World

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)


def told(
    written: str,
    bank_id: str,
    *,
    reference: str = "",
    day: str = "2026-06-15",
    side: str = "CRDT",
    text: str = "",
    party: str = "Daisy Duck",
    party_account: str = "FI1410093000123458",
    end_to_end: str = "",
    reason: str = "",
    is_reversal: bool = False,
    currency: str = "EUR",
) -> str:
    """One entry of a statement with its one transaction."""
    role, its_account = (
        ("Dbtr", "DbtrAcct") if side == "CRDT" or is_reversal else ("Cdtr", "CdtrAcct")
    )
    remittance = tag(
        "RmtInf",
        tag("Ustrd", text),
        tag("Strd", tag("CdtrRefInf", tag("Ref", reference))),
    )
    return tag(
        "Ntry",
        amount(written, currency),
        tag("CdtDbtInd", side),
        tag("RvslInd", "true" if is_reversal else ""),
        tag("Sts", tag("Cd", "BOOK")),
        tag("BookgDt", tag("Dt", day)),
        tag("AcctSvcrRef", bank_id),
        tag(
            "NtryDtls",
            tag(
                "TxDtls",
                tag("Refs", tag("EndToEndId", end_to_end)),
                tag(
                    "RltdPties",
                    tag(role, tag("Pty", tag("Nm", party))),
                    tag(its_account, tag("Id", tag("IBAN", party_account))),
                ),
                remittance,
                tag("RtrInf", tag("Rsn", tag("Cd", reason))),
            ),
        ),
        "\n",
    )


def statement(*entries: str, account: str = ACCOUNT, id: str = "S1", kind: str = "Stmt") -> bytes:
    """A statement of one account."""
    form = "camt.053.001.08" if kind == "Stmt" else "camt.054.001.08"
    head = tag("Id", id), tag("Acct", tag("Id", tag("IBAN", account)))
    return message(tag(kind, *head, "\n", *entries), kind=form)


def take(world: World, content: bytes, *, name: str = "bank.xml", at: datetime = AT) -> TakenIn:
    """Take a file in, and nothing more."""
    return take_in(BytesIO(content), name, who=world.who(), at=at)


def bring(
    world: World, *entries: str, id: str = "S1", account: str = ACCOUNT, at: datetime = AT
) -> list[Entry]:
    """Take a statement in and let it meet the invoices; all entries there are, by their keys."""
    take(world, statement(*entries, id=id, account=account), at=at)
    while meet_new(world.id, at=at):
        pass
    return entries_of(world)


def entries_of(world: World) -> list[Entry]:
    with scope(world.id):
        return list(Entry.objects.filter(organization_id=world.id).order_by("booked_on", "id"))
