"""Be a child: run one function in a process of its own, and end when the parent is gone.

Run as `python -m storno.core.child PARENT MODULE:FUNCTION [ARGUMENTS…]`. The parent's number is
compared with the system's answer, so a parent killed by force (kill -9) is noticed on any POSIX
system within a second.
"""

import os
import signal
import sys
import threading
import time
from importlib import import_module

LOOK_SECONDS = 0.5
GRACE_SECONDS = 10


def end_with_parent(parent: int) -> None:
    """Watch the parent from a thread; when it is gone, end in order, and by force if need be."""
    threading.Thread(target=_watch, args=[parent], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def main() -> None:
    """The door of this module: its arguments are the parent, the function, and the rest for it."""
    parent, target, *arguments = sys.argv[1:]
    end_with_parent(int(parent))
    module, _, name = target.partition(":")
    getattr(import_module(module), name)(*arguments)


if __name__ == "__main__":
    main()
