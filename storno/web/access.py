"""The only way from an address to an organization: a member of it, or 404.

A page of an organization is a function of the request and of `here`: where it stands, who asks, at
which moment. It reads inside `here.reading()`, rendering included; a deed opens its own
transaction, so it is called before or after, never inside. What all parts of a page ask of the
house (`here.now`, `here.keeps_diary`, `here.is_staffed`) is read once in each reading, and
forgotten with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from storno.catalogue.queries import offers_sessions
from storno.core.clock import read_clock
from storno.core.refusals import Absent
from storno.organizations.actors import actor_of
from storno.organizations.models import Membership, Organization, Wording
from storno.organizations.queries import Circumstances, circumstances, names_of, organizations_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.people.models import Person
from storno.staff.enlist import is_staffed
from storno.web.sign_in.again import recently_signed_in, sign_in_first

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Door:
    """An organization that the member may go to."""

    name: str
    slug: str
    url: str


class _House:
    """The house as one reading finds it: each question is asked once."""

    def __init__(self, organization_id: UUID, at: datetime) -> None:
        self.organization_id, self.at = organization_id, at

    @cached_property
    def now(self) -> Circumstances:
        return circumstances(self.organization_id, self.at)

    @cached_property
    def keeps_diary(self) -> bool:
        practice = self.now.settings.wording == Wording.PRACTICE
        return practice or offers_sessions(self.organization_id)

    @cached_property
    def is_staffed(self) -> bool:
        return is_staffed()


@dataclass(frozen=True, slots=True)
class Here:
    """An organization as one member sees it at one moment."""

    organization: Organization
    membership: Membership
    person: Person
    who: Actor
    at: datetime
    organizations: tuple[Door, ...] = ()
    _read: list[_House] = field(default_factory=list, init=False, repr=False, compare=False)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The scope in which a page reads and renders; what a deed has changed is read anew."""
        with scope_of(self.who):
            self._read.append(_House(self.organization.id, self.at))
            try:
                yield
            finally:
                self._read.pop()

    @property
    def now(self) -> Circumstances:
        """Who sells, how they work, and the day; inside a reading."""
        return self._read[0].now

    @property
    def keeps_diary(self) -> bool:
        """Whether sessions are booked: in each practice, and where a service is; in a reading."""
        return self._read[0].keeps_diary

    @property
    def is_staffed(self) -> bool:
        """Whether anybody serves customers in this installation; in a reading."""
        return self._read[0].is_staffed

    def url(self, name: str, /, *args: Any, **query: str) -> str:
        """The address of a page of this organization."""
        address = reverse(name, args=[self.organization.slug, *args])
        return f"{address}?{urlencode(query)}" if query else address


Page = Callable[Concatenate[HttpRequest, Here, P], HttpResponseBase]


def member_page(page: Page[P]) -> Callable[..., HttpResponseBase]:
    """Open a page to members of the organization in its address; to all others it is not there."""

    @wraps(page)
    def run(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Person):
            return sign_in_first(request)
        try:
            organization, membership, who = actor_of(
                request.user.id, slug, fresh=recently_signed_in(request)
            )
            doors = _doors(request, request.user)
            here = Here(organization, membership, request.user, who, read_clock(), doors)
            response = page(request, here, *args, **kwargs)
        except Absent as absent:
            raise Http404 from absent
        # So that after signing out on a shared computer nobody is shown it without being asked who.
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    return run


def _doors(request: HttpRequest, person: Person) -> tuple[Door, ...]:
    """Where the member may go to from a whole page; nothing where there is only one place."""
    if getattr(request, "htmx", False):
        return ()
    mine = organizations_of(person.id)
    return tuple(
        Door(name, organization.slug, reverse("home", args=[organization.slug]))
        for organization, name in (names_of(mine) if len(mine) > 1 else ())
    )
