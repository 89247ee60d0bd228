"""Entering clients, changing them, and putting them away.

A client that was billed is archived and never deleted: papers name it. Its words for the search
are written with it, in the same transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from babel import Locale
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientKind, ClientWord
from storno.core.entered import email_errors, text_errors, tidy
from storno.core.folding import fold, words_to_find
from storno.core.ids import new_id
from storno.core.insert import insert
from storno.core.refusals import Absent, FieldError, Invalid, Refused
from storno.history.record import Happening, record
from storno.organizations.countries import COUNTRIES, LANGUAGES
from storno.organizations.models import Channel, Seller
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.organizations.terms import term_errors

_LONGEST = {"contact": 100, "business_id": 20, "street": 100, "postcode": 12, "city": 60}

_NEXT_NUMBER = """
INSERT INTO clients_clientnumbers AS counter (id, organization_id, next_number)
VALUES (%s, %s, 2)
ON CONFLICT (organization_id) DO UPDATE SET next_number = counter.next_number + 1
RETURNING next_number - 1
"""


class ClientHasPapers(Refused):
    """The client stands on drafts or documents."""

    code = "client_has_papers"
    message = _("There are invoices or drafts for this recipient, so it cannot be deleted.")
    remedy = _("Archive it: it is then no longer offered, and the papers stay readable.")


class ClientIsForgotten(Refused):
    """The client's papers were erased, and what was known of it with them."""

    code = "client_forgotten"
    message = _("What was known of this recipient was erased with the last invoice.")
    remedy = _("Enter a new one.")


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


@dataclass(frozen=True)
class ClientDeleted(Happening):
    """A client that was never billed was deleted."""

    kind: ClassVar = "client.deleted"
    sentence: ClassVar = _("Recipient %(number)s was deleted.")
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientInput:
    """A client as entered. An empty language, country or channel stands for the organization's.

    `term_days`: the usual days to pay, None for the organization's; `term_agreed` widens their
    bounds. `country` by ISO 3166-1 alpha-2.
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


@deed
def create_client(entered: ClientInput, *, who: Actor, at: datetime) -> Client:
    """Enter a client and give it the next number. Raises Invalid, NotAllowed."""
    who.must(Deed.KEEP_CLIENTS)
    client = Client(organization_id=who.organization_id)
    _fill(client, entered)
    client.number = _take_number(who.organization_id)
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
    client = _lock(client_id, who)
    _fill(client, amend(entered_in(client)))
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
    )


@deed
def archive_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer a client no more; archiving twice is archiving.

    Raises Absent, NotAllowed, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    client = _lock(client_id, who)
    if client.archived_at is None:
        client.archived_at = at
        client.save(force_update=True)
        _write_words(client)
        record(ClientArchived(client.number), subject_id=client.id, who=who, at=at)


@deed
def restore_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Offer an archived client again. Raises Absent, NotAllowed, ClientIsForgotten."""
    who.must(Deed.KEEP_CLIENTS)
    client = _lock(client_id, who)
    if client.archived_at is not None:
        client.archived_at = None
        client.save(force_update=True)
        _write_words(client)
        record(ClientRestored(client.number), subject_id=client.id, who=who, at=at)


@deed
def delete_client(client_id: UUID, *, who: Actor, at: datetime) -> None:
    """Delete a client that stands on no paper; its number is not given again.

    Raises Absent, NotAllowed, ClientHasPapers, ClientIsForgotten.
    """
    who.must(Deed.KEEP_CLIENTS)
    client = _lock(client_id, who)
    number = client.number
    try:
        with transaction.atomic():
            client.delete()
    except IntegrityError:
        raise ClientHasPapers from None
    record(ClientDeleted(number), subject_id=client_id, who=who, at=at)


def _lock(client_id: UUID, who: Actor) -> Client:
    """Lock a client for a deed. Raises Absent, ClientIsForgotten."""
    client = (
        Client.objects.select_for_update()
        .filter(organization_id=who.organization_id, id=client_id)
        .first()
    )
    if client is None:
        raise Absent
    if client.forgotten_at is not None:
        raise ClientIsForgotten
    return client


def _fill(client: Client, entered: ClientInput) -> None:
    """Put what was entered into the row. Raises Invalid."""
    seller = seller_of(client.organization_id)
    entered = _in_plain_form(entered, seller)
    if errors := list(_errors(entered, seller)):
        raise Invalid(errors)
    for field in fields(entered):
        setattr(client, field.name, getattr(entered, field.name))
    client.channel = entered.channel or ""
    client.sort_key = fold(entered.name)[:200]


def _in_plain_form(entered: ClientInput, seller: Seller) -> ClientInput:
    """Texts tidied, the seller's language and country where none is given, ids compact."""
    tidied: dict[str, Any] = {
        field.name: tidy(value)
        for field in fields(entered)
        if type(value := getattr(entered, field.name)) is str
    }
    tidied["language"] = tidied["language"] or seller.language
    tidied["country"] = tidied["country"].upper() or seller.country
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


def _take_number(organization_id: UUID) -> int:
    """The next client number, under the lock of its counter: a rollback takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [new_id(), organization_id])
        (number,) = cursor.fetchone()
    return int(number)


def _write_words(client: Client) -> None:
    """Write the words by which a client is found, on offer or in the archive."""
    mine = ClientWord.objects.filter(organization_id=client.organization_id, client_id=client.id)
    mine.delete()
    archived = client.archived_at is not None
    compact_id = "".join(char for char in client.business_id if char.isalnum())
    texts = (client.name, client.contact, client.email, client.business_id, compact_id)
    insert(
        ClientWord(
            organization_id=client.organization_id,
            client_id=client.id,
            word=word,
            archived=archived,
        )
        for word in sorted(words_to_find(*texts, str(client.number)))
    )
