"""Telling of a defect without what it was about."""

import traceback
from pathlib import Path

import psycopg

_HOUSE = Path(__file__).parent.parent


def told(defect: BaseException) -> str:
    """A defect for the log: its type, and where in this house it arose.

    Its words stay out: a database error quotes the row, and the row may bear names and addresses.
    What the database calls its error and the constraint bears none (PostgreSQL, appendix A).
    """
    steps = traceback.extract_tb(defect.__traceback__)
    ours = [step for step in steps if Path(step.filename).is_relative_to(_HOUSE)]
    named = " ".join((type(defect).__name__, *_of_database(defect.__cause__)))
    if not ours:
        return named
    last = ours[-1]
    place = Path(last.filename).relative_to(_HOUSE.parent)
    return f"{named} at {place}:{last.lineno} ({last.name})"


def _of_database(cause: BaseException | None) -> tuple[str, ...]:
    """The code of the error, and the constraint that refused."""
    if not isinstance(cause, psycopg.Error):
        return ()
    return tuple(filter(None, (cause.sqlstate, cause.diag.constraint_name)))
