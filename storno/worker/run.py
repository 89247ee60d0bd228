"""The worker: it looks for work by the timetable until it is told to end.

Nothing is kept here: a draft with its departure and a letter with its next attempt are the queue.
A worker may be killed at any moment, and any number of them may run.
"""

import logging
import signal
import threading
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

import django
from django.db import connection

from storno.core.clock import read_clock
from storno.core.defects import told

if TYPE_CHECKING:
    from storno.worker.timetable import Entry

log = logging.getLogger(__name__)


def main() -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    django.setup()
    # The rooms can be imported only once Django is set up.
    timetable: tuple[Entry, ...] = import_module("storno.worker.timetable").TIMETABLE
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    def keep_at(entry: "Entry") -> None:
        while not ending.is_set():
            try:
                done = entry.work(read_clock())
            except Exception as defect:  # noqa: BLE001 -- the database may be back in a second
                log.error("%s failed: %s", entry.work.__name__, told(defect))  # noqa: TRY400
                done = 0
            finally:
                connection.close()
            if not done:
                ending.wait(entry.every.total_seconds())

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threads = [
        threading.Thread(target=keep_at, args=[entry], name=entry.work.__name__)
        for entry in timetable
        for _each in range(entry.beside)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
