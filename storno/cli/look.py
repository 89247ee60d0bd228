"""Looking for what a verb names, and saying by its name what is not there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Service
from storno.catalogue.queries import services_by_name
from storno.cli.verb import NotThere
from storno.clients.models import Client
from storno.clients.queries import search_clients
from storno.core.refusals import Absent, invalid
from storno.diary.queries import memberships_of
from storno.documents.models import Document
from storno.documents.queries import invoice_numbered
from storno.money.currency import AmountTooLarge, NotWholeMinorUnits, to_minor
from storno.organizations.actors import actor_of
from storno.organizations.models import Membership, Organization
from storno.organizations.queries import organization_called, seller_of
from storno.organizations.roles import Actor
from storno.organizations.scope import scope, scope_of
from storno.people.models import Person
from storno.people.queries import person_with
from storno.printing.labels import format_day, format_time

Found = TypeVar("Found", Client, Service)


@contextmanager
def looking(sentence: str) -> Iterator[None]:
    """Say in a sentence what the block does not find."""
    try:
        yield
    except Absent:
        raise NotThere(sentence) from None


@contextmanager
def looking_for(what: str, written: str) -> Iterator[UUID]:
    """Yield the id that was written of something; say in a sentence that it is not there."""
    with looking(f"There is no {what} {written}."):
        try:
            id_ = UUID(written)
        except ValueError:
            raise Absent from None
        yield id_


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


def find_membership(email: str, who: Actor) -> Membership:
    """The membership of somebody in the actor's organization. Raises NotThere."""
    person = find_person(email)
    for member in memberships_of(who.organization_id, {person.id}).values():
        return member
    raise NotThere(f"{email} is no member.")


def find_client(words: str, who: Actor, *, archived: bool = False) -> Client:
    """The one client whom words, or a number, find; with `archived` also those put away.

    Raises NotThere.
    """
    found: list[Client] = []
    with scope_of(who):
        for put_away in (False, True)[: 1 + archived] if words.strip() else ():
            found += search_clients(words, organization_id=who.organization_id, archived=put_away)
    numbered = [client for client in found if str(client.number) == words.strip()]
    return _the_one(numbered or found, f"client {words}")


def find_service(words: str, who: Actor) -> Service:
    """The one service that can be booked and has words in its name. Raises NotThere."""
    with scope(who.organization_id):
        mine = who.organization_id
        found = services_by_name(words, organization_id=mine, bookable=True, limit=10).items
    named = [service for service in found if service.name == words]
    return _the_one(named or found, f"service {words} to book")


def _the_one(found: Sequence[Found], what: str) -> Found:
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotThere(f"There is no {what}.")
    names = ", ".join(str(each) for each in found)
    raise NotThere(f"There is more than one {what}: {names}. Say it in more words.")


def read_moment(text: str, who: Actor) -> datetime:
    """A day and a time by the organization's clocks, or with an offset; of two the first.

    Raises click.BadParameter for what is no moment, Invalid for one that the clocks leave out.
    """
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("Write a moment like 2026-06-17T10:00.") from None
    words = _("The clocks go forward in this night: there is no such time.")
    try:
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        with scope(who.organization_id):
            zone = ZoneInfo(seller_of(who.organization_id).time_zone)
        moment = written.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == written:
            return moment
    except OverflowError:
        words = _("The day is too far away. Check the year.")
    raise invalid("starts_at", "no_such_time", words)


def read_price(text: str) -> Decimal:
    """A price in the major unit. Raises click.BadParameter."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise click.BadParameter("Write a price like 1190.00.") from None


def read_amount(text: str, currency: str) -> int:
    """An amount of the major unit in whole minor ones. Raises click.BadParameter."""
    try:
        return to_minor(read_price(text), currency)
    except (NotWholeMinorUnits, AmountTooLarge):
        raise click.BadParameter("Write an amount like 45.00.") from None


def said_moment(moment: datetime, who: Actor) -> str:
    """A moment for people, where the organization is: 22 November 2026, 13:17."""
    with scope_of(who):
        zone = ZoneInfo(seller_of(who.organization_id).time_zone)
    day = format_day(moment.astimezone(zone).date(), "en")
    return f"{day}, {format_time(moment, zone, 'en')}"
