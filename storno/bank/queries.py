"""Reading files and entries, inside a scope."""

from uuid import UUID

from storno.bank.models import BankFile, Entry
from storno.core.refusals import Absent


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
