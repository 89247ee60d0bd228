"""The two log-ins to the one database: the application's, and the owner's where it is known."""

from typing import Any

import psycopg

from storno.core.environment import Environment


def _database(url: str, *, pooled: bool) -> dict[str, Any]:
    parts = psycopg.conninfo.conninfo_to_dict(url)
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

    Web and worker need no owner; migrate, backup, restore and verify do.
    """
    found = {"default": _database(env.database_url, pooled=True)}
    if env.owner_database_url:
        found["owner"] = _database(env.owner_database_url, pooled=False)
    return found
