"""The two log-ins to the one database: the application's, and the owner's where it is known."""

from typing import Any

import psycopg

from storno.core.environment import Environment, WrongEnvironment


def _database(variable: str, url: str, *, pooled: bool) -> dict[str, Any]:
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # its text may quote the password
        parts = {}
    if url and not parts.get("dbname"):
        raise WrongEnvironment(
            f"{variable} must look like postgresql://user:password@host:5432/storno; "
            "%-encode odd characters."
        )
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    settings: dict[str, Any] = {known[key]: value for key, value in parts.items() if key in known}
    rest: dict[str, Any] = {key: value for key, value in parts.items() if key not in known}
    if pooled:
        rest["pool"] = {"min_size": 1, "max_size": 16, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": rest,
        # Else each pooled connection that a restart of the database has ended fails one request.
        "CONN_HEALTH_CHECKS": pooled,
        **settings,
    }


def databases(env: Environment) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` is the application's role, `owner` exists where its URL is set.

    Web and worker need no owner; migrate, backup, restore and verify do. Raises `WrongEnvironment`.
    """
    found = {"default": _database("STORNO_DATABASE_URL", env.database_url, pooled=True)}
    if env.owner_database_url:
        owner = _database("STORNO_OWNER_DATABASE_URL", env.owner_database_url, pooled=False)
        found["owner"] = owner
    return found
