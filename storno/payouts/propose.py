"""Proposing a batch: whatever is payable now is to go to the sellers' own accounts.

All of it is one transaction over the scopes of the operator and of each seller, and one batch is
proposed at a time: so nothing is paid twice, and what was killed in the middle has not happened.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from storno.banking.pain import Address, Party, Payment, Unpayable, credit_transfers
from storno.banking.pain import Batch as File
from storno.core.ids import new_id
from storno.core.refusals import Refused, invalid
from storno.custody.crossing import crossing
from storno.custody.payout_account import payout_accounts
from storno.history.record import Happening, record
from storno.organizations.models import Seller
from storno.organizations.once import deed
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor
from storno.payouts.models import Batch, Instruction, InstructionState, Payout
from storno.payouts.queries import account_failed
from storno.payouts.rules import limit_now, must_pay_out
from storno.payouts.write import payable_now, write_payout

AT_ONCE = 1_000
"""Sellers of one batch; those left over are in the next one."""

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('payouts', 0))"


class NothingToPayOut(Refused):
    """Nobody has anything payable that could be paid out."""

    code = "nothing_to_pay_out"
    message = _("There is nothing that could be paid out now.")
    remedy = _("Look at who waits for what: storno payout due.")


class WhyNot(StrEnum):
    """Why a seller is not paid what is payable."""

    OWES = "owes"
    NO_ACCOUNT = "no_account"
    ACCOUNT_FAILED = "account_failed"
    UNPAYABLE = "unpayable"


@dataclass(frozen=True)
class BatchProposed(Happening):
    """What is payable to sellers is to be paid out."""

    kind: ClassVar = "payout.proposed"
    sentence: ClassVar = _("A batch of %(payments)s payouts was proposed: %(total_minor)s.")
    payments: int
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Due:
    """What is payable to a seller, to which account; `why_not` it is not paid out, if so."""

    seller: Seller
    payable_minor: int
    account: str
    why_not: WhyNot | None


@deed
def due_now(*, who: Actor, at: datetime) -> list[Due]:
    """What a batch would be of now, and who would be left out. Raises NotAllowed."""
    must_pay_out(who)
    house = seller_of(who.organization_id)
    return [_due(seller_id, house, who, at=at) for seller_id in _sellers()]


@deed
def propose_payouts(pay_on: date, *, who: Actor, at: datetime) -> Batch:
    """Propose to pay out all that is payable; it is payable no more from now on.

    Raises Invalid, NothingToPayOut, NotAllowed.
    """
    must_pay_out(who)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    house = seller_of(who.organization_id)
    if pay_on < day_of(house, at):
        raise invalid("pay_on", "past", _("Choose today or a day to come."))
    batch = Batch(
        id=new_id(),
        organization_id=who.organization_id,
        payer=house.name,
        payer_account=house.account,
        pay_on=pay_on,
        limit_minor=limit_now(who.organization_id),
        proposed_at=at,
        proposed_by=who.person_id,
    )
    found = (_due(seller_id, house, who, at=at) for seller_id in _sellers())
    due = [each for each in found if each.why_not is None][:AT_ONCE]
    if not due:
        raise NothingToPayOut
    batch.total_minor = sum(each.payable_minor for each in due)
    batch.save(force_insert=True)
    for each in due:
        _pay_out(each, batch, who, at=at)
    told = BatchProposed(len(due), batch.total_minor, house.currency)
    record(told, subject_id=batch.id, who=who, at=at)
    return batch


def payment_of(instruction: Instruction) -> Payment:
    """What the bank is asked, as its file says it."""
    address = None
    if instruction.town and instruction.country:
        address = Address(
            instruction.town, instruction.country, instruction.street, instruction.postcode
        )
    payee = Party(instruction.payee, instruction.account, address=address)
    amount = instruction.amount_minor
    return Payment(instruction.end_to_end, payee, amount, text=instruction.end_to_end)


def _sellers() -> list[UUID]:
    """To whom something is payable, or who owes something; ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seller_id FROM sellers_to_pay_out()")
        return [id_ for (id_,) in cursor.fetchall()]


def _due(seller_id: UUID, house: Seller, who: Actor, *, at: datetime) -> Due:
    with crossing(seller_id, back_to=who.organization_id):
        seller, payable = seller_of(seller_id), payable_now(seller_id)
        current = payout_accounts(seller_id, at=at).current
        failed = current is not None and account_failed(current)
    account = "" if current is None else current.account
    why_not = None
    if payable <= 0:
        why_not = WhyNot.OWES
    elif not account:
        why_not = WhyNot.NO_ACCOUNT
    elif failed:
        why_not = WhyNot.ACCOUNT_FAILED
    elif not _is_payable(seller, payable, account, house, at):
        why_not = WhyNot.UNPAYABLE
    return Due(seller, payable, account, why_not)


def _is_payable(
    seller: Seller, amount_minor: int, account: str, house: Seller, at: datetime
) -> bool:
    """Whether a bank would take this payment: its name and account can be written in a file."""
    asked = payment_of(_instruction(seller, amount_minor, account))
    payer = Party(house.name, house.account)
    try:
        credit_transfers(File(asked.id, payer, at, at.date(), (asked,)))
    except Unpayable:
        return False
    return True


def _instruction(seller: Seller, amount_minor: int, account: str) -> Instruction:
    payout_id = new_id()
    return Instruction(
        id=new_id(),
        seller_id=seller.organization_id,
        payout_id=payout_id,
        amount_minor=amount_minor,
        end_to_end=payout_id.hex,
        payee=seller.name,
        account=account,
        street=seller.street,
        postcode=seller.postcode,
        town=seller.city,
        country=seller.country,
        state=InstructionState.ON_THE_WAY,
    )


def _pay_out(due: Due, batch: Batch, who: Actor, *, at: datetime) -> None:
    instruction = _instruction(due.seller, due.payable_minor, due.account)
    instruction.organization_id, instruction.batch_id = who.organization_id, batch.id
    payout = Payout(
        id=instruction.payout_id,
        organization_id=due.seller.organization_id,
        batch_id=batch.id,
        amount_minor=due.payable_minor,
        currency=due.seller.currency,
        account=due.account,
        end_to_end=instruction.end_to_end,
        pay_on=batch.pay_on,
        made_at=at,
    )
    with crossing(payout.organization_id, back_to=who.organization_id):
        write_payout(payout, at=at)
    instruction.save(force_insert=True)
