"""What verbs on a migrated database share: it is there, and it is of this version."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import ProgrammingError, connections

from storno.cli.connect import is_embedded, with_database
from storno.cli.migrate import migrate, pending
from storno.cli.verb import Unfit
from storno.organizations.fences import breaches

P = ParamSpec("P")
R = TypeVar("R")

RUN_MIGRATE = "run `storno migrate` with STORNO_OWNER_DATABASE_URL, or set it here too."

FEW = 3
"""So many breaches are named."""


def with_ready_database(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb have its database, migrated: the embedded one is, one's own has to be."""

    @functools.wraps(verb)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_embedded():
            if pending(connections["owner"]):
                migrate()
        else:
            must_be_migrated()
        fences_must_stand()
        return verb(*args, **kwargs)

    return with_database(inside)


def must_be_migrated() -> None:
    """Raise `Unfit` where somebody else has to migrate the database first."""
    try:
        missing = pending(connections["default"])
    except ProgrammingError:  # migrated for another role, perhaps of an earlier name
        raise Unfit(
            f"The application's role has no rights in this database: {RUN_MIGRATE}"
        ) from None
    if missing:
        raise Unfit(f"The database lacks {len(missing)} migrations: {RUN_MIGRATE}")


def fences_must_stand() -> None:
    """Raise `Unfit` where rights or policies are not those of the models, and say which."""
    if broken := breaches(connections["default"]):
        more = f"; and {len(broken) - FEW} more" if len(broken) > FEW else ""
        raise Unfit(
            f"The database does not keep to what Storno set up: {'; '.join(broken[:FEW])}{more}. "
            "Run `storno migrate`; what then is still too much, the application's role has by "
            "another role or by PUBLIC: revoke it there."
        )
