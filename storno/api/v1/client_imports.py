"""Importing clients from CSV: what would be done, the deed, and its undo."""

from uuid import UUID

from ninja import Query, Router

from storno.api.answers import Told, doing, nothing
from storno.api.bearer import Caller, Request
from storno.api.errors import FieldErrorShown
from storno.api.values import Asked, Chosen, Id, Shown, Text
from storno.clients.models import WhenThere
from storno.clients.plan_import import Fate, PlannedRow
from storno.clients.take_in import Imported, import_clients, undo_import

router = Router(tags=["clients"])

CSV_BODY = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}


class ImportAsked(Asked):
    """How a file is imported.

    `dry_run`: only say what would be done. `when_there`: what becomes of a row whose client is
    there already. `columns`, parted by commas, says of each column which field it is, empty to
    leave it out; without it the headings are read. `keeper` is the member's id who looks after
    whoever is new; without it nobody does yet, but for practitioners who see their own clients
    only: they do.
    """

    dry_run: bool = False
    when_there: Chosen[WhenThere] = WhenThere.SKIP
    columns: Text | None = None
    keeper: Id | None = None

    def fields(self) -> list[str] | None:
        """What each column is, where it was said."""
        return None if self.columns is None else [each.strip() for each in self.columns.split(",")]


class RowShown(Shown):
    """A row, as spreadsheets count them, and what becomes of it.

    `client` is who is there already, `same_as` an earlier row about the same.
    """

    row: int
    fate: Fate
    name: str
    client: UUID | None
    same_as: int | None
    errors: list[FieldErrorShown]


class ImportShown(Shown):
    """What was done, or would be; `id` is there where something was, for the undo.

    `left_out` are the headings of columns in which something stands that is not imported.
    """

    id: UUID | None
    dry_run: bool
    columns: list[str]
    left_out: list[str]
    make: int
    update: int
    there: int
    wrong: int
    rows: list[RowShown]


def _show_row(planned: PlannedRow) -> RowShown:
    is_there = planned.fate in (Fate.THERE, Fate.UPDATE) and planned.client is not None
    return RowShown(
        row=planned.row.number,
        fate=planned.fate,
        name=planned.name,
        client=planned.client.id if is_there and planned.client else None,
        same_as=planned.same_as,
        errors=[
            FieldErrorShown(field=error.field, code=error.code, message=str(error.message))
            for error in planned.errors
        ],
    )


def _imported(_caller: Caller, done: Imported) -> Told:
    plan = done.plan
    shown = ImportShown(
        id=done.id,
        dry_run=done.was_dry,
        columns=list(plan.columns),
        left_out=list(plan.left_out),
        make=len(plan.of(Fate.MAKE)),
        update=len(plan.of(Fate.UPDATE)),
        there=len(plan.of(Fate.THERE)),
        wrong=len(plan.of(Fate.WRONG)),
        rows=[_show_row(planned) for planned in plan.rows],
    )
    return Told(200, shown)


@router.post("/import", response=ImportShown, openapi_extra={"requestBody": CSV_BODY})
@doing(_imported)
def post_import(request: Request, asked: Query[ImportAsked]) -> Imported:
    """Import clients from a CSV file, sent as text/csv; rows that are wrong are left out."""
    return import_clients(
        request.body,
        columns=asked.fields(),
        when_there=asked.when_there,
        keeper=asked.keeper,
        dry_run=asked.dry_run,
        who=request.auth.who,
        at=request.auth.at,
    )


@router.delete("/imports/{import_id}", response={204: None})
@doing(nothing)
def delete_import(request: Request, import_id: Id) -> None:
    """Undo an import within a day: those who are new and were not used since are deleted."""
    undo_import(import_id, who=request.auth.who, at=request.auth.at)
