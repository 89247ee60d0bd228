"""Filing and fetching."""

import hashlib
from datetime import datetime
from uuid import UUID

from storno.archive.models import File, FileKind
from storno.organizations.sealed import sealed


def fetch(subject_id: UUID, kind: FileKind, *, organization_id: UUID) -> bytes | None:
    """The content of a subject's file of this kind, or None."""
    found = (
        File.objects.filter(organization_id=organization_id, subject_id=subject_id, kind=kind)
        .values_list("content", flat=True)
        .first()
    )
    return None if found is None else bytes(found)


def put_on_file(
    subject_id: UUID, kind: FileKind, content: bytes, *, organization_id: UUID, at: datetime
) -> bytes:
    """File a content once and return what is on file: the first one wins, also in a race."""
    File.objects.bulk_create(
        [
            sealed(
                File(
                    organization_id=organization_id,
                    subject_id=subject_id,
                    kind=kind,
                    content=content,
                    sha256=hashlib.sha256(content).digest(),
                    filed_at=at,
                )
            )
        ],
        ignore_conflicts=True,
    )
    on_file = fetch(subject_id, kind, organization_id=organization_id)
    assert on_file is not None
    return on_file
