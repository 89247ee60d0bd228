"""Children: started again after a crash, ended in order, and gone when their parent is killed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storno.core.supervise import Child, supervise
from tests.machine import lives, wait_for

ROOT = Path(__file__).parents[2]

PARENT = """
import sys
from storno.core.supervise import Child, supervise
child = Child("sleeper", "tests.core.test_supervise:sleep_and_tell", sys.argv[1:])
supervise([child], lambda: False, print, lambda: None)
"""


def sleep_and_tell(path: str) -> None:
    """A child: tells its number, then sleeps."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)


def crash(path: str) -> None:
    """A child: counts its starts, then fails."""
    with Path(path).open("a") as counted:
        counted.write("x")
    sys.exit(3)


def test_a_crashed_child_is_started_again_more_slowly_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    starts = tmp_path / "starts"
    child = Child("brittle", "tests.core.test_supervise:crash", [str(starts)])
    supervise([child], lambda: child.crashes == 3, said.append, lambda: None)
    assert starts.read_text() == "xxx"
    assert said == [
        "The brittle ended unexpectedly (code 3); starting it again in 0.5 s.",
        "The brittle ended unexpectedly (code 3); starting it again in 1 s.",
        "The brittle ended unexpectedly (code 3); starting it again in 2 s.",
    ]


def test_the_end_reaches_every_child(tmp_path: Path) -> None:
    told = [tmp_path / "one", tmp_path / "two"]
    target = "tests.core.test_supervise:sleep_and_tell"
    children = [Child(path.name, target, [str(path)]) for path in told]
    said: list[str] = []

    def all_have_told() -> bool:
        return all(path.exists() and path.read_text() for path in told)

    supervise(children, all_have_told, said.append, lambda: None)
    assert [lives(int(path.read_text())) for path in told] == [False, False]
    assert said == []


def test_what_looks_after_more_may_end_it_all(tmp_path: Path) -> None:
    told = tmp_path / "told"
    child = Child("sleeper", "tests.core.test_supervise:sleep_and_tell", [str(told)])

    def fail_once_told() -> None:
        if told.exists() and told.read_text():
            raise LookupError

    with pytest.raises(LookupError):
        supervise([child], lambda: False, print, fail_once_told)
    assert not lives(int(told.read_text()))


def test_children_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(told)], cwd=ROOT)
    wait_for(lambda: told.exists() and bool(told.read_text()))
    child = int(told.read_text())
    assert lives(child)
    parent.kill()
    parent.wait()
    wait_for(lambda: not lives(child), seconds=5)
