"""Each test of the API founds its own organization and calls as Alice, at the moment `at`."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.caller import Caller
    from tests.conftest import Clock
    from tests.world import World


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """The folder of static files, whose absence would be warned of."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture
def world() -> "World":
    from tests.world import found

    return found()


@pytest.fixture(scope="module")
def house() -> "World":
    """One organization for all tests of a file that change nothing that another looks at."""
    from tests.world import found

    return found()


@pytest.fixture(scope="module")
def resident(house: "World") -> "Caller":
    from tests.api.caller import caller

    return caller(house)


@pytest.fixture
def alice(world: "World", clock: "Clock") -> "Caller":
    from tests.api.caller import caller

    return caller(world)
