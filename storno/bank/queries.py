"""Reading files and entries, inside a scope."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from storno.bank.models import BankFile, Entry, EntryState, Match
from storno.core.refusals import Absent, Refused

PAGE = 50
COUNTED_TO = 100


class NotWaiting(Refused):
    """The entry does not wait for a match: somebody was faster, or it was set aside."""

    code = "entry_not_waiting"
    message = _("This entry does not wait to be matched any more.")
    remedy = _("Look at the list as it is now.")


@dataclass(frozen=True, slots=True)
class Payer:
    """Who paid, as the bank told."""

    name: str
    account: str


def payers_told(payment_ids: Collection[UUID], paid_id: UUID, *, bank_of: UUID) -> list[Payer]:
    """Who made these payments to an organization, by the entries of a bank that are they now.

    `bank_of`: in whose books these entries are; inside its scope.
    """
    matches = Match.objects.filter(
        organization_id=bank_of, paid_organization_id=paid_id, payment_id__in=payment_ids
    )
    entries = Entry.objects.filter(organization_id=bank_of, match_id__in=matches.values("id"))
    rows = entries.order_by("id").values_list("party", "party_account")
    return [Payer(name, account) for name, account in dict.fromkeys(rows)]


def entry_with(entry_id: UUID, *, organization_id: UUID) -> Entry:
    """The entry with this id. Raises Absent."""
    found = Entry.objects.filter(organization_id=organization_id, id=entry_id).first()
    if found is None:
        raise Absent
    return found


def lock_entry(entry_id: UUID, *, organization_id: UUID) -> Entry:
    """Lock an entry, after the standing of the invoice that it is to meet. Raises Absent."""
    locked = Entry.objects.select_for_update()
    for entry in locked.filter(organization_id=organization_id, id=entry_id):
        return entry
    raise Absent


def file_with(file_id: UUID, *, organization_id: UUID) -> BankFile:
    """The file with this id. Raises Absent."""
    found = BankFile.objects.filter(organization_id=organization_id, id=file_id).first()
    if found is None:
        raise Absent
    return found


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries, the last read first; `next` is the `before` of the following one."""

    rows: tuple[Entry, ...]
    next: UUID | None


def list_entries(
    organization_id: UUID,
    *,
    states: Collection[EntryState] = (),
    file_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> EntryPage:
    """A page of the entries in these states (none: in any), of one file where one is named."""
    found = Entry.objects.filter(organization_id=organization_id)
    if states:
        found = found.filter(state__in=states)
    if file_id is not None:
        found = found.filter(file_id=file_id)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: limit + 1])
    return EntryPage(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def count_waiting(organization_id: UUID) -> int:
    """How many entries wait for a person, counted to 100 at most."""
    waiting = Entry.objects.filter(organization_id=organization_id, state=EntryState.QUEUED)
    return len(waiting.values_list("id")[:COUNTED_TO])


def count_states(file: BankFile) -> dict[EntryState, int]:
    """How many of the entries that a file brought stand in each state; none is left out."""
    mine = Entry.objects.filter(organization_id=file.organization_id, file_id=file.id)
    counted = dict(mine.values_list("state").annotate(Count("id")).order_by())
    return {state: counted.get(state, 0) for state in EntryState}


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of files, the last read first; `next` is the `before` of the following one."""

    rows: tuple[BankFile, ...]
    next: UUID | None


def list_files(organization_id: UUID, *, before: UUID | None = None, limit: int = PAGE) -> FilePage:
    """A page of the files that were read."""
    found = BankFile.objects.filter(organization_id=organization_id)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: limit + 1])
    return FilePage(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def entries_that_paid(payment_ids: Collection[UUID], organization_id: UUID) -> dict[UUID, UUID]:
    """The entries from which these payments came or which they are, by the payment's id."""
    matches = Match.objects.filter(organization_id=organization_id, payment_id__in=payment_ids)
    return dict(matches.order_by("id").values_list("payment_id", "entry_id"))


def is_being_matched(organization_id: UUID) -> bool:
    """Whether there are entries that have just been read and met no invoice yet."""
    return Entry.objects.filter(organization_id=organization_id, state=EntryState.NEW).exists()
