"""Mischief by name: what somebody with the owner's rights could do, and what must be said of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from storno.archive.models import File
from storno.core.ids import new_id
from storno.documents.models import (
    Document,
    Standing,
)
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter
from storno.payments.models import Payment
from tests.reports.tamper import reseal, rows

INVOICE, MIXED, PART_PAID, LAST = "2026-0001", "2026-0002", "2026-0005", "2027-0002"
CREDIT, SECOND_CREDIT, LAST_CREDIT = "2026-K1", "2026-K2", "2027-K1"


class Books:
    """The rows of one organization, as the owner sees them."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id

    def all(self, model: Any) -> Any:
        """All rows of a table."""
        return rows(model, self.organization_id)

    def id(self, number: str) -> UUID:
        """The id of a document."""
        found: UUID = self.all(Document).get(number=number).id
        return found

    def of(self, number: str, model: Any) -> Any:
        """The rows of a table that belong to a document."""
        columns = {Document: "id", Standing: "id", Transfer: "posting_id", Payment: "invoice_id"}
        column = columns.get(model, "subject_id" if model in (Letter, File) else "document_id")
        return self.all(model).filter(**{column: self.id(number)})

    def seal(self) -> None:
        """Seal everything anew, as a forger would."""
        reseal(self.organization_id)


Mischief = Callable[[Books], object]

MISCHIEFS: list[tuple[str, set[str], Mischief]] = []


def says(*codes: str) -> Callable[[Mischief], Mischief]:
    """Note a mischief and all that must be said of it."""

    def note(mischief: Mischief) -> Mischief:
        MISCHIEFS.append((mischief.__name__, set(codes), mischief))
        return mischief

    return note


def forge(row: Any, **values: Any) -> None:
    """Write a copy of a row with other values."""
    for name, value in ({"id": new_id()} | values).items():
        setattr(row, name, value)
    row.save(using="owner", force_insert=True)
