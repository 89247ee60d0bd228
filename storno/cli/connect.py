"""What verbs share: Django set up, and a database that runs for the length of the command."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import ParamSpec, TypeVar

import django
from django.apps import apps
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper

from storno.cli.verb import Failure, NotThere, Unfit
from storno.core.environment import Environment, environment
from storno.core.refusals import Absent, Invalid, Refused
from storno.postgres.check import check_database
from storno.postgres.run import Server, running_server
from storno.postgres.settle import Place, settle

P = ParamSpec("P")
R = TypeVar("R")


class WrongInput(Failure):
    """What was entered cannot be understood or is out of bounds."""

    code = "invalid"
    exit_code = 2

    def __init__(self, invalid: Invalid) -> None:
        errors = [
            {"field": each.field, "code": each.code, "message": str(each.message)}
            for each in invalid.errors
        ]
        super().__init__(str(invalid), errors=errors)


class RefusedByRule(Failure):
    """A rule of Storno said no: its sentences, and the ways out."""

    exit_code = 3

    def __init__(self, refused: Refused) -> None:
        blockers = [
            {
                "code": each.code,
                "message": str(each.message),
                "remedy": str(each.remedy),
                "field": each.field,
            }
            for each in refused.blockers
        ]
        said = " ".join(f"{each['message']} {each['remedy']}".strip() for each in blockers)
        super().__init__(said, blockers=blockers)
        self.code = blockers[0]["code"]


def prepare(*, for_help: bool) -> None:
    """Set Django up with the addresses of the database, before a verb is loaded.

    For help nothing is made on the disk. Raises `WrongEnvironment`, `PostgresRefused`.
    """
    if apps.ready:
        return
    if for_help:
        os.environ["STORNO_DATABASE_URL"] = "postgresql:///storno"
        os.environ.setdefault("STORNO_SECRET_KEY", "only for reading help " * 2)
    elif place := _embedded()[0]:
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]  # libpq would obey them
        os.environ["STORNO_DATABASE_URL"] = place.application_url
        os.environ["STORNO_OWNER_DATABASE_URL"] = place.owner_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "storno.config.settings"
    django.setup()


@functools.cache
def _embedded() -> tuple[Place | None, Path | None]:
    """The place of the embedded database and the chosen programs; no place with one's own server.

    Remembered from the first look: `prepare` writes the addresses into the environment.
    """
    environment = Environment.from_mapping(os.environ)
    place = None if environment.database_url else settle(environment.data)
    return place, environment.postgres_bin


def is_embedded() -> bool:
    """Whether the database is ours to keep, and not one's own."""
    return _embedded()[0] is not None


@contextmanager
def database() -> Iterator[Server | None]:
    """The database for the block, looked at first; the embedded one runs meanwhile.

    Yields no server where the database is one's own. Raises `PostgresRefused`.
    """
    place, chosen = _embedded()
    with running_server(place, chosen) if place else nullcontext() as server:
        try:
            check_database(environment().database_url, environment().owner_database_url)
            yield server
        finally:
            close_connections()


def with_database(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb have its database, and turn refusals into failures with their exit code."""

    @functools.wraps(verb)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with database():
                return verb(*args, **kwargs)
        except Refused as refused:
            raise RefusedByRule(refused) from None
        except Absent:
            raise NotThere("There is no such thing, or it belongs to another.") from None
        except Invalid as invalid:
            raise WrongInput(invalid) from None
        except OperationalError as error:
            raise Unfit(f"The database failed: {str(error).strip()}") from None

    return inside


def owner() -> BaseDatabaseWrapper:
    """The owner's connection. Raises `Unfit` where its address is not known."""
    if "owner" not in connections.databases:
        raise Unfit(
            "This verb needs the database's owner: set STORNO_OWNER_DATABASE_URL as well as "
            "STORNO_DATABASE_URL."
        )
    return connections["owner"]


def server_major() -> int:
    """The major version of the database's server. Raises `Unfit` as `owner` does."""
    with owner().cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (major,) = cursor.fetchone()
    return int(major)


def close_connections() -> None:
    """Give every connection back, the pool's as well, before the server ends."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        assert isinstance(connection, DatabaseWrapper)
        connection.close_pool()
