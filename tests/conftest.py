"""A real PostgreSQL for every test process, migrated once, and the cast on top of it.

Tests do not roll back and do not truncate: each founds organizations of its own, which is what the
tenancy is for. So every test runs against real commits, beside the others.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_open = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the throwaway cluster and Django before any test module is imported.

    Who only hands the tests to other processes needs neither, and all of them wait for it.
    """
    if config.getoption("numprocesses", default=None) and not hasattr(config, "workerinput"):
        return
    from storno.postgres.throwaway import throwaway_cluster

    cluster = _open.enter_context(throwaway_cluster())
    data = _open.enter_context(tempfile.TemporaryDirectory(prefix="storno-tests-"))
    for name in [name for name in os.environ if name.startswith("STORNO_")]:
        if name != "STORNO_PROOF":
            del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "storno.config.settings",
        # A browser's driver keeps an event loop in the thread of the tests that follow it.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "STORNO_DATA": data,
        "STORNO_DATABASE_URL": cluster.app_url,
        "STORNO_OWNER_DATABASE_URL": cluster.owner_url,
    }
    import django
    from django.conf import settings
    from hypothesis import settings as proofs

    import tests.properties.depth  # noqa: F401 -- registers the profile
    from storno.cli.connect import close_connections

    proofs.load_profile("house")

    django.setup()
    _open.callback(close_connections)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


PURE = {"late", "money", "printing", "references", "tax"}
"""Tests of these folders need no tables, so a run of them alone does not wait for any."""

TABLELESS = "test_every_model_has_its_migration"
"""Nor does this one, which is a step of the check by itself."""

MIGRATED = "migrated"
"""The database that `CREATE DATABASE … TEMPLATE` copies: migrating anew takes seconds each time."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Migrate once there is a test that needs it, and keep a copy for those that need their own."""
    folders = {
        item.path.relative_to(Path(__file__).parent).parts[0]
        for item in session.items
        if item.name != TABLELESS
    }
    if not session.config.option.collectonly and folders - PURE:
        import psycopg

        from storno.cli.connect import close_connections
        from storno.cli.migrate import migrate

        migrate()
        close_connections()
        url = os.environ["STORNO_OWNER_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE storno")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove its folder."""
    _open.close()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever a page of the one before spoke to its reader."""
    from django.utils.translation import override

    with override("en"):
        yield


@pytest.fixture
def at() -> datetime:
    """The moment at which a test happens: a Tuesday in Helsinki, 12:12 in summer time."""
    return datetime(2026, 6, 16, 9, 12, tzinfo=UTC)


@pytest.fixture
def clock(at: datetime) -> Iterator["Clock"]:
    """The clock of every door, standing at `at` until it is moved."""
    from storno.core.clock import clock_at

    clock = Clock(at)
    with clock_at(lambda: clock.now):
        yield clock


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now


CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, once for all tests of a process: its driver runs but once in a thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages for browsers, once for all tests of a process: to end a server takes half a second.

    Its files stay with the browser, as they do where their names bear their hash.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.http import FileResponse, HttpRequest, HttpResponse
    from django.test import override_settings
    from django.test.testcases import LiveServerThread

    class Kept(StaticFilesHandler):
        def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
            answer = super().serve(request)
            answer.headers["Cache-Control"] = "max-age=3600"
            return answer

    server = LiveServerThread("localhost", Kept)
    server.daemon = True
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server.start()
        assert server.is_ready.wait(10)
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()
