"""The worker: looks into the rows for work, once a second, until told to stop.

Any number of workers may run side by side; the rows' locks and leases keep them apart.
"""

import logging
import os
import signal
import threading
import time
from importlib import import_module

import django
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

STOP_SECONDS = 10
"""How long a stop waits for what is being done; what is left then, the rows remember."""


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storno.config.settings")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_heard: stop.set())
    # These know the rooms, and the rooms can be loaded only now.
    timetable = import_module("storno.worker.timetable").TIMETABLE
    threads = import_module("storno.worker.runner").runners(timetable, stop)
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    for connection in connections.all(initialized_only=True):
        assert isinstance(connection, DatabaseWrapper)
        connection.close()
        connection.close_pool()
