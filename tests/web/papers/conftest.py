"""A member before the pages of papers. Imports wait until the tests have their database."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path) -> Iterator[None]:
    """Styles without their manifest."""
    from django.conf import settings
    from django.test import override_settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = settings.STORAGES | {"staticfiles": static}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        yield
