"""Posting: transfers are added, never changed; a mistake is mended by another posting."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from storno.core.ids import new_id
from storno.core.insert import insert
from storno.ledger.journal import Move
from storno.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class Posting:
    """The moves of one happening. `source_id` is what is posted, `subject_id` its invoice.

    `move_id` joins it to the posting in the books of another organization.
    """

    source_id: UUID
    kind: str
    subject_id: UUID
    currency: str
    booked_on: date
    moves: tuple[Move, ...]
    move_id: UUID | None = None


def seal_of(transfers: Sequence[Transfer]) -> bytes:
    """SHA-256 over every column of the transfers of one posting, but the seal itself."""
    form = [
        [
            str(transfer.organization_id),
            str(transfer.id),
            str(transfer.posting_id),
            transfer.position,
            transfer.kind,
            str(transfer.subject_id),
            transfer.debit,
            transfer.credit,
            transfer.amount_minor,
            transfer.currency,
            transfer.booked_on.isoformat(),
            transfer.recorded_at.astimezone(UTC).isoformat(),
            *([] if transfer.move_id is None else [str(transfer.move_id)]),
        ]
        for transfer in transfers
    ]
    return hashlib.sha256(json.dumps(form, separators=(",", ":")).encode()).digest()


def post(postings: Iterable[Posting], *, organization_id: UUID, at: datetime) -> None:
    """Write postings with one statement. A second posting of one source violates `posted_once`."""
    written: list[Transfer] = []
    for posting in postings:
        transfers = [
            Transfer(
                id=new_id(),
                organization_id=organization_id,
                posting_id=posting.source_id,
                position=position,
                kind=posting.kind,
                subject_id=posting.subject_id,
                debit=move.debit,
                credit=move.credit,
                amount_minor=move.amount_minor,
                currency=posting.currency,
                booked_on=posting.booked_on,
                recorded_at=at,
                move_id=posting.move_id,
            )
            for position, move in enumerate(posting.moves)
        ]
        seal = seal_of(transfers)
        for transfer in transfers:
            transfer.seal = seal
        written += transfers
    insert(written)
