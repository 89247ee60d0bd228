"""What a form was shown from: it bears that along, and says what has changed when it comes back."""

from typing import Any

from django.http import QueryDict

from storno.core.refusals import Invalid
from storno.corrections.seen import Seen, changes_since, read_seen

FIELD = "seen"


def seen_in(data: QueryDict | None) -> Seen | None:
    """What a form says that it was shown from; None where it says nothing that can be read."""
    try:
        return read_seen(data.get(FIELD, "")) if data else None
    except Invalid:
        return None


def shown_seen(seen: Seen | None, now: Seen) -> dict[str, Any]:
    """For the form that is shown now: what it bears along, and what is new in it."""
    return {"seen": str(now), "changes": list(changes_since(seen, now))}
