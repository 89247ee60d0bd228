"""What verbs on a migrated database share: it is there, and it is of this version."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connections

from storno.cli.connect import is_embedded, with_database
from storno.cli.migrate import migrate, pending
from storno.cli.verb import Unfit

P = ParamSpec("P")
R = TypeVar("R")


def with_ready_database(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb have its database, migrated: the embedded one is, one's own has to be."""

    @functools.wraps(verb)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_embedded():
            if pending(connections["owner"]):
                migrate()
        elif missing := pending(connections["default"]):
            lacking = f"The database lacks {len(missing)} migrations"
            raise Unfit(f"{lacking}: run `storno migrate` first.")
        return verb(*args, **kwargs)

    return with_database(inside)
