"""Each violation by its name: the mischief that it names, and nothing that it does not.

Where a forger has sealed everything anew, it is the sense of the rows that tells.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from storno.reports import verify
from tests.reports.books import live, violations
from tests.reports.mischief import MISCHIEFS, Books, Mischief
from tests.reports.tamper import behind_its_back, once, reseal
from tests.world import World, found

KINDS = (
    *("papers", "money", "refunds", "write_offs", "overdue", "bank", "client_money", "payouts"),
    *("cards", "cases"),
)
for what in KINDS:
    import_module(f"tests.reports.mischief_on_{what}")  # notes its mischief in MISCHIEFS


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A rich life, with no constraint left to protect it."""
    world = found()
    live(world, at=datetime(2026, 6, 16, 9, 12, tzinfo=UTC))
    with behind_its_back():
        yield world


@pytest.mark.parametrize(
    ("expected", "mischief"),
    [(codes, mischief) for _name, codes, mischief in MISCHIEFS],
    ids=[name for name, _codes, _mischief in MISCHIEFS],
)
def test_a_mischief_is_named(expected: set[str], mischief: Mischief, world: World) -> None:
    with once():
        mischief(Books(world.id))
        found_ = violations(world)
    assert {violation.code for violation in found_} == expected
    for violation in found_:
        assert violation.sentence.endswith(".")
        assert "{" not in violation.sentence


def test_sealing_anew_by_itself_changes_nothing(world: World) -> None:
    with once():
        reseal(world.id)
        assert violations(world) == []


def test_every_violation_has_its_mischief() -> None:
    text = "".join(path.read_text() for path in Path(verify.__path__[0]).glob("*.py"))
    named = set(re.findall(r'(?:[Vv]iolation|found|_of_sessions)\(\s*"([a-z_]+)"', text))
    named |= set(re.findall(r'\("([a-z_]+)", "[a-z]+ ', text))
    sealed = ("payment", "refund", "write_off", "reversal", "happening", "letter", "file")
    named |= {f"{what}_seal_broken" for what in sealed}
    named |= {f"{what}_seal_broken" for what in ("match", "match_reversal")}
    named |= {f"{what}_without_invoice" for what in ("payment", "refund", "write_off")}
    assert named == {code for _name, codes, _mischief in MISCHIEFS for code in codes}
