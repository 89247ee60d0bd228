"""It is confirmed that the client was paid back: the whole amount, from the seller's own money.

Order of locks: what `lock_invoice` locks, then the case, then the conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.cases.ask import case_with, lock_case, must_be
from storno.cases.models import Confirmation, RefundedBy
from storno.cases.state import CaseNow, CaseState, read_case
from storno.core.ids import new_id
from storno.core.refusals import FieldError, Invalid, Refused, invalid
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.documents.queries import document
from storno.history.record import Happening, record
from storno.money.currency import decimal_text
from storno.organizations.once import deed
from storno.organizations.queries import circumstances
from storno.organizations.roles import Actor, Deed
from storno.organizations.sealed import sealed
from storno.payments.refund import GivenBack, first_payment_on, refund_errors
from storno.people.models import Person
from storno.staff.strangers import must_be_a_stranger
from storno.support.files import Upload
from storno.support.models import Message, Side
from storno.support.talk import Said, note_about, say_about


class AnotherAmount(Refused):
    """Less or more was paid back than the client has paid."""

    code = "another_amount"
    message = _("All of what was paid goes back, neither more nor less.")
    remedy = _(
        "Pay the rest, or ask customer service. If a part shall stay paid, have the invoice "
        "cancelled whole and make a new one with the right content."
    )
    field = "amount"


class NotThisMessage(Refused):
    """The message is none of a member about this invoice."""

    code = "not_this_message"
    message = _("This is no message of a member about this invoice.")
    remedy = _("Choose the message in which it was said that the money went back.")
    field = "message"


@dataclass(frozen=True, slots=True)
class PaidBack:
    """What is confirmed: on which day so much was paid back how, in minor units."""

    paid_on: date
    amount_minor: int
    way: RefundedBy


@dataclass(frozen=True)
class RefundConfirmed(Happening):
    """It was said that the client has been paid back."""

    kind: ClassVar = "refund_case.confirmed"
    sentence: ClassVar = _("It was confirmed that %(amount_minor)s went back.")
    case_id: str
    amount_minor: int
    currency: str


@after_due_credit
@deed
def confirm_refund(
    case_id: UUID, paid: PaidBack, *, receipt: Sequence[Upload] = (), who: Actor, at: datetime
) -> CaseNow:
    """Confirm as a member that the client was paid back; said to customer service, with a receipt.

    Until it is checked it can be confirmed anew. Raises Absent, Invalid, AnotherAmount,
    CaseHasMoved, NotThisFile, TooManyFiles, NotAllowed.
    """
    who.must(Deed.ASK)
    now = _lock(case_id, who, at=at)
    _check(now, paid, who, at=at)
    if paid.amount_minor != now.held_minor:
        raise AnotherAmount
    words = _words(now, paid, who)
    _conversation, message = say_about(now.case.invoice_id, Said(words, receipt), who=who, at=at)
    return _write(now, paid, message.id, who=who, at=at)


@after_due_credit
@deed
def record_confirmation(
    case_id: UUID,
    paid: PaidBack,
    message_id: UUID,
    *,
    reason: str = "",
    version: int | None = None,
    who: Actor,
    at: datetime,
) -> CaseNow:
    """Record for customer service what a member has said in a message.

    More than the client has paid needs a `reason`, which is noted in the conversation; less is not
    recorded, for what the client has not got back would be nobody's. `version` is the one that was
    shown. Raises Absent, Invalid, AnotherAmount, NotThisMessage, CaseChanged, CaseHasMoved,
    OwnOrganization, NotAllowed.
    """
    who.must(Deed.SERVE)
    must_be_a_stranger(who)
    now = _lock(case_id, who, at=at)
    must_be(version, now)
    _check(now, paid, who, at=at)
    said = Message.objects.filter(
        organization_id=who.organization_id,
        id=message_id,
        side=Side.MEMBER,
        conversation__invoice_id=now.case.invoice_id,
    ).first()
    if said is None:
        raise NotThisMessage
    if paid.amount_minor != now.held_minor:
        if paid.amount_minor < now.held_minor or not reason.strip():
            raise AnotherAmount
        note_about(said.conversation_id, reason, who=who, at=at)
    return _write(now, paid, message_id, who=who, at=at)


def _lock(case_id: UUID, who: Actor, *, at: datetime) -> CaseNow:
    lock_invoice(case_with(case_id, who).invoice_id, who.organization_id, at=at)
    return lock_case(case_id, who, CaseState.ASKED, CaseState.CONFIRMED)


def _check(now: CaseNow, paid: PaidBack, who: Actor, *, at: datetime) -> None:
    """Raise Invalid for what cannot have been."""
    if paid.amount_minor <= 0:
        raise invalid("amount", "not_positive", _("Enter more than 0."))
    if errors := tuple(_day_errors(now, paid, who, at)):
        raise Invalid(errors)


def _day_errors(now: CaseNow, paid: PaidBack, who: Actor, at: datetime) -> Iterator[FieldError]:
    mine = who.organization_id
    yield from (
        FieldError("paid_on", error.code, error.message)
        for error in refund_errors(
            GivenBack(paid.paid_on, paid.way),
            first_paid_on=first_payment_on(now.case.invoice_id, mine),
            today=circumstances(mine, at).today,
        )
    )


def _words(now: CaseNow, paid: PaidBack, who: Actor) -> str:
    """What the member says by confirming, in the member's own language."""
    invoice = document(now.case.invoice_id, who.organization_id)
    person = who.person_id and Person.objects.filter(id=who.person_id).first()
    with override(person.language if person else invoice.language):
        return _now("I have paid %(amount)s of invoice %(number)s back on %(day)s (%(way)s).") % {
            "amount": f"{decimal_text(paid.amount_minor, invoice.currency)} {invoice.currency}",
            "number": invoice.number,
            "day": paid.paid_on.isoformat(),
            "way": RefundedBy(paid.way).label,
        }


def _write(now: CaseNow, paid: PaidBack, message_id: UUID, *, who: Actor, at: datetime) -> CaseNow:
    assert who.person_id is not None, "a person confirms"
    case = now.case
    confirmed = sealed(
        Confirmation(
            id=new_id(),
            organization_id=case.organization_id,
            case_id=case.id,
            invoice_id=case.invoice_id,
            paid_on=paid.paid_on,
            amount_minor=paid.amount_minor,
            held_minor=now.held_minor,
            deeds=now.standing.deeds,
            way=paid.way,
            message_id=message_id,
            by_desk=who.visit_id is not None,
            confirmed_at=at,
            confirmed_by=who.person_id,
        )
    )
    confirmed.save(force_insert=True)
    case.version += 1
    case.save(update_fields=["version"])
    currency = document(case.invoice_id, case.organization_id).currency
    told = RefundConfirmed(str(case.id), paid.amount_minor, currency)
    record(told, subject_id=case.invoice_id, who=who, at=at)
    return read_case(case)
