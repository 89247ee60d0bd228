"""Lists in pages, by key and not by count: the next page begins after the last row of this one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import invalid

T = TypeVar("T")

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: the value by which it is ordered, and the id that makes it certain."""

    key: str
    id: UUID

    def __str__(self) -> str:
        """The place as it stands in an address."""
        return urlsafe_b64encode(f"{self.id.hex} {self.key}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place of an address. Raises Invalid."""
        try:
            id_, key = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ", 1)
            place = cls(key, UUID(hex=id_))
        except ValueError:
            place = None
        if place is None or "\x00" in place.key:
            raise invalid(
                "after", "unknown_place", _("This page does not exist. Begin at the first one.")
            )
        return place


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; `next` is the address of the following page, empty after the last."""

    items: tuple[T, ...]
    next: str


def page_of(rows: Iterable[T], *, limit: int, place: Callable[[T], Place]) -> Page[T]:
    """A page from `limit + 1` rows: the one too many only tells that there is a next page."""
    items = tuple(rows)
    if len(items) <= limit:
        return Page(items, "")
    return Page(items[:limit], str(place(items[limit - 1])))


def checked_limit(limit: int) -> int:
    """A number of rows that a page may have. Raises Invalid."""
    if not 1 <= limit <= MOST_ROWS:
        raise invalid(
            "limit",
            "out_of_range",
            _("Between 1 and %(most)d rows.") % {"most": MOST_ROWS},
        )
    return limit
