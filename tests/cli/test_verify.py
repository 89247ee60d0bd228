"""`storno verify`: says what is wrong, where, and ends with 1."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.cli.installation import Installation, create
from tests.conftest import MIGRATED


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with two organizations that have lived."""
    made = create("verified", tmp_path_factory.mktemp("verified") / "data", template=MIGRATED)
    made.fill()
    made.fill()
    return made


def slugs(house: Installation) -> list[str]:
    with house.connect() as connection:
        found = connection.execute("SELECT slug FROM organizations_organization ORDER BY slug")
        return [slug for (slug,) in found]


@pytest.fixture
def tampered(house: Installation) -> Iterator[tuple[str, UUID]]:
    """The second organization, and the invoice of it on which a line was changed."""
    change = "UPDATE documents_line SET quantity = quantity + %s WHERE id = %s"
    with house.connect() as connection:
        found = connection.execute(
            "SELECT slug, document.id, line.id FROM documents_line AS line "
            "JOIN documents_document AS document ON document.id = document_id "
            "JOIN organizations_organization AS organization "
            "ON organization.id = document.organization_id "
            "WHERE document.kind = 'invoice' ORDER BY slug DESC LIMIT 1"
        ).fetchone()
        assert found is not None
        slug, document_id, line_id = found
        connection.execute(change, [1, line_id])
        yield slug, document_id
        connection.execute(change, [-1, line_id])


def test_books_in_order(house: Installation) -> None:
    done = house.run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Documents: 66, organizations: 2. Violations: none.\n"
    assert house.answer("verify") == {
        "organizations": 2,
        "documents": 66,
        "erased": 0,
        "violations": [],
    }


def test_a_violation_is_named(house: Installation, tampered: tuple[str, UUID]) -> None:
    slug, document_id = tampered
    done = house.run("verify")
    assert done.returncode == 1
    *found, summary = done.stdout.splitlines()
    assert [line.partition(": ")[0] for line in found] == [
        f"{slug} seal_broken {document_id}",
        f"{slug} line_amount_wrong {document_id}",
    ]
    assert found[1].endswith(" is not quantity times price.")
    assert summary == "Documents: 66, organizations: 2. Violations: 2."
    said = house.answer("verify", code=1)["violations"]
    assert [(each["code"], each["organization"], each["subject"]) for each in said] == [
        ("seal_broken", slug, str(document_id)),
        ("line_amount_wrong", slug, str(document_id)),
    ]


def test_one_organization_alone(house: Installation, tampered: tuple[str, UUID]) -> None:
    first, second = slugs(house)
    assert tampered[0] == second
    assert house.answer("verify", "--organization", first)["documents"] == 33
    said = house.answer("verify", "--organization", second, code=1)
    assert (said["organizations"], len(said["violations"])) == (1, 2)


def test_an_organization_that_there_is_not(house: Installation) -> None:
    done = house.run("verify", "--organization", "nobody")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "Error: There is no organization nobody.\n"


def test_without_the_owner_it_says_what_it_needs(house: Installation) -> None:
    done = house.run("verify", STORNO_OWNER_DATABASE_URL="")
    assert (done.returncode, done.stdout) == (2, "")
    assert "set STORNO_OWNER_DATABASE_URL" in done.stderr


def test_an_empty_database_is_to_be_migrated_first(tmp_path: Path) -> None:
    done = create("unmigrated", tmp_path / "data").run("verify")
    assert (done.returncode, done.stdout) == (2, "")
    assert "run `storno migrate`" in done.stderr
