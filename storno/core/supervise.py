"""Keep child processes alive while Storno runs, and let none of them outlive it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LOOK_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30
STEADY_SECONDS = 60
"""A child that has run this long is not held to its earlier crashes."""

STOP_SECONDS = 15
"""How long children may take to finish what they are doing before they are cut off."""


@dataclass
class Child:
    """One program that is started again whenever it ends, more slowly each time."""

    name: str
    target: str
    """`module:function`, run in a Python of its own by `storno.core.child`."""
    arguments: Sequence[str] = ()
    crashes: int = 0
    started_at: float = 0
    start_again_at: float = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C on the terminal is ours to pass on."""
        command = [sys.executable, "-m", "storno.core.child", str(os.getpid()), self.target]
        self.process = subprocess.Popen(
            [*command, *self.arguments], stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started_at = time.monotonic()

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.crashes = 1 if now - self.started_at > STEADY_SECONDS else self.crashes + 1
        pause = min(2 ** (self.crashes - 1) / 2, LONGEST_PAUSE_SECONDS)
        say(f"The {self.name} ended unexpectedly (code {code}); starting it again in {pause:g} s.")
        self.process, self.start_again_at = None, now + pause


def supervise(
    children: Sequence[Child],
    stopped: Callable[[], bool],
    say: Callable[[str], None],
    tend: Callable[[], None],
) -> None:
    """Tend the children, and whatever else `tend` looks after, until `stopped`; then end them."""
    try:
        while not stopped():
            tend()
            for child in children:
                child.tend(say)
            time.sleep(LOOK_SECONDS)
    finally:
        _end([child.process for child in children if child.process])


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all at once, wait for all together, cut off whoever is left."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            # The group holds what the child itself has started.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
