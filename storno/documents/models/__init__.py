"""Papers. A draft can be edited and thrown away; a document is written once.

Documents have no status column: "sent", "paid", "credited" are read from `Standing`, which every
deed on an invoice locks first (the application may not update documents, so it cannot lock them).
Lock order: draft, standing, series, then inserts.
"""

from storno.documents.models.document import (
    Document,
    Erasure,
    HandedOver,
    Line,
    Particulars,
    TaxSubtotal,
)
from storno.documents.models.draft import Draft, DraftLine
from storno.documents.models.standing import Dispute, Standing, State
from storno.documents.models.words import FollowUp, Kind, LineFields, Reason, Work

__all__ = [
    "Dispute",
    "Document",
    "Draft",
    "DraftLine",
    "Erasure",
    "FollowUp",
    "HandedOver",
    "Kind",
    "Line",
    "LineFields",
    "Particulars",
    "Reason",
    "Standing",
    "State",
    "TaxSubtotal",
    "Work",
]
