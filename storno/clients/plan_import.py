"""What an import would do, row by row: who is made, who is there already, what is wrong and why.

Whoever has the same number and name, as our own file says them, is the same; else the same e-mail,
the same business id, or the same name and postcode, among the clients and within the file, unless
the file gives them numbers of their own. The page shows this plan, and the deed does it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from storno.clients.columns import (
    ReadRow,
    check_columns,
    guess_columns,
    laid_over,
    left_out,
    read_row,
)
from storno.clients.models import Client, WhenThere
from storno.clients.read_csv import Sheet, SheetRow
from storno.clients.save import ClientInput, entered_in, fill
from storno.clients.sight import as_seen, looked_after_among
from storno.core.refusals import FieldError, Invalid
from storno.organizations.models import Seller
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor

Key = tuple[str, ...]


class Fate(StrEnum):
    """What becomes of a row."""

    MAKE = "make"
    UPDATE = "update"
    THERE = "there"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with its fate.

    `client` is to be written or is there; `entered` is what it shall say, `same_as` the number of
    an earlier row about the same. `archived`: whoever is made is put away at once.
    """

    row: SheetRow
    fate: Fate
    name: str = ""
    client: Client | None = None
    entered: ClientInput | None = None
    same_as: int | None = None
    archived: bool = False
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. `left_out`: the headings of filled columns that are not imported."""

    heading: tuple[str, ...]
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    when_there: WhenThere
    rows: tuple[PlannedRow, ...]

    def of(self, fate: Fate) -> list[PlannedRow]:
        """The rows of one fate."""
        return [each for each in self.rows if each.fate is fate]

    @property
    def good(self) -> int:
        """How many clients would be made or changed."""
        return sum(each.fate in (Fate.MAKE, Fate.UPDATE) for each in self.rows)


def plan_import(
    sheet: Sheet,
    *,
    columns: Sequence[str] | None = None,
    when_there: WhenThere = WhenThere.SKIP,
    who: Actor,
) -> ImportPlan:
    """Plan an import; without `columns` these are guessed. In a scope. Raises Invalid."""
    known = guess_columns(sheet.heading) if columns is None else tuple(columns)
    check_columns(known, sheet.heading)
    seller = seller_of(who.organization_id)
    said = [_said(row, read_row(row, known), seller) for row in sheet.rows]
    there = _those_there([each.client for each in said if each.client], who)
    theirs = looked_after_among({each.id for each in there.values()}, who)
    planner = _Planner(seller, when_there, there, theirs)
    return ImportPlan(
        heading=sheet.heading,
        columns=known,
        left_out=tuple(sheet.heading[at] for at in left_out(sheet.heading, sheet.rows, known)),
        when_there=when_there,
        rows=tuple(planner.plan(each) for each in said),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """A row as it was read: the client that it would make by itself, or what is wrong."""

    row: SheetRow
    read: ReadRow
    client: Client | None
    errors: tuple[FieldError, ...] = ()


def _said(row: SheetRow, read: ReadRow, seller: Seller) -> _Said:
    if read.entered is None:
        return _Said(row, read, None, read.errors)
    client = Client(organization_id=seller.organization_id)
    if read.number is not None:
        client.number = read.number
    try:
        fill(client, read.entered, seller)
    except Invalid as wrong:
        return _Said(row, read, None, wrong.errors)
    return _Said(row, read, client)


class _Planner:
    """Goes through the rows from the first to the last, and remembers whom it has met."""

    def __init__(
        self,
        seller: Seller,
        when_there: WhenThere,
        there: Mapping[Key, Client],
        theirs: Collection[UUID],
    ) -> None:
        self._seller, self._when_there = seller, when_there
        self._there, self._theirs = there, theirs
        self._met: dict[Key, _Said] = {}
        self._brought: dict[UUID, int] = {}

    def plan(self, said: _Said) -> PlannedRow:
        """The fate of the next row."""
        if said.client is None:
            name = said.read.entered.name if said.read.entered else ""
            return PlannedRow(said.row, Fate.WRONG, name, errors=said.errors)
        keys = list(_keys(said.client))
        meant = said.client.number is not None and keys[0] in self._there
        sure = keys[:1] if meant else keys
        met = next((self._met[key] for key in sure if self._is_met(key, said)), None)
        there = next((self._there[key] for key in keys if key in self._there), None)
        for key in keys:
            self._met.setdefault(key, said)
        if met is not None:
            return PlannedRow(said.row, Fate.THERE, said.client.name, same_as=met.row.number)
        if there is None:
            archived = bool(said.read.archived)
            name = said.client.name
            return PlannedRow(said.row, Fate.MAKE, name, said.client, archived=archived)
        return self._again(said, there)

    def _is_met(self, key: Key, said: _Said) -> bool:
        """Whether an earlier row is about the same: children share an e-mail, and no number."""
        if key not in self._met:
            return False
        numbers = {self._met[key].read.number, said.read.number}
        return len(numbers) == 1 or None in numbers

    def _again(self, said: _Said, there: Client) -> PlannedRow:
        """A row whose client is there: left, or brought up to date where it says anything new."""
        left = PlannedRow(said.row, Fate.THERE, there.name, there)
        if self._when_there is WhenThere.SKIP or there.archived_at is not None:
            return left
        if there.id not in self._theirs:
            return left
        first = self._brought.setdefault(there.id, said.row.number)
        if first != said.row.number:
            return PlannedRow(said.row, Fate.THERE, there.name, there, same_as=first)
        now = entered_in(there)
        new = laid_over(now, said.read)
        changed = Client(organization_id=there.organization_id)
        try:
            fill(changed, new, self._seller)
        except Invalid as wrong:
            return PlannedRow(said.row, Fate.WRONG, there.name, errors=wrong.errors)
        if by_hand := list(_by_hand(now, new, said.read)):
            return PlannedRow(said.row, Fate.WRONG, there.name, errors=tuple(by_hand))
        if entered_in(changed) == now:
            return left
        return PlannedRow(said.row, Fate.UPDATE, there.name, there, new)


def _by_hand(now: ClientInput, new: ClientInput, read: ReadRow) -> Iterator[FieldError]:
    """What of whoever is there no file changes: drafts would have to follow, or payers be asked."""
    words = _("Of whoever is there already this is changed on their own page.")
    if new.method != now.method:
        yield FieldError("method", "changed_on_its_page", words)
    if read.archived:
        yield FieldError("archived", "changed_on_its_page", words)


def _keys(client: Client) -> Iterator[Key]:
    """By what a client is known to be the same, the surest first."""
    if client.number is not None:
        yield ("number", str(client.number), client.sort_key)
    if client.business_id:
        yield ("business_id", client.business_id.casefold())
    if client.email:
        yield ("email", client.email.casefold())
    if client.sort_key:
        yield ("name", client.sort_key, client.postcode.casefold())


def _those_there(said: Sequence[Client], who: Actor) -> dict[Key, Client]:
    """The clients that a row may mean, by each of their keys; those on offer come first."""
    same = (
        Q(business_id__in={each.business_id for each in said if each.business_id})
        | Q(mail__in={each.email.lower() for each in said if each.email})
        | Q(sort_key__in={each.sort_key for each in said})
    )
    mine = Client.objects.filter(
        organization_id=who.organization_id, forgotten_at=None, erasing_at=None
    )
    found: dict[Key, Client] = {}
    here = mine.annotate(mail=Lower("email")).filter(same)
    # As seen: whether a guess is somebody's e-mail is not for everybody to find out.
    for client in as_seen(here.order_by(F("archived_at").asc(nulls_first=True), "id"), who):
        for key in _keys(client):
            found.setdefault(key, client)
    return found
