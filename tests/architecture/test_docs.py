"""The documentation is compared with the code: what is not true does not land."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "bin" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says() -> None:
    """Run `bin/reference.py` (in the project's environment) when this fails."""
    from django.utils.translation import override

    reference = _reference()
    written = {path.name: path.read_text() for path in reference.PAGES.glob("*.md")}
    with override("en"):
        told = reference.pages()
    assert written == {name: text.rstrip() + "\n" for name, text in told.items()}


def test_every_refusal_is_told_with_its_way_out() -> None:
    """No code that a test meets is left out, and none is told without a reason or a way out."""
    refusals, _heading, wrong_input = (
        (ROOT / "docs" / "reference" / "refusals.md").read_text().partition("## Wrong input")
    )
    rows = [line.strip("| ").split(" | ") for line in refusals.splitlines() if "| `" in line]
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    assert "|  |" not in wrong_input
    met = {
        code
        for path in (ROOT / "tests").rglob("*.py")
        for code in re.findall(
            r'refused\(world, "([a-z_]+)"|codes\) == \(40[39], \["([a-z_]+)"', path.read_text()
        )
        for code in code
        if code
    }
    assert len(met) > 20
    told = set(re.findall(r"^\| `([a-z_]+)`", refusals + wrong_input, re.MULTILINE))
    assert met - told == {"absent"}  # not a refusal: docs/api tells it


def test_every_variable_of_the_environment_is_described() -> None:
    """docs/operate.md names each STORNO_ variable that the code reads, and no other."""
    code = (ROOT / "storno" / "core" / "environment.py").read_text()
    told = (ROOT / "docs" / "operate.md").read_text()
    assert set(re.findall(r"`(STORNO_[A-Z_]+)`", told)) == set(
        re.findall(r'given\("(STORNO_[A-Z_]+)"', code)
    )


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    """A link to a file of the project leads to a file."""
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_one_word_per_thing() -> None:
    """Words that GLOSSARY.md replaces do not stand in sentences for people."""
    for path in (ROOT / "storno").rglob("*.py"):
        for sentence in re.findall(r'_\("([^"]+)"', path.read_text()):
            assert not re.search(r"\b(desk|tenant|patient|payer)s?\b", sentence), (path, sentence)
