"""What payouts write in the scope of their seller: the record, its postings and its history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.custody.books import PAYABLE
from storno.custody.tell import tell_of_money
from storno.history.record import Happening, record
from storno.ledger.balances import credited
from storno.ledger.post import Posting, post
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payouts.books import Books, back_moves, left_moves, made_moves
from storno.payouts.models import Payout, PayoutBack, PayoutLeft, WhyBack

MADE, LEFT, BACK = "payout", "payout_left", "payout_back"
"""The kinds of the postings; their subject is the payout."""

LEFT_LETTER, BACK_LETTER = "payout_left", "payout_back"
"""The kinds of the letters that tell members of it."""


@dataclass(frozen=True)
class PaidOut(Happening):
    """Money has gone to the seller's own account; `ending` is its last four signs."""

    kind: ClassVar = "payout.left"
    sentence: ClassVar = _("%(amount_minor)s was paid out to the account ending in %(ending)s.")
    payout_id: str
    amount_minor: int
    currency: str
    ending: str


@dataclass(frozen=True)
class Remitted(Happening):
    """What was reserved for taxes has gone to the tax office; `until` is a date (ISO 8601)."""

    kind: ClassVar = "payout.remitted"
    sentence: ClassVar = _("%(amount_minor)s reserved for taxes went to the tax office.")
    payout_id: str
    amount_minor: int
    currency: str
    until: str


@dataclass(frozen=True)
class RemittanceReturned(Happening):
    """The bank could not pay the tax office, or the tax office sent it back: it is reserved."""

    kind: ClassVar = "payout.remittance_back"
    sentence: ClassVar = _("%(amount_minor)s did not reach the tax office and is reserved again.")
    payout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class PayoutReturned(Happening):
    """The bank could not pay out, or sent the money back."""

    kind: ClassVar = "payout.back"
    sentence: ClassVar = _(
        "The bank did not pay out %(amount_minor)s to the account ending in %(ending)s."
    )
    payout_id: str
    amount_minor: int
    currency: str
    ending: str


@dataclass(frozen=True)
class PayoutNotLeft(Happening):
    """It was said of the wrong entry that a payout had left by it."""

    kind: ClassVar = "payout.not_left"
    sentence: ClassVar = _("It was noted by mistake that %(amount_minor)s had been paid out.")
    payout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class WentToPayer(Happening):
    """What lay there beyond a claim has gone back to whoever paid it."""

    kind: ClassVar = "payout.to_payer"
    sentence: ClassVar = _("%(amount_minor)s went back to whoever had paid it.")
    payout_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class NotToPayer(Happening):
    """The bank could not pay it back to whoever paid, or sent it back."""

    kind: ClassVar = "payout.to_payer_back"
    sentence: ClassVar = _("%(amount_minor)s did not reach whoever had paid it.")
    payout_id: str
    amount_minor: int
    currency: str


def payable_now(organization_id: UUID) -> int:
    """What is to be paid out to a seller, in minor units; less than nothing is a claim."""
    (payable,) = credited(organization_id, PAYABLE)
    return payable


def write_payout(payout: Payout, *, at: datetime) -> Payout:
    """The bank is asked to pay it out; it is payable no more."""
    sealed(payout).save(force_insert=True)
    _post(MADE, payout, payout.id, made_moves(payout.parts), payout.pay_on, at=at)
    return payout


def write_left(
    payout: Payout, entry_id: UUID, on: date, *, move_id: UUID, who: Actor, at: datetime
) -> PayoutLeft:
    """The bank has paid it out by an entry; `move_id` joins it to the operator's books."""
    left = sealed(
        PayoutLeft(
            id=new_id(),
            organization_id=payout.organization_id,
            payout_id=payout.id,
            entry_id=entry_id,
            own_id=new_id(),
            on=on,
            noted_at=at,
        )
    )
    left.save(force_insert=True)
    custody, own = left_moves(payout.parts)
    _post(LEFT, payout, left.id, custody, on, at=at, move_id=move_id)
    _post(LEFT, payout, left.own_id, own, on, at=at)
    _tell(_left(payout), payout, LEFT_LETTER, who=who, at=at)
    return left


def write_back(
    payout: Payout,
    why: WhyBack,
    on: date,
    *,
    entry_id: UUID | None,
    move_id: UUID | None = None,
    who: Actor,
    at: datetime,
) -> PayoutBack:
    """It never left, or came back by an entry; it is payable again.

    `move_id` joins it to the operator's books, if not its own id does.
    """
    had_left = entry_id is not None
    back = sealed(
        PayoutBack(
            id=new_id(),
            organization_id=payout.organization_id,
            payout_id=payout.id,
            why=why,
            entry_id=entry_id,
            own_id=new_id() if had_left else None,
            on=on,
            noted_at=at,
        )
    )
    back.save(force_insert=True)
    custody, own = back_moves(payout.parts, had_left=had_left)
    _post(
        BACK,
        payout,
        back.id,
        custody,
        on,
        at=at,
        move_id=(move_id or back.id) if had_left else None,
    )
    if back.own_id is not None:
        _post(BACK, payout, back.own_id, own, on, at=at)
    if why == WhyBack.MISTAKEN:
        told = PayoutNotLeft(str(payout.id), payout.amount_minor, payout.currency)
        record(told, subject_id=payout.organization_id, who=who, at=at)
    elif why != WhyBack.DROPPED:
        _tell(_back(payout), payout, BACK_LETTER, who=who, at=at)
    return back


def _left(payout: Payout) -> Happening:
    its = (str(payout.id), payout.amount_minor, payout.currency)
    if payout.to_payer_id is not None:
        return WentToPayer(*its)
    if payout.until is None:
        return PaidOut(*its, payout.account[-4:])
    return Remitted(*its, payout.until.isoformat())


def _back(payout: Payout) -> Happening:
    its = (str(payout.id), payout.amount_minor, payout.currency)
    if payout.to_payer_id is not None:
        return NotToPayer(*its)
    return RemittanceReturned(*its) if payout.until else PayoutReturned(*its, payout.account[-4:])


def _tell(told: Happening, payout: Payout, letter: str, *, who: Actor, at: datetime) -> None:
    """Have it in history; members get a letter of what was for their own account."""
    record(told, subject_id=payout.organization_id, who=who, at=at)
    if payout.until is None and payout.to_payer_id is None:
        tell_of_money(letter, payout.id, payout.organization_id, at=at)


def _post(
    kind: str,
    payout: Payout,
    source_id: UUID,
    moves: Books,
    day: date,
    *,
    at: datetime,
    move_id: UUID | None = None,
) -> None:
    if moves:
        posting = Posting(source_id, kind, payout.id, payout.currency, day, moves, move_id)
        post([posting], organization_id=payout.organization_id, at=at)
