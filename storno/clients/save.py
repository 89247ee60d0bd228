"""Entering clients, changing them, and putting them away.

Whoever pays or is told without being served is a client too: papers name clients. One that was
billed is archived and never deleted. Its words for the search are written with it, in the same
transaction.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from babel import Locale
from django.db import connection
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientKind, ClientWord, ToldBy
from storno.clients.sight import looked_after_among, pays_for_somebody
from storno.core.entered import email_errors, text_errors, tidy
from storno.core.folding import fold, words_to_find
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.phone import with_country
from storno.core.refusals import Absent, FieldError, Invalid, Refused
from storno.core.zones import is_zone
from storno.history.record import Happening, record
from storno.organizations.countries import COUNTRIES, LANGUAGES
from storno.organizations.methods import method_errors
from storno.organizations.models import Channel, Method, Seller
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.terms import term_errors

_LONGEST = {
    "contact": 100,
    "phone": 30,
    "business_id": 20,
    "street": 100,
    "postcode": 12,
    "city": 60,
    "buyer_reference": 70,
}

_PHONE = re.compile("[+]?(?:[ ()./-]*[0-9]){3}[0-9 ()./-]*")
"""As people write it; whoever calls it, or sends it something, reads its digits."""

_NEXT_NUMBER = """
INSERT INTO clients_clientnumbers AS counter (id, organization_id, next_number)
VALUES (%(id)s, %(organization)s, 1 + %(count)s)
ON CONFLICT (organization_id) DO UPDATE SET next_number = counter.next_number + %(count)s
RETURNING next_number - %(count)s
"""

_HOLD = """
SELECT * FROM clients_client WHERE organization_id = %s AND id = ANY(%s) AND forgotten_at IS NULL
ORDER BY id FOR KEY SHARE
"""


class ClientIsForgotten(Refused):
    """The client's papers were erased, and what was known of it with them."""

    code = "client_forgotten"
    message = _("What was known of this recipient was erased with the last invoice.")
    remedy = _("Enter a new one.")


class ClientIsErased(Refused):
    """The client is locked: only what books must keep is still there."""

    code = "client_erased"
    message = _("This recipient was erased; only what must be kept for the books is left.")
    remedy = _("Enter a new one.")


class PaysForClients(Refused):
    """The one to be put away is the standing recipient of clients that are still there."""

    code = "pays_for_clients"
    message = _("It usually pays for others, so it cannot be archived.")
    remedy = _("Choose another invoice recipient for them first.")


@dataclass(frozen=True)
class ClientSaved(Happening):
    """A client was entered or changed."""

    kind: ClassVar = "client.saved"
    sentence: ClassVar = _("Recipient %(number)s was saved.")
    number: int


@dataclass(frozen=True)
class ClientArchived(Happening):
    """A client is no longer offered."""

    kind: ClassVar = "client.archived"
    sentence: ClassVar = _("Recipient %(number)s was archived.")
    number: int


@dataclass(frozen=True)
class ClientRestored(Happening):
    """An archived client is offered again."""

    kind: ClassVar = "client.restored"
    sentence: ClassVar = _("Recipient %(number)s was taken out of the archive.")
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientInput:
    """A client as entered. Empty language, country, channel and zone stand for the organization's.

    `term_days`: the usual days to pay, None for the organization's; `term_agreed` widens their
    bounds. `country` by ISO 3166-1 alpha-2. Not `served` is who only pays or is told; `shared` is
    such a payer that is offered to all. `method` and `told_by` None are the organization's.
    """

    kind: ClientKind
    name: str
    contact: str = ""
    email: str = ""
    language: str = ""
    business_id: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    term_days: int | None = None
    term_agreed: bool = False
    channel: Channel | None = None
    served: bool = True
    shared: bool = False
    phone: str = ""
    method: Method | None = None
    buyer_reference: str = ""
    time_zone: str = ""
    told_by: ToldBy | None = None
    wants_reminders: bool = True


@deed
def create_client(entered: ClientInput, *, who: Actor, at: datetime) -> Client:
    """Enter a client and give it the next number. Raises Invalid, NotAllowed."""
    who.must(Deed.KEEP_CLIENTS)
    return write_new_client(entered, who=who, at=at)


def write_new_client(entered: ClientInput, *, who: Actor, at: datetime) -> Client:
    """Write a new client within the caller's transaction. Raises Invalid."""
    client = Client(organization_id=who.organization_id)
    fill(client, entered, seller_of(who.organization_id))
    client.number = take_numbers(who.organization_id)
    client.save(force_insert=True)
    _write_words(client)
    record(ClientSaved(client.number), subject_id=client.id, who=who, at=at)
    return client


@deed
def amend_client(
    client_id: UUID, amend: Callable[[ClientInput], ClientInput], *, who: Actor, at: datetime
) -> Client:
    """Enter a client anew: `amend` gets what is entered now and returns what shall stand.

    Issued papers keep what they say. Raises Absent, Invalid, NotAllowed, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    client = lock_clients([client_id], who=who)[client_id]
    return write_client(client, amend(entered_in(client)), who=who, at=at)


def write_client(client: Client, entered: ClientInput, *, who: Actor, at: datetime) -> Client:
    """Write a locked client anew within the caller's transaction. Raises Invalid."""
    fill(client, entered, seller_of(client.organization_id))
    client.save(force_update=True)
    _write_words(client)
    record(ClientSaved(client.number), subject_id=client.id, who=who, at=at)
    return client


def entered_in(client: Client) -> ClientInput:
    """What a client says, in the form in which it is entered."""
    return ClientInput(
        kind=ClientKind(client.kind),
        name=client.name,
        contact=client.contact,
        email=client.email,
        language=client.language,
        business_id=client.business_id,
        street=client.street,
        postcode=client.postcode,
        city=client.city,
        country=client.country,
        term_days=client.term_days,
        term_agreed=client.term_agreed,
        channel=Channel(client.channel) if client.channel else None,
        served=client.served,
        shared=client.shared,
        phone=client.phone,
        method=Method(client.method) if client.method else None,
        buyer_reference=client.buyer_reference,
        time_zone=client.time_zone,
        told_by=ToldBy(client.told_by) if client.told_by else None,
        wants_reminders=client.wants_reminders,
    )


@deed
def archive_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer a client no more; archiving twice is archiving. Its contacts wait with it.

    Raises Absent, NotAllowed, ClientIsForgotten, PaysForClients.
    """
    who.must(Deed.KEEP_CLIENTS)
    client = lock_clients([client_id], who=who)[client_id]
    if client.archived_at is None:
        if pays_for_somebody(client.id):
            raise PaysForClients
        client.archived_at = at
        client.save(force_update=True)
        _write_words(client)
        record(ClientArchived(client.number), subject_id=client.id, who=who, at=at)


@deed
def restore_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer an archived client again. Raises Absent, NotAllowed, ClientIsForgotten."""
    who.must(Deed.KEEP_CLIENTS)
    client = lock_clients([client_id], who=who)[client_id]
    if client.archived_at is not None:
        client.archived_at = None
        client.save(force_update=True)
        _write_words(client)
        record(ClientRestored(client.number), subject_id=client.id, who=who, at=at)


def lock_clients(
    ids: Collection[UUID], *, beside: Collection[UUID] = (), who: Actor
) -> dict[UUID, Client]:
    """Lock clients for a deed, always in the order of their ids; return them by these.

    The actor must look after them; of those `beside` them it is enough that they are in sight.
    Raises Absent, ClientIsForgotten, ClientIsErased.
    """
    wanted = {*ids, *beside}
    locked = {
        client.id: client
        for client in Client.objects.select_for_update()
        .filter(organization_id=who.organization_id, id__in=wanted)
        .order_by("id")
    }
    if len(locked) < len(wanted) or not looked_after_among(ids, who).issuperset(ids):
        raise Absent
    if any(client.forgotten_at is not None for client in locked.values()):
        raise ClientIsForgotten
    if any(client.erasing_at is not None for client in locked.values()):
        raise ClientIsErased
    return locked


def must_not_be_erased(ids: Collection[UUID | None], *, organization_id: UUID) -> None:
    """Raise ClientIsErased where one of these clients is locked: nothing of it is used any more.

    Asked anew under the lock of what erasing it would lock first.
    """
    erased = Client.objects.filter(organization_id=organization_id, erasing_at__isnull=False)
    if erased.filter(id__in=[id_ for id_ in ids if id_ is not None]).exists():
        raise ClientIsErased


def hold_clients(ids: Collection[UUID | None], *, organization_id: UUID) -> dict[UUID, Client]:
    """Clients by their ids, none of whom is erased before the transaction ends.

    The lock is the one that a reference takes (Django knows none that weak): any number of drafts
    may name a client at once. What is absent or forgotten is left out. Raises ClientIsErased.
    """
    wanted = [id_ for id_ in ids if id_ is not None]
    if not wanted:
        return {}
    held = {row.id: row for row in Client.objects.raw(_HOLD, [organization_id, wanted])}
    if any(client.erasing_at is not None for client in held.values()):
        raise ClientIsErased
    return held


def fill(client: Client, entered: ClientInput, seller: Seller) -> None:
    """Put what was entered into the row. Raises Invalid."""
    entered = _in_plain_form(entered, seller)
    if errors := list(_errors(entered, seller)):
        raise Invalid(errors)
    for field in fields(entered):
        setattr(client, field.name, getattr(entered, field.name))
    for name in ("channel", "method", "told_by"):
        setattr(client, name, getattr(entered, name) or "")
    client.sort_key = fold(entered.name)[:200]


def _in_plain_form(entered: ClientInput, seller: Seller) -> ClientInput:
    """Texts tidied, the seller's language and country where none is given, ids compact.

    A number gets its country, so that it is the same from everywhere; what is none stays as typed.
    """
    tidied: dict[str, Any] = {
        field.name: tidy(value)
        for field in fields(entered)
        if type(value := getattr(entered, field.name)) is str
    }
    tidied["language"] = tidied["language"] or seller.language
    tidied["country"] = tidied["country"].upper() or seller.country
    tidied["phone"] = with_country(tidied["phone"], country=tidied["country"])
    rules = COUNTRIES.get(tidied["country"])
    if rules is not None and tidied["business_id"]:
        plain = rules.plain_business_id(tidied["business_id"])
        tidied["business_id"] = plain or tidied["business_id"]
    return replace(entered, **tidied)


def _errors(entered: ClientInput, seller: Seller) -> Iterator[FieldError]:
    yield from text_errors("name", entered.name, longest=100, required=True)
    for field, longest in _LONGEST.items():
        yield from text_errors(field, getattr(entered, field), longest=longest)
    yield from email_errors("email", entered.email)
    if entered.phone and not _PHONE.fullmatch(entered.phone):
        yield FieldError("phone", "not_a_phone", _("Enter a number like +358 40 123 4567."))
    if entered.shared and entered.served:
        words = _("Only somebody who is not served can be offered to all as recipient.")
        yield FieldError("shared", "served", words)
    yield from method_errors("method", entered.method)
    if entered.time_zone and not is_zone(entered.time_zone):
        words = _("Name a time zone, like Europe/Oslo.")
        yield FieldError("time_zone", "unknown_zone", words)
    if entered.language not in LANGUAGES:
        yield FieldError("language", "unknown", _("Choose one of the languages."))
    if entered.country not in countries():
        yield FieldError("country", "unknown", _("Enter the two letters of a country, like FI."))
    rules = COUNTRIES.get(entered.country)
    if rules and entered.business_id and rules.plain_business_id(entered.business_id) is None:
        yield FieldError("business_id", "check_digit", rules.business_id.wrong)
    if entered.term_days is not None:
        company = entered.kind == ClientKind.COMPANY
        ours = COUNTRIES[seller.country]
        yield from term_errors(
            "term_days",
            entered.term_days,
            agreed=entered.term_agreed,
            terms=ours.company_terms if company else ours.person_terms,
        )


@cache
def countries() -> frozenset[str]:
    """The territories of the CLDR that have two letters and are countries to live in."""
    groups = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - groups


def take_numbers(organization_id: UUID, count: int = 1) -> int:
    """The first of the next client numbers, under the lock of their counter.

    A rollback takes them back. With a count of 0 the counter is locked and nothing taken.
    """
    given: dict[str, str | int] = {
        "id": str(new_id()),
        "organization": str(organization_id),
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, given)
        (number,) = cursor.fetchone()
    return int(number)


def _write_words(client: Client) -> None:
    """Write the words by which a client is found, on offer or in the archive."""
    mine = ClientWord.objects.filter(organization_id=client.organization_id, client_id=client.id)
    mine.delete()
    insert(words_of(client))


def words_of(client: Client) -> list[ClientWord]:
    """The words by which a client is found, as rows that are not written yet."""
    archived = client.archived_at is not None
    compact_id = "".join(char for char in client.business_id if char.isalnum())
    texts = (client.name, client.contact, client.email, client.business_id, compact_id)
    return [
        ClientWord(
            organization_id=client.organization_id,
            client_id=client.id,
            word=word,
            archived=archived,
        )
        for word in sorted(words_to_find(*texts, str(client.number)))
    ]
