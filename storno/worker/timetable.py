"""What runs when, nothing more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storno.worker.work import deliver, erase, let_go, tidy_up


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of work, how often it is looked for, and by how many side by side.

    Work that finds something is looked for again at once.
    """

    work: Callable[[datetime], int]
    every: timedelta
    beside: int = 1


TIMETABLE = (
    Entry(let_go, timedelta(seconds=1)),
    Entry(deliver, timedelta(seconds=1), beside=3),
    Entry(tidy_up, timedelta(hours=1)),
    Entry(erase, timedelta(days=1)),
)
