"""Setting aside what a client paid, giving it up again, and returning what was withheld.

Called inside a deed with the invoice's standing locked, by whoever changes what has been paid.
"""

from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.custody.books import charge_moves, return_moves, set_aside_moves, turned
from storno.custody.models import FeeOnCredit, Return, SetAside, SetAsideReversal
from storno.custody.plan import Earlier, given_up, is_even, returned_of, shares_now
from storno.custody.reserves import waits
from storno.custody.split import Shares
from storno.custody.tell import tell_of_money
from storno.custody.terms import terms_of
from storno.documents.models import Document
from storno.history.record import Happening, record
from storno.ledger.journal import Claim, Move
from storno.ledger.post import Posting, post
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.models import Payment, Reversal

SET_ASIDE = "set_aside"
SET_ASIDE_BACK = "set_aside_reversal"
RETURN = "tax_return"
"""The kinds of the postings."""

MONEY_CAME_LETTER = "money_came"
"""The kind of letter that tells of it."""


@dataclass(frozen=True)
class WithheldReturned(Happening):
    """What was withheld for the invoice goes back to the seller."""

    kind: ClassVar = "custody.returned"
    sentence: ClassVar = _("%(amount_minor)s withheld for taxes goes back to you.")
    return_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class ReturnWaits(Happening):
    """Of what goes back to the seller the tax office has a part, which is paid out later."""

    kind: ClassVar = "custody.return_waits"
    sentence: ClassVar = _("%(amount_minor)s of it waits until the tax office has paid it back.")
    return_id: str
    amount_minor: int
    currency: str


def set_aside(payment: Payment, invoice: Document, claim: Claim, *, at: datetime) -> SetAside:
    """Set aside what of a payment to the operator meets the claim, which is that after it.

    What is over belongs to whoever paid, and is neither split nor charged. Members are told.
    """
    made = _made(payment.id, payment.amount_minor, invoice, claim, at=at)
    _post(made, invoice, day=payment.paid_on, move_id=payment.source_id, at=at)
    tell_of_money(MONEY_CAME_LETTER, made.id, made.organization_id, at=at)
    return made


def give_up(
    payment: Payment,
    reversal: Reversal,
    invoice: Document,
    claim: Claim,
    *,
    day: date,
    at: datetime,
) -> None:
    """Give up what was set aside of a payment that is taken back; the claim is that after it.

    What other clients' money lay there unclaimed and meets the claim now is set aside instead; and
    what was so before gives way again, should that money be taken back too.
    """
    mine = invoice.organization_id
    former = SetAside.objects.filter(organization_id=mine, cause_id=payment.id).first()
    if former is None:
        return
    returned = _returned(invoice)
    shares = given_up(former.shares, None if returned is None else returned.shares)
    back = sealed(
        SetAsideReversal(
            id=new_id(),
            organization_id=mine,
            invoice_id=invoice.id,
            set_aside_id=former.id,
            reversal_id=reversal.id,
            own_id=new_id(),
            made_at=at,
            **_columns(shares),
        )
    )
    back.save(force_insert=True)
    custody = turned(set_aside_moves(former.received_minor, shares))
    books = (custody, turned(charge_moves(shares)))
    _write(SET_ASIDE_BACK, back, invoice, books, day=day, move_id=reversal.id, at=at)
    meet_claim(reversal.id, invoice, claim, day=day, at=at)


def meet_claim(cause_id: UUID, invoice: Document, claim: Claim, *, day: date, at: datetime) -> None:
    """Set aside what lay there unclaimed and meets the claim now; the rest lies there as before.

    Once what was withheld has gone back to the seller, all of it is its payer's.
    """
    if _returned(invoice) is None and not is_even(claim, standing_set_asides(invoice)):
        made = _made(cause_id, 0, invoice, claim, at=at)
        _post(made, invoice, day=day, move_id=None, at=at)


def return_withheld(
    credit_note: Document, invoice: Document, *, who: Actor, at: datetime
) -> Return | None:
    """Return what was withheld for an invoice that is credited whole; None where nothing was.

    Exactly the sums of its set-asides, as they were stored: rates may have changed since.
    """
    earlier = standing_set_asides(invoice)
    if not earlier:
        return None
    mine = invoice.organization_id
    with_fee = terms_of(mine).fee_on_credit == FeeOnCredit.REFUND
    shares = returned_of([each.shares for each in earlier], with_fee=with_fee)
    waiting = waits(shares, mine)
    made = sealed(
        Return(
            id=new_id(),
            organization_id=mine,
            invoice_id=invoice.id,
            credit_note_id=credit_note.id,
            waiting_minor=waiting,
            own_id=new_id(),
            made_at=at,
            **_columns(shares),
        )
    )
    made.save(force_insert=True)
    books = (return_moves(shares, waiting), turned(charge_moves(shares)))
    _write(RETURN, made, invoice, books, day=credit_note.issued_on, move_id=None, at=at)
    told = WithheldReturned(str(made.id), shares.set_aside_minor, invoice.currency)
    record(told, subject_id=invoice.id, who=who, at=at)
    if waiting:
        later = ReturnWaits(str(made.id), waiting, invoice.currency)
        record(later, subject_id=invoice.id, who=who, at=at)
    return made


def standing_set_asides(invoice: Document) -> list[Earlier]:
    """The set-asides of an invoice that were not given up."""
    mine = invoice.organization_id
    rows = SetAside.objects.filter(organization_id=mine, invoice_id=invoice.id)
    gone = SetAsideReversal.objects.filter(organization_id=mine, invoice_id=invoice.id)
    rows = rows.exclude(id__in=gone.values("set_aside_id")).order_by("id")
    return [Earlier(row.shares, row.rates) for row in rows]


def _returned(invoice: Document) -> Return | None:
    """What went back to the seller when the invoice was credited."""
    rows = Return.objects.filter(organization_id=invoice.organization_id, invoice_id=invoice.id)
    return rows.first()


def _made(
    cause_id: UUID, received_minor: int, invoice: Document, claim: Claim, *, at: datetime
) -> SetAside:
    mine = invoice.organization_id
    terms = terms_of(mine)
    returned = _returned(invoice) is not None
    shares = shares_now(claim, standing_set_asides(invoice), terms.rates, returned=returned)
    made = sealed(
        SetAside(
            id=new_id(),
            organization_id=mine,
            invoice_id=invoice.id,
            cause_id=cause_id,
            received_minor=received_minor,
            withholding_percent=terms.withholding_percent,
            fee_percent=terms.fee_percent,
            fee_vat_percent=terms.fee_vat_percent,
            prepayment_base=terms.prepayment_base,
            own_id=new_id(),
            made_at=at,
            **_columns(shares),
        )
    )
    made.save(force_insert=True)
    return made


def _columns(shares: Shares) -> dict[str, int]:
    names = ("vat_minor", "prepayment_minor", "fee_minor", "fee_vat_minor", "payable_minor")
    return dict(zip(names, astuple(shares), strict=True))


def _post(
    made: SetAside, invoice: Document, *, day: date, move_id: UUID | None, at: datetime
) -> None:
    books = (set_aside_moves(made.received_minor, made.shares), charge_moves(made.shares))
    _write(SET_ASIDE, made, invoice, books, day=day, move_id=move_id, at=at)


def _write(
    kind: str,
    made: SetAside | SetAsideReversal | Return,
    invoice: Document,
    books: tuple[tuple[Move, ...], tuple[Move, ...]],
    *,
    day: date,
    move_id: UUID | None,
    at: datetime,
) -> None:
    """Post the custody book and the own one, each with a seal of its own.

    `move_id` is what the operator's books know the money by that came from there, or goes back.
    """
    custody, own = books
    named = (kind, invoice.id, invoice.currency, day)
    postings = [Posting(made.id, *named, custody, move_id), Posting(made.own_id, *named, own)]
    post(postings, organization_id=invoice.organization_id, at=at)
