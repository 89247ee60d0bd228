"""Reading what stands, so that a test says in a line what has happened, or that nothing has."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from storno.clients.models import Look
from storno.core.refusals import Absent, Invalid, Refused
from storno.documents.models import Document, Draft, Kind, Standing
from storno.history.models import Event
from storno.ledger.models import Transfer
from storno.mailroom.models import Letter
from storno.numbering.models import PaymentReference, Series
from storno.organizations.models import PublicLink
from storno.organizations.rights import tenant_models
from storno.organizations.scope import scope
from tests.world import World

Booking = tuple[str, str, int]


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of the organization in every table, to compare before and after.

    That somebody has looked at a client is left out: to read is to be noted, and changes nothing.
    """
    with scope(world.id):
        rows: dict[str, list[Any]] = {
            model._meta.db_table: list(
                model._default_manager.filter(organization_id=world.id).order_by("id").values()
            )
            for model in tenant_models()
            if model is not Look
        }
    for model in (PaymentReference, PublicLink):
        found = model.objects.filter(organization_id=world.id)
        rows[model._meta.db_table] = list(found.order_by("id").values())
    return rows


def snapshot(world: World) -> dict[str, list[str]]:
    """What `everything` reads, as text and by one statement: ten times as quick to compare."""
    tables, statement = _of_all_tables()
    with scope(world.id), connection.cursor() as cursor:
        cursor.execute(statement, {"organization": world.id})
        return dict(zip(tables, cursor.fetchone(), strict=True))


@cache
def _of_all_tables() -> tuple[list[str], str]:
    """The names of the tables, and the statement that reads them."""
    tables = [model._meta.db_table for model in tenant_models() if model is not Look]
    tables += [PaymentReference._meta.db_table, PublicLink._meta.db_table]
    rows = (
        f'ARRAY(SELECT to_jsonb(one)::text FROM "{table}" AS one '
        "WHERE organization_id = %(organization)s ORDER BY id)"
        for table in tables
    )
    return tables, f"SELECT {', '.join(rows)}"


def codes_of(refusal: BaseException) -> list[str]:
    """What a refusal says, in the form in which tests name it."""
    if isinstance(refusal, Refused):
        return [blocker.code for blocker in refusal.blockers]
    if isinstance(refusal, Invalid):
        return [f"{error.field}: {error.code}" for error in refusal.errors]
    return ["absent"]


@contextmanager
def refused(world: World, *codes: str) -> Iterator[None]:
    """The block must be refused for these reasons, and nothing may have happened."""
    before = snapshot(world)
    with pytest.raises((Refused, Invalid, Absent)) as caught:
        yield
    assert codes_of(caught.value) == list(codes)
    assert snapshot(world) == before


def bookings(world: World, source_id: UUID) -> list[Booking]:
    """The transfers of one posting as (debit, credit, amount), in their order."""
    with scope(world.id):
        return list(
            Transfer.objects.filter(organization_id=world.id, posting_id=source_id)
            .order_by("position")
            .values_list("debit", "credit", "amount_minor")
        )


def balances(world: World, invoice: Document | None = None) -> dict[str, int]:
    """Debits less credits per account that is not empty, of one invoice or of all."""
    sums: dict[str, int] = defaultdict(int)
    with scope(world.id):
        transfers = Transfer.objects.filter(organization_id=world.id)
        if invoice is not None:
            transfers = transfers.filter(subject_id=invoice.id)
        for transfer in transfers:
            sums[transfer.debit] += transfer.amount_minor
            sums[transfer.credit] -= transfer.amount_minor
    return {account: amount for account, amount in sums.items() if amount}


def standing(world: World, invoice: Document) -> Standing:
    """How an invoice stands."""
    with scope(world.id):
        return Standing.objects.get(organization_id=world.id, id=invoice.id)


def stands(world: World, invoice: Document) -> dict[str, int | str]:
    """How an invoice stands: its state, and the amounts that are not zero."""
    row = standing(world, invoice)
    amounts = {
        name: getattr(row, f"{name}_minor")
        for name in (
            *("open", "received", "returned", "credited", "owed_back", "unapplied"),
            *("rounded", "relieved", "lost", "written"),
        )
    }
    return {"state": row.state} | {name: amount for name, amount in amounts.items() if amount}


def drafts(world: World) -> list[Draft]:
    """Drafts of invoices, the oldest first."""
    with scope(world.id):
        found = Draft.objects.filter(organization_id=world.id, kind=Kind.INVOICE)
        return list(found.order_by("id"))


def held_credit(world: World, invoice: Document) -> Draft | None:
    """The credit note on hold of an invoice."""
    with scope(world.id):
        return Draft.objects.filter(organization_id=world.id, credits_id=invoice.id).first()


def documents(world: World, kind: Kind | None = None) -> list[Document]:
    """Documents in the order of their numbers within their series."""
    with scope(world.id):
        found = Document.objects.filter(organization_id=world.id).order_by("series_id", "sequence")
        return list(found.filter(kind=kind) if kind else found)


def numbers(world: World, kind: Kind | None = None) -> list[str]:
    """The numbers given, of one kind or of both."""
    return [document.number for document in documents(world, kind)]


def letters(world: World) -> list[tuple[str, str]]:
    """The letters as (kind, address), the oldest first."""
    with scope(world.id):
        found = Letter.objects.filter(organization_id=world.id).order_by("id")
        return list(found.values_list("kind", "to_address"))


def history(world: World, subject_id: UUID) -> list[str]:
    """What happened to a subject, the oldest first."""
    with scope(world.id):
        found = Event.objects.filter(organization_id=world.id, subject_id=subject_id)
        return list(found.order_by("id").values_list("kind", flat=True))


def next_numbers(world: World) -> dict[str, int]:
    """The counter of each series by its kind."""
    with scope(world.id):
        return dict(
            Series.objects.filter(organization_id=world.id).values_list("kind", "next_number")
        )
