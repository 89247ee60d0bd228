"""What verbs on a migrated database share: it is there, and it is of this version."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import ProgrammingError, connections

from storno.cli.connect import is_embedded, with_database
from storno.cli.migrate import migrate, pending
from storno.cli.verb import Unfit
from storno.organizations.rights import strange_rights

P = ParamSpec("P")
R = TypeVar("R")

RUN_MIGRATE = "run `storno migrate` with STORNO_OWNER_DATABASE_URL, or set it here too."

FEW = 3
"""So many strange rights are named."""


def with_ready_database(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb have its database, migrated: the embedded one is, one's own has to be."""

    @functools.wraps(verb)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_embedded():
            if pending(connections["owner"]):
                migrate()
        else:
            must_be_migrated()
        must_have_its_rights()
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


def must_have_its_rights() -> None:
    """Raise `Unfit` where the application may do more or less than its part, and say what."""
    if strange := strange_rights(connections["default"]):
        more = f" (and {len(strange) - FEW} more)" if len(strange) > FEW else ""
        raise Unfit(
            "The application's role has not the rights that Storno gave it. Run `storno migrate`; "
            f"if this stays, it comes from another role: {'; '.join(strange[:FEW])}{more}."
        )
