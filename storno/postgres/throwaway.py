"""A throwaway cluster for tests: no passwords, no durability, gone with its process."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from storno.postgres.account import choose_account
from storno.postgres.create import ensure_roles, initialize
from storno.postgres.find import find_programs, reachable_programs
from storno.postgres.run import SETTINGS, launch_server, socket_setting
from storno.postgres.settle import (
    APPLICATION_ROLE,
    DATABASE,
    OWNER_ROLE,
    ROLES,
    SOCKET_PORT,
    SUPERUSER_ROLE,
    socket_url,
)

CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

WATCH = """
read -r _
kill -QUIT "$1" 2>/dev/null
while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
rm -rf "$2"
"""
"""Ends the server and removes its folder once our end of the pipe is closed, however we end."""


@dataclass(frozen=True)
class Throwaway:
    """How a test signs in: as the owner (who may create databases here) or as the application."""

    socket_dir: Path
    port: int = SOCKET_PORT

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.url(OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """For everything else, bound by the policies."""
        return self.url(APPLICATION_ROLE)

    def url(self, role: str, database: str = DATABASE) -> str:
        """A connection URI for any role and database; no password is asked."""
        return socket_url(role, "", self.socket_dir, database)


@contextmanager
def throwaway_cluster(chosen: Path | None = None) -> Iterator[Throwaway]:
    """A cluster with both roles and the database, in about half a second, for the block's length.

    `chosen` is the folder of the programs (STORNO_POSTGRES_BIN). Raises a `PostgresRefused`.
    """
    folder = Path(tempfile.mkdtemp(prefix="storno-", dir="/tmp"))
    cluster, socket = folder / "cluster", folder / "socket"
    account = choose_account(cluster)
    socket.mkdir()
    if account:
        shutil.chown(folder, account.uid, account.gid)
        shutil.chown(socket, account.uid, account.gid)
    programs = reachable_programs(find_programs(chosen), account, folder / "programs")
    initialize(cluster, programs, account, ["--auth=trust", "--no-sync"])
    settings = {**SETTINGS, **CARELESS, **socket_setting(socket), "max_connections": "200"}
    with (folder / "server.log").open("wb") as output:
        server = launch_server(programs, cluster, settings, account, output)
    watch = ["sh", "-c", WATCH, "watch", str(server.pid), str(folder)]
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
    made = Throwaway(socket)
    try:
        _wait_until_ready(server, cluster)
        ensure_roles(made.url(SUPERUSER_ROLE, "postgres"), dict.fromkeys(ROLES, "unused"))
        with psycopg.connect(made.url(SUPERUSER_ROLE, "postgres")) as connection:
            connection.execute(f"ALTER ROLE {OWNER_ROLE} CREATEDB")
        yield made
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        watcher.communicate()


def _wait_until_ready(server: subprocess.Popen[bytes], cluster: Path) -> None:
    note = cluster / "postmaster.pid"
    while not (note.exists() and "ready" in note.read_text()):
        assert server.poll() is None, (cluster.parent / "server.log").read_text()
        time.sleep(0.01)
