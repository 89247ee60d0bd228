"""What matching writes: the match with its payment, and where an entry waits.

Called inside a deed, with the standing locked and then the entry.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from storno.bank.books import post_waiting
from storno.bank.models import Entry, EntryState, EntryWhy, Match
from storno.core.ids import new_id
from storno.corrections.settle import receive
from storno.matching.plan import Verdict
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.methods import method_called
from storno.payments.models import MoneyKind, Payment, Reversal
from storno.payments.register import PaymentInput

NEAR = timedelta(days=7)
"""A payment that was registered by hand so near to an entry may be the same money."""


def by_hand(organization_id: UUID) -> QuerySet[Payment]:
    """Payments that somebody registered, that stand, and that are no entry yet."""
    its_own = {"organization_id": OuterRef("organization_id")}
    taken_back = Reversal.objects.filter(**its_own, payment_id=OuterRef("id"))
    matched = Entry.objects.filter(
        **its_own,
        match_id__in=Match.objects.filter(
            organization_id=OuterRef("organization_id"), payment_id=OuterRef(OuterRef("id"))
        ).values("id"),
    )
    found = Payment.objects.filter(organization_id=organization_id, source_id=None, offset_id=None)
    return found.exclude(Exists(taken_back)).exclude(Exists(matched)).order_by("id")


def paid_by_hand(entry: Entry, invoice_id: UUID) -> QuerySet[Payment]:
    """Payments on an invoice that somebody registered and that may be this entry's money."""
    return by_hand(entry.organization_id).filter(
        invoice_id=invoice_id,
        amount_minor=entry.amount_minor,
        paid_on__range=(entry.booked_on - NEAR, entry.booked_on + NEAR),
    )


def moved_away(entry: Entry, invoice_id: UUID) -> QuerySet[Payment]:
    """Payments that may be this entry's money, and were moved from the invoice that it names."""
    return Payment.objects.filter(
        organization_id=entry.organization_id,
        moved_from__invoice_id=invoice_id,
        amount_minor=entry.amount_minor,
        paid_on__range=(entry.booked_on - NEAR, entry.booked_on + NEAR),
    )


def pay(entry: Entry, invoice_id: UUID, why: EntryWhy, *, who: Actor, at: datetime) -> Match:
    """Pay an invoice with all of an entry, whatever is open on it. Raises Absent."""
    match_id = new_id()
    bank_transfer = method_called(MoneyKind.BANK_TRANSFER, seller_of(who.organization_id))
    payment = receive(
        invoice_id,
        PaymentInput(entry.amount_minor, entry.booked_on, bank_transfer.code),
        source_id=match_id,
        method=bank_transfer,
        who=who,
        at=at,
    )
    return join(entry, payment, why, match_id=match_id, who=who, at=at)


def join(
    entry: Entry, payment: Payment, why: EntryWhy, *, match_id: UUID, who: Actor, at: datetime
) -> Match:
    """Write that an entry is this payment; it waits no more."""
    match = sealed(
        Match(
            id=match_id,
            organization_id=entry.organization_id,
            entry_id=entry.id,
            paid_organization_id=payment.organization_id,
            invoice_id=payment.invoice_id,
            payment_id=payment.id,
            brought=payment.source_id == match_id,
            matched_at=at,
            matched_by=who.person_id,
        )
    )
    match.save(force_insert=True)
    if entry.state == EntryState.QUEUED:
        crosses = payment.organization_id != entry.organization_id
        post_waiting(entry, match_id, at=at, ends=True, move_id=match_id if crosses else None)
    move(entry, EntryState.MATCHED, why, match_id=match_id)
    return match


def put(
    entry: Entry, verdict: Verdict, *, because: UUID, at: datetime, move_id: UUID | None = None
) -> None:
    """Put an entry where it waits or is set aside; `because` is what made it so.

    `move_id`: it came back from the books of another organization.
    """
    waits = verdict.state == EntryState.QUEUED
    if waits is not (entry.state == EntryState.QUEUED):
        post_waiting(entry, because, at=at, ends=not waits, move_id=move_id)
    move(entry, verdict.state, verdict.why)


def move(entry: Entry, state: EntryState, why: EntryWhy, **more: object) -> None:
    """Write where a locked entry is now; without a match it has none."""
    changed = {"state": state, "why": why, "match_id": None, "returns_entry_id": None} | more
    for name, value in changed.items():
        setattr(entry, name, value)
    Entry.objects.filter(organization_id=entry.organization_id, id=entry.id).update(**changed)
