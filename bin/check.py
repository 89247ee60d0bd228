"""Run every check and test, one after another, and say at the end how each went.

`bin/check [--deep] [STEP …]`: all steps, or only the named ones; --deep repeats the same proofs far
more often (about an hour). Exit code 0 when all passed, 1 when one failed (the others have run all
the same), 2 when the checks cannot be run here.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
TEMPLATES = [str(path) for path in sorted(ROOT.glob("storno/web/templates/**/*.html"))]

TESTS = "tests"
"""The step that takes long."""

STEPS = {
    "types": ["mypy", "storno", "tests", "bin/setup.py", "bin/check.py", "bin/messages.py"],
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "layers": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "storno/web/templates"],
    "template-style": ["djade", "--check", "--target-version", "5.2", *TEMPLATES],
    "messages": ["python", "bin/messages.py", "--check"],
    "spelling": ["codespell"],
    "dependencies": ["deptry", "."],
    "dead-code": ["vulture"],
    "migrations": ["pytest", "-q", "-k", "every_model_has_its_migration"],
    TESTS: ["pytest", "-n", "2", "--dist", "worksteal", "--durations=10"],
}
"""Name and command of each check; the commands stand in the environment's bin folder.

The longest before the tests comes first, beside all others. `migrations` reads all tests meanwhile,
which in a new clone costs seconds and is kept for both processes of `tests`.
"""

Result = tuple[str, int, float, str]
"""Of a step: its name, its exit code, its seconds and its last line."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """The door: read what is asked, run it, end with its code."""
    asked = sys.argv[1:]
    names = [name for name in asked if name != "--deep"]
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"There is no step {unknown[0]}; there are: {', '.join(STEPS)}.", file=sys.stderr)
        sys.exit(2)
    ensure_browser()
    with tempfile.TemporaryDirectory(prefix="storno-check-") as data:
        environment = checking_environment(Path(data), deep="--deep" in asked)
        results = run_steps(names or list(STEPS), environment)
    summary(results)
    sys.exit(any(code for _, code, _, _ in results))


def ensure_browser() -> None:
    """The browser tests are never skipped: root gets Chromium, others get the command for it."""
    if any(shutil.which(browser) for browser in BROWSERS):
        return
    install = ["apt-get", "install", "--yes", "--quiet", "chromium"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet"], env=quiet, check=False)
        if subprocess.run(install, env=quiet, check=False).returncode == 0:
            return
    print(
        "The browser tests need Chromium: run `sudo apt-get install --yes chromium` (or put your "
        "system's chromium on PATH), then this again.",
        file=sys.stderr,
    )
    sys.exit(2)


def checking_environment(data: Path, *, deep: bool) -> dict[str, str]:
    """Ours without this machine's installation of Storno, which no check may touch."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STORNO_")}
    kept["PATH"] = f"{BIN}{os.pathsep}{kept['PATH']}"
    kept["STORNO_DATA"] = str(data)
    kept["STORNO_PROOF"] = "deep" if deep else "quick"
    return kept


def run_steps(names: list[str], environment: dict[str, str]) -> list[Result]:
    """Run the checks: two at a time before the tests, which take all cores for themselves."""
    with ThreadPoolExecutor(max_workers=2) as beside:
        read = [name for name in names if name != TESTS]
        results = list(beside.map(lambda name: step(name, environment), read))
    if TESTS in names:
        results.append(step(TESTS, environment))
    return results


def step(name: str, environment: dict[str, str]) -> Result:
    """Run one check. What the tests say passes through; what another says comes in one piece."""
    command = STEPS[name]
    said = [f"\n── {name}: {' '.join(command[:5])}\n"]
    begun, last = time.monotonic(), ""
    with subprocess.Popen(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            last = line.strip() or last
            if name == TESTS:
                tell(said)
    tell(said)
    return name, process.returncode, time.monotonic() - begun, last


def tell(said: list[str]) -> None:
    """Print what has been said, and forget it."""
    print("".join(said), end="", flush=True)
    said.clear()


def summary(results: list[Result]) -> None:
    """Say how each step went and how long it took; the last words are those of the last step."""
    print("\n── summary")
    for name, code, seconds, _ in results:
        print(f"{'passed' if code == 0 else 'FAILED'}  {seconds:6.1f} s  {name}")
    print(results[-1][3], flush=True)


main()
