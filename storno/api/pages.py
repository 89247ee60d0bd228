"""Lists in pages: `next` is the address of the following page, or null after the last."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from storno.api.bearer import Request
from storno.api.values import Asked, Id, Text
from storno.core.pages import MOST_ROWS

Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="How many rows a page has.")]

Next = Annotated[
    str | None,
    Field(description="The address of the next page, null after the last.", examples=[None]),
]


class AskedById(Asked):
    """A page of a list that runs from the newest to the oldest."""

    before: Id | None = None
    limit: Limit = 50


class AskedByPlace(Asked):
    """A page of a list in another order; `after` is a place that `next` has named."""

    after: Text = ""
    limit: Limit = 50


def next_before(request: Request, before: UUID | None) -> str | None:
    """The address of the page before this id."""
    return _address(request, "before", str(before)) if before else None


def next_after(request: Request, after: str) -> str | None:
    """The address of the page after this place."""
    return _address(request, "after", after) if after else None


def _address(request: Request, name: str, value: str) -> str:
    query = request.GET.copy()
    query[name] = value
    return f"{request.path}?{query.urlencode()}"
