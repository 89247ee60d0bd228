"""The diary as a grid: what its script is told to draw it with (storno/web/static/diary.js)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.utils.formats import get_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from storno.organizations.queries import Circumstances
from storno.printing.labels import Language
from storno.web.diary.asked import Asked, Scale
from storno.web.diary.whose import Whose
from storno.web.say import reader_language

MOST_IN_A_WEEK = 5
"""More diaries, of seven days each, are not read side by side; those of one day are."""

_LOCALES: dict[Language, str] = {"en": "en-GB", "fi": "fi-FI", "nb": "nb-NO"}


def grid_told(
    asked: Asked, people: Sequence[UUID], all_: Whose, now: Circumstances
) -> dict[str, Any]:
    """The days, the diaries, where the events come from, and how the reader writes times."""
    here = all_.here
    drawn = people[:MOST_IN_A_WEEK] if asked.scale is Scale.WEEK else people
    members = [all_.members[person].id for person in drawn]
    query: list[tuple[str, str]] = [("who", str(member)) for member in members]
    if asked.cancelled:
        query.append(("cancelled", "1"))
    return {
        "view": asked.scale.value,
        "on": asked.on.isoformat(),
        "locale": _LOCALES[reader_language()],
        "firstDay": int(get_format("FIRST_DAY_OF_WEEK")),
        # The clock of the grid only draws the line of now: what stands in it comes in local time.
        "offset": here.at.astimezone(ZoneInfo(now.seller.time_zone)).isoformat()[-6:],
        "diaries": [
            {"id": member, "name": all_.name(person), "mayBook": all_.may_write(person)}
            for person, member in zip(drawn, members, strict=True)
        ],
        "eventsUrl": f"{here.url('diary_events')}?{urlencode(query)}",
        "newUrl": here.url("session_new"),
        "dayUrl": f"{here.url('diary')}?{urlencode([*query, ('view', 'day'), ('as', 'grid')])}",
        "icons": static("icons.svg"),
        "more": _("{count} more"),
        "close": _("Close"),
        "leftOut": len(people) - len(drawn),
    }
