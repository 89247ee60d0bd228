"""The series: numbers without a gap that rise with time, the chain of seals, the counter."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connections

from storno.documents.models import Document
from storno.numbering.models import Series
from storno.numbering.take import NO_SEAL
from storno.reports.verify.dossier import Books
from storno.reports.verify.violation import Violation

_LINKS = """
SELECT id, number, sequence <> sequence_before + 1, previous_seal <> seal_before,
       issued_at < issued_at_before OR issued_on < issued_on_before
FROM (
  SELECT id, number, sequence, previous_seal, issued_at, issued_on,
         lag(sequence, 1, sequence - 1) OVER running AS sequence_before,
         lag(seal, 1, %(no_seal)s) OVER running AS seal_before,
         lag(issued_at) OVER running AS issued_at_before,
         lag(issued_on) OVER running AS issued_on_before
  FROM documents_document
  WHERE organization_id = %(organization_id)s
  WINDOW running AS (PARTITION BY series_id ORDER BY sequence, id)
) AS links
WHERE sequence <> sequence_before + 1 OR previous_seal <> seal_before
   OR issued_at < issued_at_before OR issued_on < issued_on_before
ORDER BY id
"""

_TWICE = """
SELECT min(id::text)::uuid, number FROM documents_document
WHERE organization_id = %(organization_id)s GROUP BY number HAVING count(*) > 1
"""

_LINK_RULES = (
    ("number_gap", "does not follow the number before it: one is missing or was given twice."),
    ("chain_broken", "is not chained to the document before it in its series."),
    ("out_of_order", "is issued before the document before it in its series."),
)


def prove_series(books: Books) -> Iterator[Violation]:
    """All series of an organization."""
    parameters: dict[str, UUID | bytes] = {
        "organization_id": books.organization_id,
        "no_seal": NO_SEAL,
    }
    with connections[books.database].cursor() as cursor:
        cursor.execute(_LINKS, parameters)
        for id_, number, *broken in cursor:
            for is_broken, (code, sentence) in zip(broken, _LINK_RULES, strict=True):
                if is_broken:
                    yield Violation(code, id_, f"{number} {sentence}")
        cursor.execute(_TWICE, parameters)
        for id_, number in cursor:
            yield Violation("number_given_twice", id_, f"The number {number} was given twice.")
    alike: dict[str, str] = {}
    running: set[tuple[str, int]] = set()
    for series in books.series.values():
        yield from _prove_counter(series, books)
        if alike.setdefault(series.kind, series.format) != series.format:
            yield _wrong(series, f"writes {series.format}", f"another {alike[series.kind]}")
        if (series.kind, series.year) in running:
            yield _wrong(series, f"is of {series.year or 'all years'}", "so is another one")
        running.add((series.kind, series.year))


def _prove_counter(series: Series, books: Books) -> Iterator[Violation]:
    """What the series' row says of its first and last document."""
    documents = books.rows(Document).filter(series_id=series.id)
    first, last = documents.order_by("sequence").first(), documents.order_by("sequence").last()
    if first is None or last is None:
        yield _wrong(series, "has no documents", "is no number of any document")
        return
    facts: dict[str, tuple[Any, Any]] = {
        "first_number": (series.first_number, first.sequence),
        "next_number": (series.next_number, last.sequence + 1),
        "head": (bytes(series.head).hex(), bytes(last.seal).hex()),
        "last_issued_at": (series.last_issued_at, last.issued_at),
        "last_issued_on": (series.last_issued_on, last.issued_on),
    }
    for name, (says, is_) in facts.items():
        if says != is_:
            yield _wrong(series, f"says {name} {says}", f"its documents say {is_}")
    if ("{year" in series.format) != bool(series.year):
        yield _wrong(series, f"is of {series.year}", f"its format is {series.format}")


def _wrong(series: Series, says: str, but: str) -> Violation:
    return Violation("series_wrong", series.id, f"The {series.kind} series {says}, but {but}.")
