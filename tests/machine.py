"""The machine under a test: its processes, and a folder that every account may enter."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder for the test; pytest's own are closed to the account that root lends."""
    with tempfile.TemporaryDirectory(prefix="storno-open-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


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


def children(parent: int) -> dict[int, str]:
    """The living children of a process: number and command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            above = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(above) == parent and line:
            found[int(folder.name)] = line
    return found
