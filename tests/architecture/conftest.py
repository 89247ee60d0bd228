"""What is asked of every page is asked of one organization with everything in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.furnished import House

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The doors at one moment; styles without their manifest."""
    from django.conf import settings
    from django.test import override_settings

    from storno.core.clock import clock_at

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": static}
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=storages), clock_at(lambda: AT):
        yield


@pytest.fixture(scope="module")
def house(doors: None) -> "House":
    """An organization with everything, for tests that change nothing."""
    from tests.furnished import furnish

    return furnish(AT)
