"""What a proof finds."""

from dataclasses import dataclass
from uuid import UUID

from storno.documents.models import Document, Kind

UNRECKONABLE = (ArithmeticError, AssertionError, KeyError, TypeError, ValueError)
"""What the rooms of money raise when they are given rows that they would never have written."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is not as it must be: a stable code, the row it is about, and a sentence."""

    code: str
    subject_id: UUID
    sentence: str


def named(document: Document) -> str:
    """A document as a sentence begins with it."""
    return f"{'Invoice' if document.kind == Kind.INVOICE else 'Credit note'} {document.number}"
