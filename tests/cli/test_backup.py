"""`storno backup` and `storno restore`: everything comes back, all of it or nothing."""

import json
import shutil
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import psycopg
import pytest

from storno.cli.backup import DATABASE, LEFT_BEHIND, MANIFEST, SECRET_KEY
from tests.cli.installation import Installation, create
from tests.conftest import MIGRATED
from tests.machine import open_folder

COUNT = "SELECT count(*) FROM organizations_organization"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with an organization that has lived, and somebody signed in."""
    made = create("house", tmp_path_factory.mktemp("house") / "data", template=MIGRATED)
    made.fill()
    with made.connect() as connection:
        connection.execute(
            "INSERT INTO django_session VALUES ('who-is-signed-in', 'data', now() + '1 day')"
        )
    return made


@pytest.fixture(scope="module")
def backup(house: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup, with the secret key."""
    file = tmp_path_factory.mktemp("backups") / "house.storno"
    done = house.run("backup", str(file), "--with-secret-key")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"Backed up to {file} ({file.stat().st_size} bytes). The secret key is inside: whoever has "
        "the file has everything.\n"
    )
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """A new machine."""
    return create("empty", tmp_path / "data")


def rewritten(original: Path, to: Path, *, without: str = "", **members: bytes) -> Path:
    """The backup with some of its members replaced, or one left out."""
    with ZipFile(original) as old, ZipFile(to, "w", ZIP_STORED) as new:
        for name in old.namelist():
            if name != without:
                new.writestr(name, members.get(name.partition(".")[0], old.read(name)))
    return to


def test_the_file_is_for_nobody_elses_eyes(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir()] == ["house.storno"]
    with ZipFile(backup) as archive:
        assert archive.namelist() == [MANIFEST, SECRET_KEY, DATABASE]
        assert archive.testzip() is None
        manifest = json.loads(archive.read(MANIFEST))
        assert archive.read(DATABASE)[:5] == b"PGDMP"
    assert manifest["format"] == "storno-backup 1"
    assert manifest["secret_key"] is True
    assert "documents.0001_initial" in manifest["migrations"]


def test_everything_comes_back_on_a_new_machine(
    house: Installation, backup: Path, empty: Installation
) -> None:
    done = empty.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    # Where it takes more than a second, it says how far it is.
    assert all(each.endswith(" bytes restored") for each in done.stderr.splitlines())
    first, second = done.stdout.splitlines()
    assert first.startswith("Restored the backup of 20")
    assert first.endswith("The secret key is that of the backup.")
    assert second == "Documents: 33, organizations: 1. Violations: none."
    before, after = house.contents(), empty.contents()
    assert before["django_session"] != "None"
    for table in LEFT_BEHIND:
        before.pop(table)
        assert after.pop(table) == "None"
    assert before == after
    key = empty.data / "secret-key"
    assert key.read_text() == (house.data / "secret-key").read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    # The rights come back too.
    with empty.connect(as_application=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no organization in scope"):
            connection.execute("SELECT * FROM documents_document")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
            connection.execute("DELETE FROM documents_document")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no organization in scope"):
            connection.execute("SELECT erase_document(gen_random_uuid(), now())")


def test_without_being_asked_the_secret_key_stays_out(
    house: Installation, empty: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "plain"
    said = house.answer("backup", str(file))
    assert said == {"file": str(file), "bytes": file.stat().st_size, "secret_key": False}
    with ZipFile(file) as archive:
        assert archive.namelist() == [MANIFEST, DATABASE]
        key = (house.data / "secret-key").read_bytes()
        assert all(key not in archive.read(name) for name in archive.namelist())
    said = empty.answer("restore", str(file))
    assert said["secret_key"].startswith("No secret key was inside")
    assert said["applied"] == []
    assert said["verified"]["violations"] == []
    assert (empty.data / "secret-key").read_bytes() != key


def test_a_given_secret_key_is_not_overruled(backup: Path, empty: Installation) -> None:
    empty.key = "given-by-the-environment-" * 2
    said = empty.answer("restore", str(backup))
    assert said["secret_key"].startswith("STORNO_SECRET_KEY is another one than in the backup")
    assert not (empty.data / "secret-key").exists()


def test_nothing_is_overwritten_by_a_backup(house: Installation, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("another backup")
    done = house.run("backup", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is there already" in done.stderr
    assert file.read_text() == "another backup"


def test_a_folder_that_is_not_there(house: Installation, tmp_path: Path) -> None:
    done = house.run("backup", str(tmp_path / "nowhere" / "file"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written: No such file or directory" in done.stderr


def test_a_backup_that_fails_leaves_no_file(house: Installation, tmp_path: Path) -> None:
    """The application may not read everything, so as the owner it will not do."""
    done = house.run(
        "backup",
        str(tmp_path / "half"),
        STORNO_OWNER_DATABASE_URL=house.variables["STORNO_DATABASE_URL"],
    )
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="class")
def filled(backup: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One that was restored before, and has a table that the backup does not know.

    What is refused leaves it as it is for the next test, so only the last one replaces it.
    """
    made = create("filled", tmp_path_factory.mktemp("filled") / "data")
    assert made.run("restore", str(backup)).returncode == 0
    with made.connect() as connection:
        connection.execute("UPDATE people_person SET name = 'Robert' WHERE name = 'Bob'")
        connection.execute("CREATE TABLE of_another_time (id bigserial PRIMARY KEY)")
    return made


class TestDatabaseThatIsInUse:
    """An installation with an organization of its own is not given up by accident."""

    def test_it_is_kept_unless_it_is_said(self, backup: Path, filled: Installation) -> None:
        before = filled.contents()
        done = filled.run("restore", str(backup))
        assert (done.returncode, done.stdout) == (2, "")
        assert "The database is not empty: say --replace" in done.stderr
        assert filled.contents() == before

    def test_it_stays_while_storno_runs(self, backup: Path, filled: Installation) -> None:
        with filled.connect(as_application=True):
            done = filled.run("restore", str(backup), "--replace")
        assert (done.returncode, done.stdout) == (2, "")
        assert "Storno is running on this database (1 connections): stop it first." in done.stderr

    def test_it_is_as_it_was_if_the_backup_is_damaged(
        self, backup: Path, filled: Installation, tmp_path: Path
    ) -> None:
        before = filled.contents()
        content = bytearray(backup.read_bytes())
        content[len(content) * 3 // 4] ^= 1
        broken = tmp_path / "broken"
        broken.write_bytes(content)
        with ZipFile(backup) as archive:
            dump = archive.read(DATABASE)
        short = rewritten(backup, tmp_path / "short", database=dump[: len(dump) // 2])
        strange = rewritten(backup, tmp_path / "strange", database=b"not a dump")
        for file in (broken, short, strange):
            done = filled.run("restore", str(file), "--replace")
            assert (done.returncode, done.stdout) == (1, ""), file
            assert "the database is as it was" in done.stderr.lower()
            assert filled.contents() == before

    def test_it_is_as_it_was_if_the_file_is_something_else(
        self, backup: Path, filled: Installation, tmp_path: Path
    ) -> None:
        before = filled.contents()
        letter = tmp_path / "letter.txt"
        letter.write_text("Dear Alice")
        archive = tmp_path / "archive.zip"
        with ZipFile(archive, "w") as other:
            other.writestr("letter.txt", "Dear Alice")
        with ZipFile(backup) as whole:
            manifest = json.loads(whole.read(MANIFEST))
        unsaid = json.dumps(manifest | {"migrations": None}).encode()
        for file in (
            letter,
            archive,
            rewritten(backup, tmp_path / "unsaid", backup=unsaid),
            rewritten(backup, tmp_path / "keyless", without=SECRET_KEY),
            rewritten(backup, tmp_path / "bookless", without=DATABASE),
        ):
            done = filled.run("restore", str(file), "--replace")
            said = f"Error: {file} is no backup of Storno, or it is damaged.\n"
            assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
        manifest["migrations"].append("documents.0099_of_the_future")
        newer = rewritten(backup, tmp_path / "newer", backup=json.dumps(manifest).encode())
        done = filled.run("restore", str(newer), "--replace")
        assert (done.returncode, done.stdout) == (2, "")
        assert "made by a newer version of Storno (documents.0099_of_the_future)" in done.stderr
        manifest["migrations"].pop()
        later = json.dumps(manifest | {"postgresql": 99}).encode()
        by_newer_programs = rewritten(backup, tmp_path / "later", backup=later)
        done = filled.run("restore", str(by_newer_programs), "--replace")
        assert (done.returncode, done.stdout) == (2, "")
        assert "of PostgreSQL 99 or newer were not found. Install the client of" in done.stderr
        assert filled.contents() == before

    def test_it_gives_way_to_the_backup(
        self, house: Installation, backup: Path, filled: Installation
    ) -> None:
        assert filled.answer("restore", str(backup), "--replace")["verified"]["violations"] == []
        before, after = house.contents(), filled.contents()
        assert before["people_person"] == after["people_person"]
        assert before.keys() == after.keys()


def test_so_it_is_with_the_embedded_database(house: Installation) -> None:
    own = {"STORNO_DATABASE_URL": "", "STORNO_OWNER_DATABASE_URL": ""}
    with open_folder() as folder:
        one, two = str(folder / "one"), str(folder / "two")
        file = str(folder / "backup")
        for words, data in (
            (["migrate"], one),
            (["backup", file, "--with-secret-key"], one),
            (["restore", file], two),
        ):
            done = house.run(*words, STORNO_DATA=data, **own)
            assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("Documents: 0, organizations: 0. Violations: none.\n")
        keys = [(folder / data / "secret-key").read_text() for data in ("one", "two")]
    assert keys[0] == keys[1]


def test_an_older_backup_is_brought_to_this_version(
    house: Installation, backup: Path, empty: Installation, tmp_path: Path
) -> None:
    assert empty.run("restore", str(backup)).returncode == 0
    with empty.connect() as connection:
        connection.execute("DROP TABLE usersessions_usersession")
        connection.execute("DELETE FROM django_migrations WHERE app = 'usersessions'")
        connection.execute("DROP FUNCTION erase_document")
    older = tmp_path / "older"
    assert empty.run("backup", str(older)).returncode == 0
    said = empty.answer("restore", str(older), "--replace")
    assert [name.partition(".")[0] for name in said["applied"]] == ["usersessions"]
    with empty.connect() as connection:
        assert connection.execute("SELECT 'erase_document'::regproc").fetchone() is not None
    assert empty.contents().keys() == house.contents().keys()


def test_books_that_are_not_in_order_are_restored_and_named(
    backup: Path, empty: Installation, tmp_path: Path
) -> None:
    assert empty.run("restore", str(backup)).returncode == 0
    with empty.connect() as connection:
        connection.execute("UPDATE documents_standing SET state = 'paid' WHERE state = 'sent'")
    tampered = tmp_path / "tampered"
    assert empty.run("backup", str(tampered)).returncode == 0
    done = empty.run("restore", str(tampered), "--replace")
    assert done.returncode == 1
    assert "standing_wrong" in done.stdout
    assert "Restored the backup of" in done.stdout


def test_without_the_owner_they_say_what_they_need(house: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copy(__file__, copy)
    for words in (("backup", str(tmp_path / "new")), ("restore", str(copy))):
        done = house.run(*words, STORNO_OWNER_DATABASE_URL="")
        assert (done.returncode, done.stdout) == (2, "")
        assert "set STORNO_OWNER_DATABASE_URL" in done.stderr
