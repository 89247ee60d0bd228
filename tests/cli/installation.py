"""An installation of its own beside the tests': a database, a data folder, and the command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[2]

FILL = """
import sys, django
django.setup()
from datetime import datetime
from tests.reports.books import live
from tests.world import found
world = found()
live(world, at=datetime.fromisoformat("2026-06-16T09:12Z"))
print(world.organization.slug)
"""

DIGEST = "SELECT md5(string_agg(line::text, E'\\n' ORDER BY line::text)) FROM {} AS line"


@dataclass
class Installation:
    """One database of the tests' cluster, and what belongs to it outside."""

    name: str
    data: Path
    key: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its processes."""
        return {
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "storno.config.settings",
            "STORNO_DATA": str(self.data),
            "STORNO_SECRET_KEY": self.key,
            "STORNO_DATABASE_URL": self._url("STORNO_DATABASE_URL"),
            "STORNO_OWNER_DATABASE_URL": self._url("STORNO_OWNER_DATABASE_URL"),
        }

    def _url(self, variable: str) -> str:
        base, _slash, rest = os.environ[variable].rpartition("/")
        return f"{base}/{self.name}?{rest.partition('?')[2]}"

    def connect(self, *, as_application: bool = False) -> psycopg.Connection:
        """Sign in as the owner, or as the application."""
        variable = "STORNO_DATABASE_URL" if as_application else "STORNO_OWNER_DATABASE_URL"
        return psycopg.connect(self.variables[variable], autocommit=True)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`storno …` in this installation."""
        return self._python("-m", "storno.cli.main", *words, **variables)

    def answer(self, *words: str, code: int = 0) -> Any:
        """What `storno … --json` answers, when it ends with this code."""
        done = self.run(*words, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def fill(self) -> str:
        """Found an organization that has lived; returns its slug."""
        done = self._python("-c", FILL)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _python(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        given = {**self.variables, **variables}
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={name: value for name, value in given.items() if value},
            capture_output=True,
            text=True,
            check=False,
        )

    def contents(self) -> dict[str, str]:
        """A digest of every table."""
        with self.connect() as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                table: str(connection.execute(DIGEST.format(table)).fetchone()[0])  # type: ignore[index]
                for (table,) in tables
            }


def create(name: str, data: Path, *, template: str = "template1") -> Installation:
    """A new database, empty unless it begins as a copy, and a folder that is yet to be made."""
    made = Installation(name, data)
    with psycopg.connect(os.environ["STORNO_OWNER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return made
