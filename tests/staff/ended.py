"""Who serves customers does so in the whole installation: tests end what they began."""

from collections.abc import Iterator
from datetime import datetime

import pytest


@pytest.fixture(autouse=True)
def nobody_serves_afterwards(at: datetime) -> Iterator[None]:
    """Leave no customer service behind for the tests that come next."""
    yield
    from storno.staff.models import Staff

    Staff.objects.filter(ended_at=None).update(ended_at=at)
