"""Entries on the operator's account meet the invoices of sellers, across two books.

The seller's scope has the payment and what is set aside of it, the operator's the entry and its
match; what leaves the one and comes to the other bears one `move_id`, the id of the match. Each
entry has a transaction of its own. Order of locks: standing, then entry.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from storno.bank.models import Entry, EntryState, EntryWhy, Match
from storno.bank.queries import lock_entry
from storno.core.ids import new_id
from storno.corrections.depart import after_due_credit
from storno.corrections.facts import lock_invoice
from storno.corrections.settle import receive
from storno.custody.crossing import crossing
from storno.documents.queries import document
from storno.matching.plan import Meant, Move, Verdict, judge
from storno.matching.references import Owner
from storno.matching.returned import comes_back, take_back_by
from storno.matching.write import join, put
from storno.numbering.models import PaymentReference
from storno.organizations.once import deed
from storno.organizations.queries import operator
from storno.organizations.roles import Actor
from storno.payments.methods import CLIENT_MONEY
from storno.payments.register import PaymentInput
from storno.payments.reverse import MoneyWasGivenBack


def keeps_client_money(who: Actor) -> bool:
    """Whether who acts does so for the operator."""
    house = operator()
    return house is not None and house.id == who.organization_id


def owner_of(invoice_id: UUID, organization_id: UUID) -> Owner:
    """Whose an invoice is that the operator names: its own unless it is a seller's in custody."""
    kept = PaymentReference.objects.filter(
        document_id=invoice_id, organization__operator_id=organization_id
    ).first()
    return Owner(organization_id if kept is None else kept.organization_id, invoice_id)


def owner_returned(original: Entry, organization_id: UUID) -> Owner | None:
    """The invoice of another organization that an entry has paid; None where there is none."""
    if original.match_id is None:
        return None
    rows = Match.objects.filter(organization_id=organization_id, id=original.match_id)
    match = rows.exclude(paid_organization_id=organization_id).first()
    return None if match is None else Owner(match.paid_organization_id, match.invoice_id)


@after_due_credit
@deed
def meet_theirs(entry_id: UUID, owner: Owner, *, who: Actor, at: datetime) -> bool:
    """Let a new entry meet the seller's invoice that it names; False if somebody was faster."""
    meant = lock_theirs(owner, who=who, at=at)
    new = Entry.objects.select_for_update().filter(
        organization_id=who.organization_id, id=entry_id, state=EntryState.NEW
    )
    for entry in new:
        move = Move(entry.amount_minor, entry.currency, bool(entry.reference), comes_back(entry))
        verdict = judge(move, meant)
        if verdict.state == EntryState.MATCHED:
            pay_theirs(entry, owner, verdict.why, who=who, at=at)
        else:
            put(entry, verdict, because=entry.id, at=at)
        return True
    return False


@after_due_credit
@deed
def return_theirs(
    entry_id: UUID, original: Entry, owner: Owner, *, who: Actor, at: datetime
) -> bool:
    """Let a new entry take back the one that has paid a seller's invoice."""
    lock_theirs(owner, who=who, at=at)
    entry = lock_entry(entry_id, organization_id=who.organization_id)
    if entry.state != EntryState.NEW:
        return False
    try:
        with transaction.atomic():
            take_back_by(entry, original, who=who, at=at)
    except MoneyWasGivenBack:
        put(entry, Verdict(EntryState.QUEUED, EntryWhy.GIVEN_BACK), because=entry.id, at=at)
    return True


def lock_theirs(owner: Owner, *, who: Actor, at: datetime) -> Meant:
    """Lock a seller's invoice from the operator's scope, and read how it stands. Raises Absent."""
    with crossing(owner.organization_id, back_to=who.organization_id):
        _draft, standing = lock_invoice(owner.invoice_id, owner.organization_id, at=at)
        currency = document(owner.invoice_id, owner.organization_id).currency
    return Meant(standing.open_minor, currency, paid_by_hand=False)


def pay_theirs(entry: Entry, owner: Owner, why: EntryWhy, *, who: Actor, at: datetime) -> Match:
    """Pay a seller's locked invoice with a locked entry of the operator's account.

    What has not waited before does so for this moment: so what leaves the operator's books stands
    in them.
    """
    match_id, them = new_id(), who.across(owner.organization_id)
    if entry.state == EntryState.NEW:
        put(entry, Verdict(EntryState.QUEUED, why), because=entry.id, at=at)
    with crossing(owner.organization_id, back_to=who.organization_id):
        payment = receive(
            owner.invoice_id,
            PaymentInput(entry.amount_minor, entry.booked_on, CLIENT_MONEY.code),
            source_id=match_id,
            method=CLIENT_MONEY,
            who=them,
            at=at,
        )
    return join(entry, payment, why, match_id=match_id, who=who, at=at)
