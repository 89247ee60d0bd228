"""Making a batch of what is due: in one transaction over the operator's scope and each seller's.

One batch is made at a time: so nothing is paid twice, and what was killed in the middle has not
happened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from storno.history.record import Happening, record
from storno.organizations.models import Seller
from storno.organizations.queries import day_of, seller_of
from storno.organizations.roles import Actor
from storno.payouts.books import Parts
from storno.payouts.models import Batch, Instruction, InstructionState, Payout
from storno.payouts.rules import limit_now
from storno.payouts.write import write_payout

AT_ONCE = 1_000
"""Sellers of one batch; those left over are in the next one."""

SOON = timedelta(days=30)
"""No batch is to be paid later: what is payable would be held back until then."""

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('payouts', 0))"


class NothingToPayOut(Refused):
    """Nobody has anything that could be paid out."""

    code = "nothing_to_pay_out"
    message = _("There is nothing that could be paid out now.")
    remedy = _("Look at who waits for what: storno payout due.")


class NobodyProposed(Refused):
    """So much money needs two people, and no person has proposed to pay it."""

    code = "nobody_proposed"
    message = _("This batch is above the limit, so a person has to propose it.")
    remedy = _("Sign in and propose it; a colleague approves it.")


class WhyNot(StrEnum):
    """Why what is due of a seller is not paid."""

    OWES = "owes"
    NO_ACCOUNT = "no_account"
    ACCOUNT_FAILED = "account_failed"
    ACCOUNT_CHANGED = "account_changed"
    NO_REFERENCE = "no_reference"
    UNPAYABLE = "unpayable"


@dataclass(frozen=True)
class BatchProposed(Happening):
    """What is payable to sellers, or reserved for the tax office, is to be paid."""

    kind: ClassVar = "payout.proposed"
    sentence: ClassVar = _("A batch of %(payments)s payouts was proposed: %(total_minor)s.")
    payments: int
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Payee:
    """To whom it goes, by which of the payee's references, and what they read of it."""

    name: str
    account: str
    reference: str = ""
    address: Address | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of a seller's money, to whom; `why_not` it is not paid, if so.

    `to_payer_id`: it is not the seller's, but goes back to whoever had paid it.
    """

    seller: Seller
    parts: Parts
    payee: Payee
    why_not: WhyNot | None
    to_payer_id: UUID | None = None

    @property
    def amount_minor(self) -> int:
        """All that is due."""
        return self.parts.total_minor


def one_at_a_time() -> None:
    """Wait until no other batch is being made; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def put_batch(
    found: Iterable[Due], pay_on: date, *, until: date | None = None, who: Actor, at: datetime
) -> Batch:
    """Ask the bank for all that can be paid of what was found, which is due no more from now on.

    Inside a deed. Raises Invalid, NothingToPayOut, NobodyProposed.
    """
    house = seller_of(who.organization_id)
    today = day_of(house, at)
    if pay_on < today:
        raise invalid("pay_on", "past", _("Choose today or a day to come."))
    if pay_on > today + SOON:
        raise invalid("pay_on", "late", _("Choose a day within the next 30 days."))
    due = [each for each in found if each.why_not is None][:AT_ONCE]
    if not due:
        raise NothingToPayOut
    batch = Batch(
        id=new_id(),
        organization_id=who.organization_id,
        payer=house.name,
        payer_account=house.account,
        pay_on=pay_on,
        until=until,
        limit_minor=limit_now(who.organization_id),
        total_minor=sum(each.amount_minor for each in due),
        proposed_at=at,
        proposed_by=who.person_id,
    )
    if who.person_id is None and batch.total_minor > batch.limit_minor:
        raise NobodyProposed
    batch.save(force_insert=True)
    for each in due:
        _ask(each, batch, who, at=at)
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
    return Payment(
        instruction.end_to_end,
        payee,
        instruction.amount_minor,
        text=instruction.text or instruction.end_to_end,
        reference=instruction.reference,
    )


def is_payable(amount_minor: int, payee: Payee, house: Seller, *, at: datetime) -> bool:
    """Whether a bank would take this payment: its name and account can be written in a file."""
    asked = payment_of(_instruction(amount_minor, payee))
    payer = Party(house.name, house.account)
    try:
        credit_transfers(File(asked.id, payer, at, at.date(), (asked,)))
    except Unpayable:
        return False
    return True


def sellers_of(statement: str) -> list[UUID]:
    """The sellers whom a function of the database finds for the operator; ids only."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [id_ for (id_,) in cursor.fetchall()]


def _instruction(amount_minor: int, payee: Payee) -> Instruction:
    payout_id, address = new_id(), payee.address or Address("", "")
    return Instruction(
        id=new_id(),
        payout_id=payout_id,
        amount_minor=amount_minor,
        end_to_end=payout_id.hex,
        payee=payee.name,
        account=payee.account,
        reference=payee.reference,
        text=payee.text,
        street=address.street,
        postcode=address.post_code,
        town=address.town,
        country=address.country,
        state=InstructionState.ON_THE_WAY,
    )


def _ask(due: Due, batch: Batch, who: Actor, *, at: datetime) -> None:
    instruction = _instruction(due.amount_minor, due.payee)
    instruction.organization_id, instruction.batch_id = who.organization_id, batch.id
    instruction.seller_id = due.seller.organization_id
    payout = Payout(
        id=instruction.payout_id,
        organization_id=due.seller.organization_id,
        batch_id=batch.id,
        amount_minor=due.amount_minor,
        currency=due.seller.currency,
        account="" if due.to_payer_id else due.payee.account,
        end_to_end=instruction.end_to_end,
        pay_on=batch.pay_on,
        until=batch.until,
        vat_minor=due.parts.vat_minor,
        prepayment_minor=due.parts.prepayment_minor,
        reference=due.payee.reference,
        to_payer_id=due.to_payer_id,
        made_at=at,
    )
    with crossing(payout.organization_id, back_to=who.organization_id):
        write_payout(payout, at=at)
    instruction.save(force_insert=True)
