"""Files: put once, the first one wins, and nobody but the owner takes one away."""

import hashlib
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from storno.archive.file import fetch, put_on_file
from storno.archive.models import File, FileKind
from storno.organizations.scope import scope
from tests.world import found


def test_the_first_content_stays(at: datetime) -> None:
    world, subject_id = found(), uuid4()
    mine = world.id
    with scope(mine):
        assert fetch(subject_id, FileKind.PDF, organization_id=mine) is None
        first = put_on_file(subject_id, FileKind.PDF, b"first", organization_id=mine, at=at)
        again = put_on_file(subject_id, FileKind.PDF, b"second", organization_id=mine, at=at)
        letter = put_on_file(subject_id, FileKind.LETTER, b"letter", organization_id=mine, at=at)
        assert (first, again, letter) == (b"first", b"first", b"letter")
        assert fetch(subject_id, FileKind.PDF, organization_id=mine) == b"first"
        row = File.objects.get(organization_id=mine, kind=FileKind.PDF)
        assert bytes(row.sha256) == hashlib.sha256(b"first").digest()
        assert row.filed_at == at


def test_another_organization_does_not_see_it(at: datetime) -> None:
    world, other, subject_id = found(), found(), uuid4()
    with scope(world.id):
        put_on_file(subject_id, FileKind.PDF, b"mine", organization_id=world.id, at=at)
    with scope(other.id):
        assert fetch(subject_id, FileKind.PDF, organization_id=world.id) is None
        assert fetch(subject_id, FileKind.PDF, organization_id=other.id) is None


@pytest.mark.parametrize(
    "statement", ["UPDATE archive_file SET content = ''", "DELETE FROM archive_file"]
)
def test_what_is_on_file_cannot_be_changed(at: datetime, statement: str) -> None:
    world, subject_id = found(), uuid4()
    with scope(world.id):
        put_on_file(subject_id, FileKind.PDF, b"mine", organization_id=world.id, at=at)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
        assert fetch(subject_id, FileKind.PDF, organization_id=world.id) == b"mine"
