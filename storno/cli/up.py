"""`storno up`: run everything (database, pages, worker) from one command, until it is stopped."""

import errno
import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from types import FrameType

import click
from django.core.management import call_command

from storno.cli.connect import close_connections, database
from storno.cli.demo import as_values, in_words, loading
from storno.cli.migrate import migrate
from storno.cli.ready import fences_must_stand, must_be_migrated
from storno.cli.verb import Failure, Unfit, Verb
from storno.core.clock import read_clock
from storno.core.environment import LOOPBACK, Environment, environment
from storno.core.supervise import Child, supervise
from storno.demo.load import LogIn, load_demo
from storno.postgres.run import Server

FRUITLESS_STARTS = 3
"""After so many crashes before the first answer the installation is broken, not unlucky."""

PORT_SECONDS = 3


@click.command(cls=Verb)
@click.option(
    "--listen",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="The address to listen on; others than this machine's own need STORNO_URL.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the address and log-ins as JSON.")
def command(listen: str, as_json: bool) -> None:
    """Run Storno: database, web pages and worker, until Ctrl-C or SIGTERM.

    Migrates first, and loads the demo organizations once unless STORNO_DEMO=0. With --json, one
    line is printed as soon as pages come.
    """
    env = environment()
    if listen not in LOOPBACK and env.on_loopback:
        raise Unfit(
            f"To be reached at {listen}, Storno must know the address people open: set STORNO_URL "
            "to it (the demo and the mailbox page then stay closed)."
        )
    stop = Stop()
    try:
        with _only_one(env):
            _check_port(listen, env.port)
            with database() as server:
                log_ins = _make_ready(env)
                close_connections()
                stop.raises = False
                announce = _announce_as_json if as_json else _announce_in_words
                _run(env, listen, server, stop, lambda: announce(env, server, log_ins))
    except KeyboardInterrupt:
        pass
    click.echo("Storno has stopped.", err=as_json)


class Stop:
    """Whether somebody asked us to end: an interruption while preparing, a flag while running."""

    def __init__(self) -> None:
        self.asked = False
        self.raises = True
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and self.raises:
            raise KeyboardInterrupt

    def __call__(self) -> bool:
        """Whether it is time to end."""
        return self.asked


def _make_ready(env: Environment) -> list[LogIn]:
    """Migrate, collect what pages load, make the demo; returns the demo's log-ins."""
    if env.owner_database_url:
        migrate()
    else:
        must_be_migrated()
    fences_must_stand()
    call_command("collectstatic", interactive=False, verbosity=0)
    return load_demo(read_clock(), loading) if env.demo and env.on_loopback else []


def _run(
    env: Environment,
    listen: str,
    server: Server | None,
    stop: Stop,
    announce: Callable[[], None],
) -> None:
    # Web and worker have no business with the owner's rights.
    os.environ.pop("STORNO_OWNER_DATABASE_URL", None)
    web = Child("web server", "storno.web.serve:main", (listen, str(env.port)))
    worker = Child("worker", "storno.worker.run:main")
    announced = False

    def tend() -> None:
        nonlocal announced
        if server and not server.is_running():
            click.echo("The database ended unexpectedly; starting it again.", err=True)
            server.start()
        if not announced and _answers(listen, env.port):
            announced = True
            announce()
        if not announced and web.crashes >= FRUITLESS_STARTS:
            raise Failure("The web server does not start; its words stand above.")

    supervise([web, worker], stop, lambda words: click.echo(words, err=True), tend)


def _announce_as_json(env: Environment, server: Server | None, log_ins: list[LogIn]) -> None:
    folder = str(server.folder) if server else None
    said = {"local": _local(env), "url": env.url, "database": folder, **as_values(log_ins)}
    click.echo(json.dumps(said))


def _announce_in_words(env: Environment, server: Server | None, log_ins: list[LogIn]) -> None:
    local = _local(env)
    if server and env.data not in server.folder.parents:
        click.echo(f"The database lives in {server.folder}, outside of {env.data}.")
    click.echo(f"Storno is running: {local}" + ("" if env.url == local else f" for {env.url}"))
    if log_ins:
        click.echo(in_words(log_ins))
    click.echo("Stop it with Ctrl-C.")


def _local(env: Environment) -> str:
    return f"http://localhost:{env.port}"


@contextmanager
def _only_one(env: Environment) -> Iterator[None]:
    """Hold STORNO_DATA for us alone. Raises `Unfit` and names who holds it."""
    try:
        env.data.mkdir(parents=True, exist_ok=True)
        opened = (env.data / "up.lock").open("a+")
    except OSError as error:
        raise Unfit(
            f"{env.data} cannot be written ({error.strerror}): let STORNO_DATA name a folder that "
            "this user may write."
        ) from None
    with opened as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = json.loads(lock.read() or "{}")
            raise Unfit(
                f"Storno is already running here (process {other.get('process')}, "
                f"{other.get('url')}): use that one, stop it, or set STORNO_DATA and STORNO_PORT "
                "for a second installation."
            ) from None
        lock.truncate(0)
        json.dump({"process": os.getpid(), "url": _local(env)}, lock)
        lock.flush()
        yield


def _check_port(listen: str, port: int) -> None:
    """Look before anything is started. Raises `Unfit` where the port cannot be had.

    The web server of a killed start lets go of it only after a moment, so this one waits a little.
    """
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    last_try = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listen, port))
            except PermissionError:
                raise Unfit(
                    f"Port {port} is only for root: set STORNO_PORT to 1024 or more."
                ) from None
            except socket.gaierror:
                raise _not_here(listen) from None
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    raise _not_here(listen) from None
                if error.errno != errno.EADDRINUSE or time.monotonic() > last_try:
                    raise Unfit(
                        f"Port {port} on {listen} cannot be used ({error.strerror}): "
                        "set STORNO_PORT to a free one."
                    ) from None
            else:
                return
        time.sleep(0.2)


def _not_here(listen: str) -> Unfit:
    return Unfit(
        f"This machine has no address {listen}: let --listen name one that it has, "
        "127.0.0.1 for itself alone or 0.0.0.0 for all."
    )


def _answers(listen: str, port: int) -> bool:
    # To connect to "any address" is to connect to this machine.
    asking = HTTPConnection(listen, port, timeout=5)
    try:
        asking.request("GET", "/healthz", headers={"Host": "localhost"})
        asking.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()
    return True
