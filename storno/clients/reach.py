"""How somebody is reached: by e-mail, and at the number to which an SMS goes."""

from collections.abc import Iterator
from dataclasses import dataclass

from storno.clients.models import Client
from storno.core.phone import e164
from storno.mailroom.models import Medium
from storno.mailroom.way_out import is_server_missing


@dataclass(frozen=True, slots=True)
class Way:
    """An address by which somebody can be told, in their language."""

    medium: Medium
    address: str
    language: str


def ways_to(party: Client, country: str) -> Iterator[Way]:
    """Each way to a party that there is; `country` as for its number."""
    if party.email:
        yield Way(Medium.EMAIL, party.email, party.language)
    if number := number_of(party, country):
        yield Way(Medium.SMS, number, party.language)


def ways_wanted(party: Client, country: str) -> Iterator[Way]:
    """The ways to a party by which it wants messages about sessions."""
    return (way for way in ways_to(party, country) if party.told_by in ("", way.medium))


def ways_to_claim(party: Client, country: str) -> tuple[Way, ...]:
    """The ways to tell a party that there is something to pay: those that it wants, or else each.

    What is owed falls due all the same, so a wish chooses the way and never keeps it back, nor does
    one for SMS where nobody sends them.
    """
    wanted = tuple(way for way in ways_wanted(party, country) if leaves(way.medium))
    return wanted or tuple(ways_to(party, country))


def leaves(medium: Medium) -> bool:
    """Whether a letter can be queued: an e-mail waits for its server, an SMS would be stale."""
    return medium is Medium.EMAIL or not is_server_missing(medium)


def number_of(party: Client, country: str) -> str:
    """The number for SMS to a client, in E.164 form; empty where it has none.

    `country` is the organization's, where the client's is not known.
    """
    return e164(party.phone, country=party.country or country) if party.phone else ""
