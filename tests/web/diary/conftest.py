"""Paula before her diary. Imports wait until the tests have their database."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Clock
    from tests.diary.practice import Practice
    from tests.web.papers.member import Member


@pytest.fixture
def clinic(clock: "Clock") -> "Practice":
    """A practice, on a Tuesday in summer at 11:12 in Oslo."""
    from tests.diary.practice import practice

    return practice()


@pytest.fixture
def paula(clinic: "Practice") -> "Member":
    """The practitioner at her pages."""
    from tests.web.papers.member import Member

    return Member(clinic.world, clinic.paula.person)
