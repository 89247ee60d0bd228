"""Serve the pages and the API: one process with threads, by granian over WSGI.

One process, since the database works on another core. More threads than two for each core would
only wait for one another.
"""

import os
from collections.abc import Callable
from functools import partial
from importlib import import_module

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from storno.core.child import end_with_parent

TARGET = "storno.config.wsgi:application"
MOST_THREADS = 12
"""Fewer than the connections of the database pool."""

MOST_WAITING = 256
"""Requests beyond these wait in the system's queue for a connection."""


def _load(parent: int, target: str) -> Callable[..., object]:
    """Load the application in granian's own child, which must not outlive granian either."""
    end_with_parent(parent)
    module, _, name = target.partition(":")
    application: Callable[..., object] = getattr(import_module(module), name)
    return application


def main(address: str, port: str) -> None:
    """Serve on the address and port until SIGTERM; ends with an error if it cannot."""
    server = Server(
        TARGET,
        address=address,
        port=int(port),
        interface=Interfaces.WSGI,
        blocking_threads=min(2 * (os.cpu_count() or 1), MOST_THREADS),
        backpressure=MOST_WAITING,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=partial(_load, os.getpid()))
