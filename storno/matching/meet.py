"""Entries that have just been read meet their invoices, in batches, under the standings' locks.

Each batch is one transaction that goes on where the last one ended, so a worker that is killed in
the middle leaves entries that are still new. Order of locks: standings, then entries.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import QuerySet

from storno.bank.models import Entry, EntryState, EntryWhy
from storno.core.defects import told
from storno.corrections.depart import after_due_credit, depart_due
from storno.corrections.facts import lock_invoices
from storno.documents.models import Document, Standing
from storno.matching.at_once import meet_at_once
from storno.matching.cross import (
    keeps_client_money,
    meet_theirs,
    owner_returned,
    return_theirs,
)
from storno.matching.plan import Meant, Move, Verdict, judge
from storno.matching.references import Owner, owners_of
from storno.matching.returned import comes_back, invoices_of, take_back_by, taken_back_by
from storno.matching.write import moved_away, paid_by_hand, pay, put
from storno.organizations.once import deed
from storno.organizations.roles import Actor, system
from storno.organizations.scope import scope
from storno.payments.reverse import MoneyWasGivenBack
from storno.payouts.meet import meet_payout, named_payouts

AT_ONCE = 1_000
"""Entries of one transaction, where they pay untouched invoices."""

A_FEW = 100
"""Entries of one transaction, where each is judged by what is on its invoice."""

NOT_THE_ENTRY = (OperationalError, InterfaceError, ProgrammingError)
"""The database is away, too busy, or of another version than this worker."""

Met = TypeVar("Met")

log = logging.getLogger(__name__)


def organizations_with_new_entries() -> list[UUID]:
    """Who has entries that have met nothing yet; ids only, asked outside of any scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_new_entries()")
        return [id_ for (id_,) in cursor.fetchall()]


def meet_new(organization_id: UUID, *, at: datetime) -> int:
    """Let some entries meet their invoices; how many there were, 0 once none is new.

    Should a defect keep a batch back, its entries go one by one, and the one that is to blame waits
    for a person.
    """
    who = system(organization_id)
    depart_due(organization_id, at=at)
    if keeps_client_money(who) and (crossed := _meet_theirs(who=who, at=at)):
        return crossed
    with scope(organization_id):
        found = list(_new(organization_id)[:AT_ONCE])
    if not found:
        return 0
    done = _try(partial(meet_at_once, found, who=who, at=at)) or set()
    left = [each.id for each in found if each.id not in done]
    for first in range(0, len(left), A_FEW):
        few = left[first : first + A_FEW]
        if _try(partial(_meet_some, few, who=who, at=at)) is None:
            for entry_id in few:
                _meet_alone(entry_id, who=who, at=at)
    return len(found)


def _try(meeting: Callable[[], Met]) -> Met | None:
    """What a batch comes to; None where a defect keeps it back, so that its entries go alone."""
    try:
        return meeting()
    except NOT_THE_ENTRY:
        raise
    except Exception as defect:  # noqa: BLE001 -- its entries are tried alone
        log.error("entries go one by one: %s", told(defect))  # noqa: TRY400
        return None


def _meet_theirs(*, who: Actor, at: datetime) -> int:
    """Let entries on the operator's account meet sellers' invoices; how many there were."""
    mine = who.organization_id
    with scope(mine):
        found = list(_new(mine)[:AT_ONCE])
        owners = owners_of((each.reference for each in found), {each.account for each in found})
        returns = {each.id: original for each in found if (original := taken_back_by(each))}
        returned = {id_: owner_returned(original, mine) for id_, original in returns.items()}
        payouts = named_payouts(found, mine)
    crossed = 0
    for entry in found:
        owner, back = owners.get(entry.reference), returned.get(entry.id)
        try:
            payout = payouts.get(entry.id)
            if payout is not None and (entry.amount_minor < 0 or comes_back(entry)):
                crossed += meet_payout(entry.id, payout, who=who, at=at)
            elif back is not None:
                crossed += return_theirs(entry.id, returns[entry.id], back, who=who, at=at)
            elif owner is not None and not _is_of(who, owner) and not comes_back(entry):
                crossed += meet_theirs(entry.id, owner, who=who, at=at)
            elif entry.amount_minor < 0 and not comes_back(entry):
                # What leaves client money is somebody's, so a person says whose.
                crossed += _let_wait(entry.id, EntryWhy.MONEY_OUT, who=who, at=at)
        except NOT_THE_ENTRY:
            raise
        except Exception as defect:  # noqa: BLE001 -- it waits for a person
            log.error("entry %s met nothing: %s", entry.id, told(defect))  # noqa: TRY400
            crossed += _let_wait(entry.id, EntryWhy.FAILED, who=who, at=at)
    return crossed


def _let_wait(entry_id: UUID, why: EntryWhy, *, who: Actor, at: datetime) -> bool:
    """Have a new entry wait for a person; False if somebody was faster."""
    with scope(who.organization_id):
        for entry in _new(who.organization_id).filter(id=entry_id).select_for_update():
            put(entry, Verdict(EntryState.QUEUED, why), because=entry.id, at=at)
            return True
    return False


def _meet_alone(entry_id: UUID, *, who: Actor, at: datetime) -> None:
    try:
        _meet_some([entry_id], who=who, at=at)
    except NOT_THE_ENTRY:
        raise
    except Exception as defect:  # noqa: BLE001 -- it waits for a person
        log.error("entry %s met nothing: %s", entry_id, told(defect))  # noqa: TRY400
        _let_wait(entry_id, EntryWhy.FAILED, who=who, at=at)


def _new(organization_id: UUID) -> QuerySet[Entry]:
    mine = Entry.objects.filter(organization_id=organization_id, state=EntryState.NEW)
    return mine.order_by("booked_on", "id")


@after_due_credit
@deed
def _meet_some(only: Sequence[UUID], *, who: Actor, at: datetime) -> int:
    new = _new(who.organization_id)
    found = list(new.filter(id__in=only))
    owners = owners_of((each.reference for each in found), {each.account for each in found})
    mine = {name: each for name, each in owners.items() if _is_of(who, each)}
    returns = {each.id: original for each in found if (original := taken_back_by(each))}
    touched = {each.invoice_id for each in mine.values()} | invoices_of(returns.values())
    lock_invoices(touched, who.organization_id, at=at)
    locked = new.select_for_update(skip_locked=True).filter(id__in=[each.id for each in found])
    for entry in sorted(locked, key=comes_back):
        if comes_back(entry) and entry.amount_minor < 0:
            _meet_return(entry, who=who, at=at)
        else:
            _meet_one(entry, mine.get(entry.reference), who=who, at=at)
    return len(found)


def _is_of(who: Actor, owner: Owner) -> bool:
    return owner.organization_id == who.organization_id


def _meet_one(entry: Entry, owner: Owner | None, *, who: Actor, at: datetime) -> None:
    """Let one locked entry meet the invoice that it names, or wait for a person."""
    meant = None if owner is None else _meant(entry, owner.invoice_id)
    move = Move(entry.amount_minor, entry.currency, bool(entry.reference), comes_back(entry))
    verdict = judge(move, meant)
    if owner is not None and verdict.state == EntryState.MATCHED:
        pay(entry, owner.invoice_id, verdict.why, who=who, at=at)
    else:
        put(entry, verdict, because=entry.id, at=at)


def _meant(entry: Entry, invoice_id: UUID) -> Meant:
    """The invoice that an entry names, as it stands under its lock."""
    mine = {"organization_id": entry.organization_id}
    standing = Standing.objects.get(**mine, id=invoice_id)
    invoice = Document.objects.only("currency").get(**mine, id=invoice_id)
    return Meant(
        open_minor=standing.open_minor,
        currency=invoice.currency,
        paid_by_hand=any(found(entry, invoice_id).exists() for found in (paid_by_hand, moved_away)),
    )


def _meet_return(entry: Entry, *, who: Actor, at: datetime) -> None:
    """Take back what an entry takes back, or have a person say what it is."""
    original = taken_back_by(entry)
    if original is None:
        put(entry, Verdict(EntryState.QUEUED, EntryWhy.WHICH_RETURN), because=entry.id, at=at)
        return
    try:
        with transaction.atomic():
            take_back_by(entry, original, who=who, at=at)
    except MoneyWasGivenBack:
        put(entry, Verdict(EntryState.QUEUED, EntryWhy.GIVEN_BACK), because=entry.id, at=at)
