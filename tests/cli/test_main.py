"""`storno --help` and the verbs it lists: there at once, complete."""

import subprocess
import sys
from pathlib import Path

from storno.cli.main import verb_lines

ROOT = Path(__file__).parents[2]


def storno(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "storno.cli.main", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_each_verb_with_its_line_and_loads_no_django() -> None:
    asked = (
        "import sys; from storno.cli.main import verbs; "
        "verbs(['--help'], standalone_mode=False); sys.exit('django' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert verb_lines()
    for verb, line in verb_lines().items():
        assert f"  {verb} " in answer.stdout
        assert line.split()[0] in answer.stdout


def test_help_of_a_verb_makes_nothing_on_the_disk(tmp_path: Path) -> None:
    answer = storno("migrate", "--help", STORNO_DATA=str(tmp_path / "data"))
    assert answer.returncode == 0
    assert "Usage: storno migrate" in answer.stdout
    assert not (tmp_path / "data").exists()


def test_an_unknown_verb_is_wrong_use() -> None:
    answer = storno("cancel-everything")
    assert answer.returncode == 2
    assert "No such command 'cancel-everything'." in answer.stderr


def test_a_wrong_variable_is_one_sentence_and_makes_nothing(tmp_path: Path) -> None:
    answer = storno("migrate", STORNO_DATA=str(tmp_path / "data"), STORNO_PORT="many")
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr == (
        "Error: STORNO_PORT must be a number from 1 to 65535, not 'many'; 8000 is usual.\n"
    )
    assert not (tmp_path / "data").exists()
