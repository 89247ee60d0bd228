"""Lawful erasure: after its time, by the one way, wholly, and never before."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from storno.archive.models import File
from storno.core.clock import read_clock
from storno.documents.erase import BATCH, erase_expired
from storno.documents.files import ErasedLawfully, paper_of
from storno.documents.models import Document, Erasure, Particulars, Standing
from storno.history.models import Event
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.payments.erase import erase_reasons
from storno.payments.models import RefundReversal, Reversal, TakenBack, WriteOffReversal
from storno.reports.verify.dossier import open_books
from storno.reports.verify.prove import prove
from tests.reports.books import deliver, live, violations
from tests.reports.tamper import rows
from tests.world import World, found, line

LONG_AGO = datetime(2015, 6, 16, 9, 12, tzinfo=UTC)
"""What was issued then had to be kept until the end of 2021."""

OVER = datetime(2022, 1, 1, 12, tzinfo=UTC)

RATES = ("24", "14", "10")


def old_invoice(world: World, at: datetime = LONG_AGO) -> Document:
    return world.invoice(line(rate=Decimal(24)), at=at)


def counts(world: World) -> dict[str, int]:
    """How many rows there are of papers, and of the letters that bring them."""
    found_ = {
        model.__name__: rows(model, world.id).count()
        for model in (Document, Particulars, Erasure, File)
    }
    papers = rows(Document, world.id).values("id")
    return found_ | {"Letter": rows(Letter, world.id).filter(subject_id__in=papers).count()}


def reversals_of(world: World) -> list[TakenBack]:
    """Every record of money that was taken back, with its reason."""
    with scope(world.id):
        return [
            *Reversal.objects.filter(organization_id=world.id),
            *RefundReversal.objects.filter(organization_id=world.id),
            *WriteOffReversal.objects.filter(organization_id=world.id),
        ]


def call(document: Document, at: datetime) -> bool:
    """The database's function, as the application calls it."""
    with scope(document.organization_id), connection.cursor() as cursor:
        cursor.execute("SELECT erase_document(%s, %s)", [document.id, at])
        (erased,) = cursor.fetchone()
    return bool(erased)


def test_what_had_to_be_kept_long_enough_is_erased_and_what_had_not_stays() -> None:
    world = found()
    live(world, *RATES, at=LONG_AGO)
    before = counts(world)
    papers = before["Document"]
    assert papers == before["Particulars"] > 10
    assert (before["Erasure"], before["File"]) == (0, 16)
    assert erase_expired(world.id, at=OVER) == papers - 3
    assert counts(world) == {
        "Document": papers,
        "Particulars": 3,
        "Erasure": papers - 3,
        "File": 0,
        "Letter": 3,
    }
    assert erase_reasons(world.id) == len(reversals_of(world))
    books = open_books(world.id, database="owner")
    assert list(prove(books)) == []
    assert (books.documents, books.erased) == (papers, papers - 3)


def test_the_last_day_is_the_organizations_last_day() -> None:
    world = found()
    invoice = old_invoice(world)
    assert invoice.retain_until == date(2021, 12, 31)
    in_helsinki = datetime(2021, 12, 31, 22, tzinfo=UTC)
    assert erase_expired(world.id, at=in_helsinki - timedelta(microseconds=1)) == 0
    with pytest.raises(DatabaseError, match="must be kept until 2021-12-31"):
        call(invoice, in_helsinki - timedelta(microseconds=1))
    assert counts(world) == {
        "Document": 1,
        "Particulars": 1,
        "Erasure": 0,
        "File": 0,
        "Letter": 1,
    }
    assert erase_expired(world.id, at=in_helsinki) == 1
    with scope(world.id):
        erasure = Erasure.objects.get(organization_id=world.id)
    assert (erasure.id, erasure.document_id, erasure.erased_at) == (
        invoice.id,
        invoice.id,
        in_helsinki,
    )


def test_a_moment_that_is_yet_to_come_opens_nothing() -> None:
    world = found()
    invoice = world.invoice(at=read_clock())
    with pytest.raises(DatabaseError, match="must be kept until"):
        call(invoice, datetime(2099, 1, 1, tzinfo=UTC))
    assert counts(world)["Particulars"] == 1


def test_a_second_time_there_is_nothing_to_do() -> None:
    world = found()
    invoice = old_invoice(world)
    assert call(invoice, OVER)
    assert not call(invoice, OVER + timedelta(days=1))
    assert erase_expired(world.id, at=OVER) == 0
    with scope(world.id):
        assert Erasure.objects.get(organization_id=world.id).erased_at == OVER


def test_another_organizations_document_is_out_of_reach() -> None:
    world, charlie = found(), found()
    invoice = old_invoice(world)
    invoice.organization_id = charlie.id
    with pytest.raises(DatabaseError, match="there is no document"):
        call(invoice, OVER)
    with (
        pytest.raises(DatabaseError, match="no organization in scope"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT erase_document(%s, %s)", [invoice.id, OVER])
    assert counts(world)["Particulars"] == 1


def test_the_application_cannot_erase_by_itself() -> None:
    world = found()
    old_invoice(world)
    for table in ("documents_particulars", "archive_file", "documents_document"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            scope(world.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")
    assert counts(world)["Particulars"] == 1


def test_the_function_is_nobody_elses(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proacl::text NOT LIKE '%{=X%' AND proacl::text NOT LIKE '%,=X%' "
            "FROM pg_proc WHERE proname IN ('erase_document', 'erase_reversal_reasons')"
        )
        assert dict(cursor.fetchall()) == {
            "erase_document": True,
            "erase_reversal_reasons": True,
        }


def test_it_is_written_into_history_without_a_name() -> None:
    world = found()
    invoice = old_invoice(world)
    erase_expired(world.id, at=OVER)
    with scope(world.id):
        event = Event.objects.get(organization_id=world.id, kind="document.erased")
    assert (event.subject_id, event.at, event.person_id) == (invoice.id, OVER, None)
    assert event.facts == {"number": "2015-0001"}


def test_an_erased_document_still_stands_but_says_nothing_more() -> None:
    world = found()
    invoice = old_invoice(world)
    deliver(world, at=LONG_AGO + timedelta(days=1))
    erase_expired(world.id, at=OVER)
    with scope(world.id):
        assert Standing.objects.get(organization_id=world.id, id=invoice.id).open_minor == 124_000
        with pytest.raises(ErasedLawfully):
            paper_of(invoice.id, organization_id=world.id)
    assert violations(world) == []


def test_more_than_a_batch_goes_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storno.documents.erase.BATCH", 2)
    assert BATCH == 250
    world = found()
    for _ in range(5):
        old_invoice(world)
    assert erase_expired(world.id, at=OVER) == 5
    assert counts(world)["Erasure"] == 5


def test_reasons_stay_as_long_as_their_invoice() -> None:
    world = found()
    live(world, *RATES, at=LONG_AGO)
    assert erase_reasons(world.id) == 0
    told = reversals_of(world)
    assert len(told) > 5
    assert all(row.reason and row.salt for row in told)
    erase_expired(world.id, at=OVER)
    assert erase_reasons(world.id) == len(told)
    assert erase_reasons(world.id) == 0
    rest = [(row.reason, bytes(row.salt)) for row in reversals_of(world)]
    assert rest == [("", b"")] * len(told)
