"""Reading a seller's client money: what is held of it, for whom, and what came of each payment."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Literal, TypeVar
from uuid import UUID

from storno.core.pages import checked_limit
from storno.core.refusals import NotAllowed
from storno.custody.books import (
    FEE,
    FEE_VAT,
    PAYABLE,
    PAYER,
    PREPAYMENT_RESERVE,
    TO_PAYERS,
    VAT_RESERVE,
    WAITING,
)
from storno.custody.models import FeeOnCredit, Return, SetAside, SetAsideReversal, Split
from storno.custody.plan import returned_of
from storno.custody.set_aside import standing_set_asides
from storno.custody.split import Shares, add_up
from storno.custody.terms import terms_of
from storno.documents.models import Document
from storno.ledger.balances import credited
from storno.organizations.roles import Actor

Kind = Literal["payment", "reversal", "return"]
Row = TypeVar("Row", bound=Split)


@dataclass(frozen=True, slots=True)
class Held:
    """What lies on the client money account of a seller's money, in minor units.

    Of it `payers_minor` came in beyond what was claimed, and belongs to whoever paid.
    `waiting_minor` is to be returned to the seller, and is still with the tax office.
    """

    shares: Shares
    payers_minor: int
    waiting_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the statement: what a payment, its end or a credit changed of each share."""

    row: Split
    kind: Kind
    number: str
    changed: Shares


@dataclass(frozen=True, slots=True)
class Statement:
    """Some lines of the statement, and before which id the next page begins."""

    lines: list[Moved]
    next: UUID | None


def must_see_client_money(who: Actor) -> None:
    """Raise NotAllowed for who sees own clients only: the sums tell of everybody who paid."""
    if who.clients_of is not None:
        raise NotAllowed


def held_now(organization_id: UUID) -> Held:
    """What is held now, as the ledger has it."""
    accounts = (VAT_RESERVE, PREPAYMENT_RESERVE, FEE, FEE_VAT, PAYABLE)
    others = (PAYER, TO_PAYERS, WAITING)
    *shares, payers, going, waiting = credited(organization_id, *accounts, *others)
    return Held(Shares(*shares), payers + going, waiting)


def statement_of(
    organization_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> Statement:
    """The lines of a statement, the newest first. Raises Invalid for a limit out of range."""
    wanted = checked_limit(limit) + 1

    def newest(model: type[Row]) -> Iterator[Row]:
        manager = model._meta.default_manager
        assert manager is not None
        rows = manager.filter(organization_id=organization_id)
        rows = rows if before is None else rows.filter(id__lt=before)
        yield from rows.select_related("invoice").order_by("-id")[:wanted]

    rows = chain(newest(SetAside), newest(SetAsideReversal), newest(Return))
    lines = sorted(map(_line, rows), key=attrgetter("row.id"), reverse=True)[:wanted]
    more = len(lines) > limit
    return Statement(lines[:limit], lines[limit - 1].row.id if more else None)


def _line(row: Split) -> Moved:
    number = row.invoice.number
    if isinstance(row, SetAside):
        return Moved(row, "payment", number, row.shares)
    if isinstance(row, SetAsideReversal):
        return Moved(row, "reversal", number, Shares().minus(row.shares))
    back = row.shares
    given = Shares(payable_minor=back.set_aside_minor)
    return Moved(row, "return", number, given.minus(back))


def set_asides_of(invoice: Document) -> list[tuple[Shares, bool]]:
    """What was set aside of each payment, the oldest first, and whether that was taken back."""
    mine = {"organization_id": invoice.organization_id, "invoice_id": invoice.id}
    undone = set(SetAsideReversal.objects.filter(**mine).values_list("set_aside_id", flat=True))
    made = SetAside.objects.filter(**mine).order_by("id")
    return [(each.shares, each.id in undone) for each in made]


@dataclass(frozen=True, slots=True)
class ToReturn:
    """What comes back to the seller if an invoice is credited whole, and which fee stays."""

    returned: Shares
    fee_kept_minor: int


def to_return(invoice: Document) -> ToReturn:
    """What was withheld for an invoice as it stands, and what of it a credit would return."""
    earlier = [each.shares for each in standing_set_asides(invoice)]
    with_fee = terms_of(invoice.organization_id).fee_on_credit == FeeOnCredit.REFUND
    kept, returned = add_up(earlier), returned_of(earlier, with_fee=with_fee)
    return ToReturn(returned, kept.set_aside_minor - returned.set_aside_minor)
