"""Most entries name an invoice on which nothing has happened yet, or none: many go at once.

What becomes of each is judged as in `meet.py`, to which all others are left. Order of locks:
standings, then entries.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from storno.bank.books import begin_to_wait
from storno.bank.models import Entry, EntryState, EntryWhy, Match
from storno.core.ids import new_id
from storno.core.insert import insert, rewrite
from storno.corrections.receive import Receipt, Untouched, lock_untouched, receive_all
from storno.matching.plan import Meant, Move, Verdict, judge
from storno.matching.references import owners_of
from storno.matching.returned import comes_back
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor
from storno.organizations.sealed import sealed
from storno.payments.methods import method_called
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput


@deed
def meet_at_once(found: Sequence[Entry], *, who: Actor, at: datetime) -> set[UUID]:
    """Let new entries pay the untouched invoices that they name, and those wait that name none.

    Returns the ids of the entries that it dealt with.
    """
    plain = [each for each in found if not comes_back(each)]
    owners = owners_of((each.reference for each in found), {each.account for each in found})
    named = {
        each.id: owner.invoice_id
        for each in found
        if (owner := owners.get(each.reference)) and owner.organization_id == who.organization_id
    }
    times = Counter(named.values())
    invoices = {named[each.id] for each in plain if times[named.get(each.id, each.id)] == 1}
    untouched = lock_untouched(invoices, who.organization_id)
    nameless = {each.id for each in plain if each.reference not in owners}
    entries = Entry.objects.select_for_update(skip_locked=True).filter(
        organization_id=who.organization_id,
        id__in=nameless | {each.id for each in plain if named.get(each.id) in untouched},
        state=EntryState.NEW,
    )
    paying, waiting = [], []
    for entry in entries.order_by("id"):
        if entry.id in nameless:
            waiting.append((entry, judge(_move(entry), None)))
            continue
        meant = untouched[named[entry.id]]
        if (verdict := judge(_move(entry), _meant(meant))).state == EntryState.MATCHED:
            paying.append((entry, meant, verdict.why))
    _pay(paying, who=who, at=at)
    _put(waiting, who=who, at=at)
    return {entry.id for entry, _meant, _why in paying} | {entry.id for entry, _why in waiting}


def _move(entry: Entry) -> Move:
    return Move(entry.amount_minor, entry.currency, bool(entry.reference), comes_back=False)


def _meant(untouched: Untouched) -> Meant:
    open_minor, currency = untouched.standing.open_minor, untouched.invoice.currency
    return Meant(open_minor, currency, paid_by_hand=False)


def _put(waiting: Sequence[tuple[Entry, Verdict]], *, who: Actor, at: datetime) -> None:
    """Put entries that were just read where they wait, or are set aside."""
    for entry, verdict in waiting:
        entry.state, entry.why = verdict.state, verdict.why
    begin_to_wait(
        [entry for entry, verdict in waiting if verdict.state == EntryState.QUEUED],
        who.organization_id,
        at=at,
    )
    rewrite([entry for entry, _verdict in waiting], ("state", "why"))


def _pay(paying: Sequence[tuple[Entry, Untouched, EntryWhy]], *, who: Actor, at: datetime) -> None:
    """Pay each invoice with its entry, and write that it did."""
    if not paying:
        return
    method = method_called(MoneyKind.BANK_TRANSFER, seller_of(who.organization_id))
    receipts = [
        Receipt(
            untouched,
            PaymentInput(entry.amount_minor, entry.booked_on, method.code),
            source_id=new_id(),
        )
        for entry, untouched, _why in paying
    ]
    payments = receive_all(receipts, method=method, who=who, at=at)
    matches = [
        sealed(
            Match(
                id=receipt.source_id,
                organization_id=entry.organization_id,
                entry_id=entry.id,
                paid_organization_id=payment.organization_id,
                invoice_id=payment.invoice_id,
                payment_id=payment.id,
                brought=True,
                matched_at=at,
                matched_by=who.person_id,
            )
        )
        for (entry, _untouched, _why), receipt, payment in zip(
            paying, receipts, payments, strict=True
        )
    ]
    insert(matches)
    for (entry, _untouched, why), match in zip(paying, matches, strict=True):
        entry.state, entry.why, entry.match_id = EntryState.MATCHED, why, match.id
    rewrite([entry for entry, _untouched, _why in paying], ("state", "why", "match_id"))
