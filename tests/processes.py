"""Watching other processes from a test."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def wait_for(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; a test that waits in vain fails."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(process: int) -> bool:
    """Whether the process runs; one that has ended and only waits to be reaped does not."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{process}/stat").read_text()
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()[:1] not in {"", "Z"}
