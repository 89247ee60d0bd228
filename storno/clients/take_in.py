"""Taking in a file of clients: kept while it is looked at, imported in one go, undone for a day.

Imports wait for each other at the counter of client numbers, so nobody is made twice by two of
them at once. What was changed on clients that were there before stays changed after an undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from storno.clients.care import CareTaken
from storno.clients.columns import check_columns, guess_columns
from storno.clients.delete import ClientDeleted
from storno.clients.hand_over import colleague_with
from storno.clients.models import Care, CareKind, Client, Import, ImportedClient, WhenThere
from storno.clients.plan_import import Fate, ImportPlan, plan_import
from storno.clients.read_csv import decode, read_csv
from storno.clients.save import (
    ClientArchived,
    ClientSaved,
    lock_clients,
    take_numbers,
    words_of,
    write_client,
)
from storno.clients.sight import looked_after
from storno.core.insert import insert
from storno.core.refusals import Absent, Refused, invalid
from storno.history.models import Event
from storno.history.record import Happening, record, record_all
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed
from storno.organizations.scope import scope

KEPT_FOR = timedelta(days=1)


class NothingToImport(Refused):
    """Every row is there already, or wrong."""

    code = "nothing_to_import"
    message = _("There is nothing to import: every row is there already, or wrong.")
    remedy = _("Correct the rows that are wrong in your file, and upload it again.")


class ImportChanged(Refused):
    """Since the rows were shown, clients have changed, and other rows would be imported."""

    code = "import_changed"
    message = _("The list has changed meanwhile, and other rows would be imported.")
    remedy = _("Look at the rows as they are now, and import them then.")


class AlreadyImported(Refused):
    """The file has been taken in."""

    code = "already_imported"
    message = _("This file has been imported already.")
    remedy = _("Upload it anew; whoever is there already is not made again.")


class NotImported(Refused):
    """What has not been imported cannot be undone."""

    code = "not_imported"
    message = _("This file has not been imported, so there is nothing to undo.")
    remedy = _("Leave it: it is deleted by itself.")


class AlreadyUndone(Refused):
    """The import was undone."""

    code = "import_undone"
    message = _("This import was undone already.")
    remedy = _("Upload the file anew if its rows shall be there after all.")


class TooLateToUndo(Refused):
    """A day is over since the import."""

    code = "too_late_to_undo"
    message = _("An import can be undone for a day.")
    remedy = _("Archive whoever should not be there.")


@dataclass(frozen=True)
class ClientsImported(Happening):
    """A file of clients was taken in."""

    kind: ClassVar = "clients.imported"
    sentence: ClassVar = _("A file was imported: %(made)s new, %(updated)s brought up to date.")
    made: int
    updated: int


@dataclass(frozen=True)
class ImportUndone(Happening):
    """The clients that came with a file, and were not used since, were deleted again."""

    kind: ClassVar = "clients.import_undone"
    sentence: ClassVar = _("An import was undone: %(deleted)s deleted, %(kept)s kept.")
    deleted: int
    kept: int


@dataclass(frozen=True)
class ImportGivenUp(Happening):
    """A file of clients was deleted without having been taken in."""

    kind: ClassVar = "clients.import_given_up"
    sentence: ClassVar = _("A file to import was deleted; nothing of it was taken in.")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import does or did; `origin` by which it is undone, None where nothing was done."""

    plan: ImportPlan
    origin: Import | None
    was_dry: bool = False

    @property
    def id(self) -> UUID | None:
        """The id of the import that was done."""
        return self.origin.id if self.origin else None


@deed
def keep_file(content: bytes, when_there: WhenThere, *, who: Actor, at: datetime) -> Import:
    """Keep a file of clients for a day, to be looked at. Raises Invalid, NotAllowed."""
    who.must(Deed.KEEP_CLIENTS)
    text = decode(content)
    sheet = read_csv(text)
    return Import.objects.create(
        organization_id=who.organization_id,
        file=text,
        columns=guess_columns(sheet.heading),
        when_there=when_there,
        brought_by=who.person_id,
        at=at,
    )


@deed
def match_columns(
    import_id: UUID,
    columns: Sequence[str],
    when_there: WhenThere,
    *,
    who: Actor,
    at: datetime,
) -> Import:
    """Say what the columns of a kept file are. From now on it is kept for a day again.

    Raises Absent, Invalid, NotAllowed, AlreadyImported.
    """
    who.must(Deed.KEEP_CLIENTS)
    origin = _lock(import_id, who)
    if origin.is_taken:
        raise AlreadyImported
    check_columns(columns, read_csv(origin.file).heading)
    origin.columns, origin.when_there, origin.at = list(columns), when_there, at
    origin.save(force_update=True)
    return origin


@deed
def give_up_file(import_id: UUID, *, who: Actor, at: datetime) -> None:
    """Delete a kept file that shall not be imported. Raises Absent, NotAllowed, AlreadyImported."""
    who.must(Deed.KEEP_CLIENTS)
    origin = _lock(import_id, who)
    if origin.is_taken:
        raise AlreadyImported
    record(ImportGivenUp(), subject_id=origin.id, who=who, at=at)
    origin.delete()


@deed
def take_in(
    import_id: UUID, *, good: int, keeper: UUID | None = None, who: Actor, at: datetime
) -> Imported:
    """Import the rows of a kept file that are right; `good` is how many were shown.

    `keeper` is the member who looks after whoever is new, asked for here, so that a refusal of it
    leaves the file where it is; None for nobody yet.

    Raises Absent, Invalid, NotAllowed, AlreadyImported, NothingToImport, ImportChanged.
    """
    who.must(Deed.KEEP_CLIENTS)
    keeper_id = _keeper(keeper, who)
    take_numbers(who.organization_id, 0)
    origin = _lock(import_id, who)
    if origin.is_taken:
        raise AlreadyImported
    plan = plan_of(origin, who=who)
    if plan.good == 0:
        raise NothingToImport
    if plan.good != good:
        raise ImportChanged
    _write(origin, plan, keeper_id, who=who, at=at)
    return Imported(plan, origin)


@deed
def import_clients(
    content: bytes,
    *,
    columns: Sequence[str] | None = None,
    when_there: WhenThere = WhenThere.SKIP,
    keeper: UUID | None = None,
    dry_run: bool,
    who: Actor,
    at: datetime,
) -> Imported:
    """Import the rows of a file that are right, or only say what would be done.

    `keeper` is the member who looks after whoever is new. Where there is nothing to do nothing is
    written. Raises Invalid, NotAllowed, ImportChanged.
    """
    who.must(Deed.KEEP_CLIENTS)
    keeper_id = _keeper(keeper, who)
    take_numbers(who.organization_id, 0)
    text = decode(content)
    mine = who.organization_id
    plan = plan_import(read_csv(text), columns=columns, when_there=when_there, who=who)
    if dry_run or plan.good == 0:
        return Imported(plan, None, was_dry=dry_run)
    origin = Import(
        organization_id=mine,
        columns=list(plan.columns),
        when_there=when_there,
        brought_by=who.person_id,
        at=at,
    )
    origin.save(force_insert=True)
    _write(origin, plan, keeper_id, who=who, at=at)
    return Imported(plan, origin)


@deed
def undo_import(import_id: UUID, *, who: Actor, at: datetime) -> ImportUndone:
    """Delete the clients that came with an import and were not used since; say how many.

    Raises Absent, NotAllowed, NotImported, AlreadyUndone, TooLateToUndo.
    """
    who.must(Deed.KEEP_CLIENTS)
    origin = _lock(import_id, who)
    if not origin.is_taken:
        raise NotImported
    if origin.is_undone:
        raise AlreadyUndone
    if at >= origin.at + KEPT_FOR:
        raise TooLateToUndo
    mine = {"organization_id": who.organization_id}
    came = ImportedClient.objects.filter(**mine, origin_id=origin.id)
    used = Event.objects.filter(**mine, subject_id=OuterRef("id"), at__gt=origin.at)
    clients = Client.objects.filter(looked_after(who), **mine, id__in=came.values("client_id"))
    locked = list(clients.select_for_update().order_by("id"))
    # Asked once all are locked: what was done to them while this waited for a lock counts as well.
    unused = clients.filter(id__in=[each.id for each in locked]).exclude(Exists(used))
    deleted = _delete(list(unused.order_by("id")))
    undone = ImportUndone(len(deleted), kept=came.count())
    record_all([(each.id, ClientDeleted(each.number)) for each in deleted], who=who, at=at)
    record(undone, subject_id=origin.id, who=who, at=at)
    origin.is_undone = True
    origin.save(force_update=True)
    return undone


def plan_of(origin: Import, *, who: Actor) -> ImportPlan:
    """What an import would do now; in a scope. Raises Invalid."""
    return plan_import(
        read_csv(origin.file),
        columns=origin.columns,
        when_there=WhenThere(origin.when_there),
        who=who,
    )


def import_with(import_id: UUID, *, who: Actor) -> Import:
    """The kept file with this id. Raises Absent."""
    found = _imports_of(who).filter(id=import_id).first()
    if found is None:
        raise Absent
    return found


def forget_imports(*, organization_id: UUID, at: datetime) -> int:
    """Delete the files whose day is over; return how many there were."""
    with scope(organization_id):
        over = Import.objects.filter(organization_id=organization_id, at__lte=at - KEPT_FOR)
        gone = over.count()
        over.delete()
    return gone


def _imports_of(who: Actor) -> QuerySet[Import]:
    """The files that an actor works with; of who sees their own clients only those they brought."""
    mine = Import.objects.filter(organization_id=who.organization_id)
    return mine if who.clients_of is None else mine.filter(brought_by=who.clients_of)


def _lock(import_id: UUID, who: Actor) -> Import:
    found = _imports_of(who).filter(id=import_id).select_for_update().first()
    if found is None:
        raise Absent
    return found


def _keeper(membership_id: UUID | None, who: Actor) -> UUID | None:
    """The person who looks after whoever is new; None for nobody yet. Raises Invalid.

    What somebody brings who sees their own clients only is theirs: it would be open to all else,
    or out of their own sight before they have looked at it.
    """
    person_id = None
    if membership_id is not None:
        mine = who.organization_id
        person_id = colleague_with(membership_id, organization_id=mine, field="keeper")
    if who.clients_of is None:
        return person_id
    if person_id not in (None, who.clients_of):
        raise invalid("keeper", "not_oneself", _("You look after whom you bring yourself."))
    return who.clients_of


def _write(
    origin: Import, plan: ImportPlan, keeper_id: UUID | None, *, who: Actor, at: datetime
) -> None:
    """Write what is planned; new clients by one statement a table, however many they are."""
    mine, new = who.organization_id, plan.of(Fate.MAKE)
    made = [each.client for each in new if each.client is not None]
    archived = [each.client for each in new if each.client is not None and each.archived]
    for client in archived:
        client.archived_at = at
    first = take_numbers(mine, len(made))
    for number, client in enumerate(made, start=first):
        client.number = number
    insert(made)
    insert(word for client in made for word in words_of(client))
    insert(ImportedClient(organization_id=mine, origin=origin, client=client) for client in made)
    record_all([(client.id, ClientSaved(client.number)) for client in made], who=who, at=at)
    record_all([(each.id, ClientArchived(each.number)) for each in archived], who=who, at=at)
    _take_into_care(made, keeper_id, who=who, at=at)
    changed = {each.client.id: each.entered for each in plan.of(Fate.UPDATE) if each.client}
    try:
        there = lock_clients(changed, who=who)
    except Absent:  # deleted since the rows were read
        raise ImportChanged from None
    for client_id, client in there.items():
        entered = changed[client_id]
        assert entered is not None, "who is brought up to date has something new"
        write_client(client, entered, who=who, at=at)
    origin.is_taken, origin.at, origin.file = True, at, ""
    origin.made, origin.updated = len(made), len(changed)
    origin.save(force_update=True)
    record(ClientsImported(origin.made, origin.updated), subject_id=origin.id, who=who, at=at)


def _take_into_care(
    made: Sequence[Client], person_id: UUID | None, *, who: Actor, at: datetime
) -> None:
    """Let somebody be responsible for new clients, by one statement, however many they are."""
    if person_id is None:
        return
    insert(
        Care(
            organization_id=who.organization_id,
            client=client,
            person_id=person_id,
            kind=CareKind.PRIMARY,
            since=at,
        )
        for client in made
    )
    record_all([(client.id, CareTaken(str(person_id))) for client in made], who=who, at=at)


def _delete(clients: list[Client]) -> list[Client]:
    """Delete what nothing names, all at once or, where something is named, in halves."""
    if not clients:
        return []
    try:
        with transaction.atomic():
            ids = [client.id for client in clients]
            mine = clients[0].organization_id
            Client.objects.filter(organization_id=mine, id__in=ids).delete()
    except IntegrityError:
        if len(clients) == 1:
            return []
        half = len(clients) // 2
        return _delete(clients[:half]) + _delete(clients[half:])
    return clients
