"""The threads of the worker: each goes round one line of the timetable until told to stop."""

import logging
import random
import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.db import connection

from storno.core.clock import read_clock
from storno.core.defects import told
from storno.worker.timetable import Chore, Line

LONGEST_PAUSE_SECONDS = 60
"""What fails again and again, an organization or the database, is tried this rarely."""

log = logging.getLogger(__name__)


class Patience:
    """When to try again what has failed: more slowly each time."""

    def __init__(self) -> None:
        self._failures = 0
        self._again_at = 0.0

    def fail(self) -> None:
        """Note a failure."""
        pause = min(2**self._failures, LONGEST_PAUSE_SECONDS)
        self._failures += 1
        self._again_at = time.monotonic() + pause

    @property
    def left(self) -> float:
        """Seconds until it may be tried again."""
        return max(0.0, self._again_at - time.monotonic())


class Runner(threading.Thread):
    """Goes round, at once again where there was work, else after a pause."""

    def __init__(
        self, name: str, pause: float, go_round: Callable[[], bool], stop: threading.Event
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._pause = pause
        self._go_round = go_round
        self._stop_asked = stop

    def run(self) -> None:
        """Go round until told to stop; between the rounds no connection is held."""
        patience = Patience()
        while not self._stop_asked.is_set():
            pause = self._pause
            try:
                if self._round():
                    pause = 0
                patience = Patience()
            except Exception as defect:  # noqa: BLE001 -- a thread that dies is missed by nobody
                patience.fail()
                pause = max(pause, patience.left)
                _report(self.name, defect)
            self._stop_asked.wait(pause)

    def _round(self) -> bool:
        try:
            return self._go_round()
        finally:
            connection.close()


class Visits:
    """A round to the organizations that have work; one that fails is left alone for a while."""

    def __init__(self, line: Line, stop: threading.Event) -> None:
        self._line = line
        self._stop_asked = stop
        self._patience: dict[UUID, Patience] = {}

    def __call__(self) -> bool:
        """Visit them in no order, so that threads side by side do not queue up for the same one."""
        found = self._line.find(read_clock())
        random.shuffle(found)
        self._patience = {key: self._patience[key] for key in found if key in self._patience}
        worked = False
        for organization_id in found:
            if not self._is_left_alone(organization_id):
                worked = self._visit(organization_id) or worked
        return worked

    def _visit(self, organization_id: UUID) -> bool:
        """Work until the round ends or a stop is asked for; whether anything was done."""
        worked = False
        try:
            for _step in self._line.work(organization_id):
                worked = True
                if self._stop_asked.is_set():
                    break
        except Exception as defect:  # noqa: BLE001 -- it may hold up nobody else
            self._patience.setdefault(organization_id, Patience()).fail()
            _report(f"{self._line.name} of organization {organization_id}", defect)
        else:
            self._patience.pop(organization_id, None)
        return worked

    def _is_left_alone(self, organization_id: UUID) -> bool:
        patience = self._patience.get(organization_id)
        return self._stop_asked.is_set() or (patience is not None and patience.left > 0)


def runners(timetable: tuple[Line | Chore, ...], stop: threading.Event) -> list[Runner]:
    """A thread for each line, or as many as the line says."""
    found: list[Runner] = []
    for line in timetable:
        if isinstance(line, Chore):
            found.append(Runner(line.name, line.seconds, _done(line), stop))
        else:
            found += [
                Runner(f"{line.name} {number}", line.seconds, Visits(line, stop), stop)
                for number in range(1, line.beside + 1)
            ]
    return found


def _done(chore: Chore) -> Callable[[], bool]:
    def go_round() -> bool:
        chore.work()
        return False

    return go_round


def _report(what: str, defect: Exception) -> None:
    log.error("%s failed: %s", what, told(defect))
