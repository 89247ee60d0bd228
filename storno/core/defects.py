"""Telling of a defect without what it was about."""

import traceback
from pathlib import Path

_HOUSE = Path(__file__).parent.parent


def told(defect: BaseException) -> str:
    """A defect for the log: its type, and where in this house it arose.

    Its words stay out: a database error quotes the row, and the row may bear names and addresses.
    """
    steps = traceback.extract_tb(defect.__traceback__)
    ours = [step for step in steps if Path(step.filename).is_relative_to(_HOUSE)]
    if not ours:
        return type(defect).__name__
    last = ours[-1]
    place = Path(last.filename).relative_to(_HOUSE.parent)
    return f"{type(defect).__name__} at {place}:{last.lineno} ({last.name})"
