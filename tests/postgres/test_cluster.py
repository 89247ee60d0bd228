"""The embedded server: from nothing to ready, shared, killed, taken over, stopped by the last."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from storno.postgres.check import check_database
from storno.postgres.find import NoPrograms
from storno.postgres.run import ForeignServer, OtherMajorVersion, running_server
from storno.postgres.settle import Place, settle
from tests.machine import lives, open_folder, wait_for

ROOT = Path(__file__).parents[2]

USER = """
import sys
from pathlib import Path
from storno.postgres.run import running_server
from storno.postgres.settle import settle
with running_server(settle(Path(sys.argv[1]))):
    print("inside", flush=True)
    sys.stdin.read()
"""
"""A process that uses the database of the folder until its standard input ends."""


@pytest.fixture
def data() -> Iterator[Path]:
    """STORNO_DATA of an installation; whatever a test left running is stopped afterwards."""
    with open_folder() as folder:
        yield folder
        with running_server(settle(folder)):
            pass


def user(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "inside\n"
    return process


def postmaster(place: Place) -> int:
    return int((place.cluster / "postmaster.pid").read_text().split()[0])


def write(place: Place, number: int) -> None:
    with psycopg.connect(place.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def written(place: Place) -> list[int]:
    with psycopg.connect(place.owner_url) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY 1")]


def test_from_nothing_to_a_database_that_passes_the_check(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        check_database(place.application_url, place.owner_url)
        server = postmaster(place)
        assert lives(server)
    assert not lives(server)
    assert not (place.cluster / "postmaster.pid").exists()


def test_only_its_own_folder_and_its_passwords_lead_in(data: Path) -> None:
    place = settle(data)
    assert (data / "database.json").stat().st_mode & 0o777 == 0o600
    assert place.folder.stat().st_mode & 0o777 == 0o700
    with running_server(place):
        with psycopg.connect(place.owner_url) as connection:
            settings = connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', "
                "'log_min_error_statement', 'unix_socket_permissions') ORDER BY 1"
            ).fetchall()
            (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
        assert settings == [
            ("listen_addresses", ""),
            ("log_min_error_statement", "panic"),
            ("unix_socket_permissions", "0700"),
        ]
        assert encoding == "UTF8"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(place.owner_url.replace(":", ":x", 2).replace(":x//", "://"))


def test_the_application_may_connect_and_nothing_more(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        write(place, 1)
        with psycopg.connect(place.application_url, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM kept")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine ()")


def test_rows_survive_an_orderly_end(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        write(place, 1)
    with running_server(settle(data)):
        assert written(place) == [1]


def test_the_last_of_its_users_stops_it_whoever_started_it(data: Path) -> None:
    place = settle(data)
    first = user(data)
    second = user(data)
    server = postmaster(place)
    first.communicate()
    assert lives(server)
    write(place, 1)
    second.communicate()
    assert not lives(server)


def test_two_that_begin_with_nothing_at_once_share_one_server(data: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        users = list(pool.map(user, [data] * 3))
    assert written_by_all(settle(data), users) == [0, 1, 2]


def written_by_all(place: Place, users: list[subprocess.Popen[str]]) -> list[int]:
    for number, process in enumerate(users):
        write(place, number)
        assert process.poll() is None
    seen = written(place)
    for process in users:
        process.communicate()
    return seen


def test_an_orphan_is_taken_over_and_stopped_by_its_new_user(data: Path) -> None:
    place = settle(data)
    killed = user(data)
    write(place, 1)
    server = postmaster(place)
    killed.kill()
    killed.communicate()
    assert lives(server)
    with running_server(place):
        assert postmaster(place) == server
        assert written(place) == [1]
    assert not lives(server)


def test_after_everything_was_killed_all_rows_are_there(data: Path) -> None:
    place = settle(data)
    killed = user(data)
    write(place, 1)
    server = postmaster(place)
    for process in (killed.pid, server):
        os.kill(process, signal.SIGKILL)
    killed.communicate()
    with running_server(place):
        assert postmaster(place) != server
        assert written(place) == [1]


def test_a_killed_server_is_started_again_under_those_who_use_it(data: Path) -> None:
    place = settle(data)
    with running_server(place) as server:
        write(place, 1)
        os.kill(postmaster(place), signal.SIGKILL)
        wait_for(lambda: not server.is_running())
        server.start()
        assert written(place) == [1]


def test_a_number_that_another_process_bears_now_does_not_stop_the_start(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        write(place, 1)
    stale = place.cluster / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{place.cluster}\n1\n5432\n\n\n\nready\n")
    with running_server(place):
        assert written(place) == [1]


def test_a_server_that_storno_did_not_start_is_left_alone(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        pass
    stranger = subprocess.Popen(
        [sys.executable, "-c", "input()", str(place.cluster)], stdin=subprocess.PIPE
    )
    pid_file = place.cluster / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{place.cluster}\n1\n5432\n\n\n\nready\n")
    with pytest.raises(ForeignServer, match=rf"process {stranger.pid}"):
        ExitStack().enter_context(running_server(place))
    assert pid_file.exists()
    stranger.communicate(b"\n")
    assert stranger.returncode == 0


def test_a_server_that_has_not_said_its_number_yet_is_stopped_when_it_has(data: Path) -> None:
    """Stopped in the moment in which the server has made its file, but has not written into it."""
    place = settle(data)
    pid_file = place.cluster / "postmaster.pid"
    with ExitStack() as users:
        server = users.enter_context(running_server(place))
        written = pid_file.read_text()
        pid_file.write_text("")
        later = Timer(0.3, pid_file.write_text, [written])
        later.start()
        begun = time.monotonic()
        users.close()
        assert time.monotonic() - begun < 20
        assert not server.is_running()
        later.join()


def test_data_of_another_major_version_are_not_touched(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        pass
    version = place.cluster / "PG_VERSION"
    original = version.read_text()
    version.write_text("14\n")
    with pytest.raises(OtherMajorVersion, match="was made by PostgreSQL 14, which was not found"):
        ExitStack().enter_context(running_server(place))
    version.write_text(original)


def test_programs_that_are_not_there_are_said_and_nothing_is_made(data: Path) -> None:
    place = settle(data)
    with pytest.raises(NoPrograms, match=f"PostgreSQL 15 to 18 was not found in {data}"):
        ExitStack().enter_context(running_server(place, data))
    assert not place.cluster.exists()


def test_a_start_that_was_killed_while_creating_leaves_no_half(data: Path) -> None:
    place = settle(data)
    half = place.cluster.with_name("cluster.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running_server(place):
        write(place, 1)
    assert not half.exists()


def test_another_installations_passwords_do_not_open_it(data: Path) -> None:
    place = settle(data)
    with running_server(place):
        note = data / "database.json"
        original = note.read_text()
        known = json.loads(original)
        known["passwords"] = dict.fromkeys(known["passwords"], "wrong")
        note.write_text(json.dumps(known))
        with pytest.raises(ForeignServer, match=r"does not take the password"):
            ExitStack().enter_context(running_server(settle(data)))
        note.write_text(original)
        check_database(place.application_url, place.owner_url)
