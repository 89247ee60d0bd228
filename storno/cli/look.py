"""Looking for what a verb names, and saying by its name what is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from storno.cli.verb import NotThere
from storno.core.refusals import Absent
from storno.documents.models import Document
from storno.documents.queries import invoice_numbered
from storno.organizations.actors import actor_of
from storno.organizations.models import Organization
from storno.organizations.queries import organization_called, seller_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope_of
from storno.people.models import Person
from storno.people.queries import person_with
from storno.printing.labels import format_day, format_time


@contextmanager
def looking(sentence: str) -> Iterator[None]:
    """Say in a sentence what the block does not find."""
    try:
        yield
    except Absent:
        raise NotThere(sentence) from None


def find_organization(slug: str) -> Organization:
    """The organization of a short name. Raises NotThere."""
    with looking(f"There is no organization {slug}."):
        return organization_called(slug)


def find_person(email: str) -> Person:
    """Who signs in with an address. Raises NotThere."""
    person = person_with(email)
    if person is None:
        raise NotThere(f"Nobody signs in as {email}.")
    return person


def find_member(email: str, slug: str) -> Actor:
    """The member who acts: whoever may run this command has proved enough. Raises NotThere."""
    find_organization(slug)
    person = find_person(email)
    with looking(f"{email} is no member of {slug}."):
        return actor_of(person.id, slug, fresh=True)[2]


def find_invoice(number: str, who: Actor) -> Document:
    """The invoice of a number. Raises NotThere."""
    with looking(f"There is no invoice {number}."), scope_of(who):
        return invoice_numbered(number, who.organization_id)


def said_moment(moment: datetime, who: Actor) -> str:
    """A moment for people, where the organization is: 22 November 2026, 13:17."""
    with scope_of(who):
        zone = ZoneInfo(seller_of(who.organization_id).time_zone)
    day = format_day(moment.astimezone(zone).date(), "en")
    return f"{day}, {format_time(moment, zone, 'en')}"
