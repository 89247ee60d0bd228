"""Run the embedded server: start it, share it, take over an orphan, and let its last user stop it.

Three files beside the cluster are locks (flock), which a killed process lets go of by itself:
`start.lock` is held while somebody starts or stops, `use.lock` is shared by all who use the server,
and `server.lock` is handed to the server's own processes: it is free exactly when none of them
lives any more, whoever started them.
"""

import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from storno.postgres.account import Account, as_account
from storno.postgres.create import CLEAN, create_cluster, ensure_roles
from storno.postgres.find import NoPrograms, Programs, find_programs, reachable_programs
from storno.postgres.refuse import PostgresRefused
from storno.postgres.settle import SOCKET_PORT, SUPERUSER_ROLE, Place

PATIENCE_SECONDS = 300
"""How long a server may take to recover after a crash before we say that it does not start."""

LONGEST_LOG = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": str(SOCKET_PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # The log must hold no personal data: neither statements nor the values of broken constraints.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


class ServerDidNotStart(PostgresRefused):
    """The server ended, or did not answer in time; its own words are in the message."""


class OtherMajorVersion(PostgresRefused):
    """The data were written by a PostgreSQL that is not here."""


class ForeignServer(PostgresRefused):
    """A server that Storno did not start runs on Storno's data."""


@contextmanager
def running_server(place: Place, chosen: Path | None = None) -> Iterator["Server"]:
    """The server of this place for the length of the block: found running, or started.

    `chosen` is the folder of the programs (STORNO_POSTGRES_BIN). Any number of processes may be
    inside at the same time; the last one to leave stops the server, whoever started it. Raises a
    `PostgresRefused`.
    """
    with (place.folder / "use.lock").open("a") as use:
        fcntl.flock(use, fcntl.LOCK_SH)
        server = Server(place, chosen)
        try:
            server.start()
            yield server
        finally:
            with _alone(place.folder / "start.lock"):
                if _take(use):
                    server.stop()


class Server:
    """One embedded server, as seen by a process that uses it."""

    def __init__(self, place: Place, chosen: Path | None) -> None:
        self._place = place
        self._chosen = chosen
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where the data lie, for those who want to know or to copy them."""
        return self._place.folder

    def is_running(self) -> bool:
        """Whether any process of the server lives, ours or an adopted one's."""
        if self._child:
            self._child.poll()
        with (self._place.folder / "server.lock").open("a") as lock:
            return not _take(lock, fcntl.LOCK_SH)

    def start(self) -> None:
        """Let it run and answer; an orphan of a killed process is taken over as it is."""
        begun = time.monotonic()
        child = None
        with _alone(self._place.folder / "start.lock"):
            while not self._answers():
                if child is None:
                    child = self._child = self._spawn_unless_running()
                elif child.poll() is not None:
                    raise ServerDidNotStart(
                        f"The database did not start: {self._last_words()}.",
                        f"Put that right and start again; more stands in {self._place.log}.",
                    )
                if time.monotonic() - begun > PATIENCE_SECONDS:
                    raise ServerDidNotStart(
                        f"The database has not answered for {PATIENCE_SECONDS} seconds.",
                        f"See what it says in {self._place.log}; it may still be recovering.",
                    )
                time.sleep(0.02)
            ensure_roles(self._place.url(SUPERUSER_ROLE, "postgres"), self._place.passwords)

    def stop(self) -> None:
        """End it in order; one that does not end in a minute is cut off, which loses nothing.

        Only a server of ours is told: a stranger's may run on the same cluster.
        """
        for order, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            told, begun = False, time.monotonic()
            while self.is_running() and time.monotonic() - begun < seconds:
                # One that has just begun has not written its number yet.
                if not told and (postmaster := self._postmaster()):
                    with suppress(ProcessLookupError):
                        os.kill(postmaster, order)
                    told = True
                time.sleep(0.01)
        if self._child and not self.is_running():
            self._child.wait()  # it has let its lock go, and is about to be gone

    def _spawn_unless_running(self) -> subprocess.Popen[bytes] | None:
        with (self._place.folder / "server.lock").open("a") as lock:
            if not _take(lock):
                return None
            programs = self._programs()
            if not self._place.cluster.exists():
                create_cluster(self._place, programs)
            self._clear_stale_pid()
            return self._spawn(programs, lock)

    def _programs(self) -> Programs:
        version = self._place.cluster / "PG_VERSION"
        major = int(version.read_text()) if version.exists() else None
        try:
            found = find_programs(self._chosen, major)
        except NoPrograms:
            if major is None:
                raise
            raise OtherMajorVersion(
                f"The database in {self._place.cluster} was made by PostgreSQL {major}, "
                "which was not found here.",
                f"Install PostgreSQL {major} or let STORNO_POSTGRES_BIN name its folder; to move "
                "to another version, back up with the old one and restore with the new.",
            ) from None
        return reachable_programs(found, self._place.account, self._place.folder / "programs")

    def _spawn(self, programs: Programs, lock: IO[str]) -> subprocess.Popen[bytes]:
        log = self._place.log
        too_long = log.exists() and log.stat().st_size > LONGEST_LOG
        with log.open("wb" if too_long else "ab") as output:
            log.chmod(0o600)
            return launch_server(
                programs,
                self._place.cluster,
                {**SETTINGS, **socket_setting(self._place.socket_folder)},
                self._place.account,
                output,
                pass_fds=[lock.fileno()],
            )

    def _answers(self) -> bool:
        """Whether the server of exactly this cluster takes our password."""
        if self._pid_file()[7:8] != ["ready"]:
            return False
        url = self._place.url(SUPERUSER_ROLE, "postgres")
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ForeignServer(
                    f"The database in {self._place.cluster} does not take the password that "
                    "database.json knows.",
                    "Bring back the database.json that belongs to it.",
                ) from None
            return False
        assert row is not None
        if Path(row[0]).resolve() != self._place.cluster.resolve():
            raise ForeignServer(
                f"The database was moved from {row[0]} while its server (process "
                f"{self._pid_file()[0]}) was running.",
                "Stop that process and start again.",
            )
        return True

    def _clear_stale_pid(self) -> None:
        """Called while no process of ours lives: what the files name is a stranger or nobody.

        PostgreSQL would not start while another process bears the number of the one that was
        killed, which is usual after a restart of a container, or while nobody has reaped that one.
        """
        postmaster = self._postmaster()
        if postmaster:
            raise ForeignServer(
                f"A PostgreSQL server that Storno did not start (process {postmaster}) runs on "
                f"{self._place.cluster}.",
                "Stop it and start again.",
            )
        left = self._place.socket_folder / f".s.PGSQL.{SOCKET_PORT}.lock"
        for path in (self._place.cluster / "postmaster.pid", left):
            path.unlink(missing_ok=True)

    def _postmaster(self) -> int | None:
        """The process that `postmaster.pid` names, if it still is a server on this cluster."""
        lines = self._pid_file()
        if not lines or not lines[0].isdigit():
            return None
        pid = int(lines[0])
        try:
            asked = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            if Path("/proc/self/cmdline").exists():
                return None
            ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
            asked = subprocess.run(ps, capture_output=True, check=False).stdout
        return pid if os.fsencode(self._place.cluster) in asked else None

    def _pid_file(self) -> list[str]:
        """The lines of `postmaster.pid`: process first, state eighth (PostgreSQL, pidfile.h)."""
        try:
            text = (self._place.cluster / "postmaster.pid").read_text()
        except OSError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _last_words(self) -> str:
        said = re.findall(r"(?:FATAL|PANIC): +(.*)", self._place.log.read_text(errors="replace"))
        return said[-1].rstrip(".") if said else "it gave no reason"


def socket_setting(folder: Path) -> dict[str, str]:
    """The setting that puts the server's one socket into the folder: a list of quoted names."""
    quoted = str(folder).replace('"', '""')
    return {"unix_socket_directories": f'"{quoted}"'}


def launch_server(
    programs: Programs,
    cluster: Path,
    settings: Mapping[str, str],
    account: Account | None,
    output: IO[bytes],
    pass_fds: Collection[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `postgres` as our own child; it is not yet ready when this returns.

    It gets a session of its own, so that Ctrl-C on the terminal does not reach it.
    """
    command: list[str | Path] = [programs.folder / "postgres", "-D", cluster]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd="/",
        env=CLEAN,
        umask=0o077,
        start_new_session=True,
        pass_fds=pass_fds,
        **as_account(account),
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take(lock: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    """Take a lock if it is free; False where somebody else holds it."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
