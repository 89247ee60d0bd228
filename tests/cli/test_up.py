"""`storno up` for real: started, signalled, killed, started again, on a database of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
import pytest

from storno.postgres.run import running_server
from storno.postgres.settle import settle
from tests.cli.installation import create
from tests.conftest import MIGRATED
from tests.machine import children, lives, open_folder, wait_for

ROOT = Path(__file__).parents[2]
WEB, WORKER = "storno.web.serve:main", "storno.worker.run:main"


class Installation:
    """One STORNO_DATA with a port, and the `up` that a test starts on it."""

    def __init__(self, data: Path, **variables: str) -> None:
        self.data = data
        self.log = data.with_name("up.log")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.variables = {
            "PATH": "/usr/bin:/bin",
            "STORNO_DATA": str(data),
            "STORNO_PORT": str(self.port),
            "STORNO_DEMO": "0",
            **variables,
        }
        self.begun: list[subprocess.Popen[bytes]] = []

    def begin(self, *options: str) -> subprocess.Popen[bytes]:
        """Start it, without waiting for anything."""
        with self.log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "storno.cli.main", "up", *options],
                cwd=ROOT,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.begun.append(process)
        return process

    def start(self) -> subprocess.Popen[bytes]:
        """Start it and wait until it says that it runs."""
        process = self.begin()
        wait_for(lambda: "Storno is running" in self.said() or process.poll() is not None, 60)
        assert process.poll() is None, self.said()
        return process

    def said(self) -> str:
        """What the last start has said so far."""
        return self.log.read_text()

    def answers(self) -> bool:
        """Whether pages come."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asking.request("GET", "/healthz", headers={"Host": "localhost"})
            return asking.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            asking.close()

    def child(self, function: str) -> int:
        """The number of the child that runs a function."""
        found = children(self.begun[-1].pid).items()
        return next(number for number, line in found if function in line)

    def postgres(self) -> int:
        """The number of the database server."""
        cluster = settle(self.data).cluster
        return int((cluster / "postmaster.pid").read_text().split()[0])

    def all(self) -> list[int]:
        """Everything that the last start has started."""
        web = self.child(WEB)
        return [web, *children(web), self.child(WORKER), self.postgres()]


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """STORNO_DATA of an installation that was made ready and has never served."""
    with open_folder() as folder:
        made = Installation(folder / "data")
        subprocess.run(
            [sys.executable, "-m", "storno.cli.main", "migrate"],
            cwd=ROOT,
            env=made.variables,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield made.data


@contextmanager
def copied(migrated: Path) -> Iterator[Installation]:
    """An installation of its own, already made ready; afterwards nothing of it runs."""
    with open_folder() as folder:
        subprocess.run(["cp", "-a", migrated, folder], check=True)
        made = Installation(folder / "data")
        yield made
        for process in made.begun:
            process.terminate()
            process.wait()
        with running_server(settle(made.data)):
            pass  # stops what was left


@pytest.fixture
def installation(migrated: Path) -> Iterator[Installation]:
    """An installation that the test may kill."""
    with copied(migrated) as made:
        yield made


@pytest.fixture(scope="module")
def running(migrated: Path) -> Iterator[Installation]:
    """An installation that runs and goes on running."""
    with copied(migrated) as made:
        made.start()
        yield made


def asks(installation: Installation, query: str) -> object:
    with psycopg.connect(settle(installation.data).owner_url) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_with_everything_on_a_signal_to_it_alone(
    installation: Installation, order: signal.Signals
) -> None:
    # A script's background job has SIGINT ignored by its shell, and must hear it all the same.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = installation.start()
    finally:
        signal.signal(signal.SIGINT, before)
    assert f"Storno is running: http://localhost:{installation.port}" in installation.said()
    assert installation.answers()
    started = installation.all()
    assert len(started) == 4
    process.send_signal(order)
    assert process.wait(30) == 0
    assert [lives(number) for number in started] == [False] * 4
    assert installation.said().endswith("Storno has stopped.\n")
    assert not installation.answers()


def test_a_signal_while_it_gets_ready_for_the_first_time_ends_it_as_well() -> None:
    with open_folder() as folder:
        installation = Installation(folder / "data")
        process = installation.begin()
        pid_file = installation.data / "postgres" / "cluster" / "postmaster.pid"
        wait_for(pid_file.exists)
        process.terminate()
        assert process.wait(30) == 0
        assert not pid_file.exists()
        again = installation.start()
        again.terminate()
        assert again.wait(30) == 0


def test_it_says_as_json_where_it_runs(installation: Installation) -> None:
    process = installation.begin("--json")
    wait_for(lambda: "{" in installation.said() or process.poll() is not None, 60)
    (line,) = [line for line in installation.said().splitlines() if line.startswith("{")]
    assert json.loads(line) == {
        "local": f"http://localhost:{installation.port}",
        "url": f"http://localhost:{installation.port}",
        "database": str(settle(installation.data).folder),
        "log_ins": [],
    }
    assert installation.answers()
    process.terminate()
    assert process.wait(30) == 0


def test_a_second_start_on_the_same_data_says_who_is_there(running: Installation) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "storno.cli.main", "up"],
        cwd=ROOT,
        env=running.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert second.stderr == (
        f"Error: Storno is already running here (process {running.begun[0].pid}, "
        f"http://localhost:{running.port}): use that one, stop it, or set STORNO_DATA and "
        "STORNO_PORT for a second installation.\n"
    )
    assert running.answers()


def test_a_verb_uses_the_running_database_and_leaves_it_running(running: Installation) -> None:
    server = running.postgres()
    answer = subprocess.run(
        [sys.executable, "-m", "storno.cli.main", "migrate", "--json"],
        cwd=ROOT,
        env=running.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, json.loads(answer.stdout)) == (0, {"applied": []})
    assert running.postgres() == server
    assert lives(server)


def test_a_taken_port_is_said_before_anything_starts(installation: Installation) -> None:
    log = (installation.data / "postgres" / "server.log").read_bytes()
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        process = installation.begin()
        assert process.wait(60) == 2
    assert f"Port {installation.port} on 127.0.0.1 cannot be used" in installation.said()
    assert "set STORNO_PORT to a free one." in installation.said()
    assert (installation.data / "postgres" / "server.log").read_bytes() == log


def test_killed_by_force_it_leaves_only_the_database_and_the_next_start_takes_it_over(
    installation: Installation,
) -> None:
    killed = installation.start()
    *programs, server = installation.all()
    killed.kill()
    killed.wait()
    wait_for(lambda: not any(lives(number) for number in programs))
    assert lives(server)
    with psycopg.connect(settle(installation.data).owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    again = installation.start()
    assert installation.postgres() == server
    assert asks(installation, "SELECT number FROM kept") == 1
    again.terminate()
    assert again.wait(30) == 0
    assert not lives(server)


def test_whatever_is_killed_is_started_again(installation: Installation) -> None:
    installation.start()
    finds: list[Callable[[], int]] = [
        lambda: installation.child(WORKER),
        lambda: installation.child(WEB),
        lambda: next(iter(children(installation.child(WEB)))),
        installation.postgres,
    ]
    for find in finds:
        was = find()
        os.kill(was, signal.SIGKILL)

        def is_back(was: int = was, find: Callable[[], int] = find) -> bool:
            try:
                return find() != was and installation.answers()
            except (StopIteration, OSError, IndexError):  # not there yet, or not written yet
                return False

        wait_for(is_back)
    said = installation.said()
    assert "The worker ended unexpectedly (code -9); starting it again in 0.5 s." in said
    assert "The web server ended unexpectedly (code -9); starting it again in 0.5 s." in said
    assert "The database ended unexpectedly; starting it again." in said


def test_to_listen_to_others_it_must_know_its_address(installation: Installation) -> None:
    process = installation.begin("--listen", "0.0.0.0")
    assert process.wait(60) == 2
    assert "set STORNO_URL" in installation.said()
    installation.variables["STORNO_URL"] = "https://invoices.example.com"
    for address in ("nowhere.invalid", "203.0.113.9"):
        process = installation.begin("--listen", address)
        assert process.wait(60) == 2
        assert f"This machine has no address {address}: let --listen" in installation.said()


def test_on_a_server_of_ones_own_it_serves_and_leaves_no_cluster() -> None:
    with open_folder() as folder:
        ours = create("of_ones_own", folder)
        url = {name: value for name, value in ours.variables.items() if name.endswith("_URL")}
        owner_url = url.pop("STORNO_OWNER_DATABASE_URL")
        installation = Installation(folder / "data", **url)
        unmigrated = installation.begin()
        assert unmigrated.wait(60) == 2
        assert "migrations: run `storno migrate` with STORNO_OWNER" in installation.said()
        create(ours.name, folder, template=MIGRATED)
        with ours.connect() as connection:
            connection.execute("DROP TABLE usersessions_usersession")
            connection.execute("DELETE FROM django_migrations WHERE app = 'usersessions'")
        installation.variables["STORNO_OWNER_DATABASE_URL"] = owner_url
        process = installation.start()
        assert "Making the database ready (1 migrations) …" in installation.said()
        worker = installation.child(WORKER)
        if Path("/proc").exists():
            given = Path(f"/proc/{worker}/environ").read_bytes()
            assert b"STORNO_DATABASE_URL=" in given
            assert b"STORNO_OWNER_DATABASE_URL" not in given
        process.terminate()
        assert process.wait(30) == 0
        del installation.variables["STORNO_OWNER_DATABASE_URL"]
        without_owner = installation.start()
        without_owner.terminate()
        assert without_owner.wait(30) == 0
        assert not (installation.data / "postgres").exists()
