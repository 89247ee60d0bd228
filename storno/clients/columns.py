"""What the columns of a table of clients mean, and what a row of it says (pure).

Headings are known by their words in English, Finnish and Norwegian, and by what pages call a
column in these; what is not known is left out until somebody says what it is. Each column of our
own file is known, so whoever was exported can be imported again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from babel import Locale
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from storno.clients.models import ClientKind, ToldBy
from storno.clients.read_csv import SheetRow
from storno.clients.save import ClientInput
from storno.core.folding import fold
from storno.core.refusals import FieldError, Words, invalid
from storno.organizations.countries import LANGUAGES
from storno.organizations.models import Channel, Method

COLUMNS: Mapping[str, Words] = {
    "number": _("Number"),
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "kind": _("Person or company"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "business_id": _("Business id"),
    "contact": _("Contact person"),
    "street": _("Street address"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "country": _("Country"),
    "language": _("Language"),
    "term_days": _("Days to pay"),
    "term_agreed": _("We have agreed on these days in writing"),
    "buyer_reference": _("Their reference"),
    "channel": _("Invoices are sent"),
    "method": _("Sessions are invoiced"),
    "time_zone": _("Time zone"),
    "told_by": _("Wants to be told"),
    "wants_reminders": _("Wants reminders of sessions"),
    "served": _("Is served, and does not only pay"),
    "shared": _("May pay for everybody here"),
    "archived": _("Archived"),
}
"""What a column can be; the first and the last name together are a name.

A number is never given by a file: with the name it says which client is meant.
"""

_WORDS: Mapping[str, str] = {
    "number": "number|the client's number|client number|numero|asiakkaan numero|asiakasnumero"
    "|nummer|klientens nummer|kundenummer|klientnummer",
    "name": "name|full name|client|customer|nimi|asiakas|asiakkaan nimi|navn|kunde|klient"
    "|kundenavn|company name|yrityksen nimi|yritys|firma|firmanavn|company",
    "first_name": "first name|firstname|given name|etunimi|fornavn|etunimet",
    "last_name": "last name|lastname|surname|family name|sukunimi|etternavn",
    "kind": "kind|type|person or company|tyyppi|laji|henkilo vai yritys|type kunde|kundetype"
    "|person eller firma",
    "email": "email|e-mail|e-mail address|email address|mail|sahkoposti|sahkopostiosoite|epost"
    "|e-post|e-postadresse|epostadresse",
    "phone": "phone|telephone|mobile|phone number|mobile phone|puhelin|puhelinnumero|matkapuhelin"
    "|gsm|telefon|telefonnummer|mobil|mobilnummer|tlf",
    "business_id": "business id|business_id|company number|organization number|vat id|y-tunnus"
    "|ytunnus|organisasjonsnummer|org nr|orgnr|org.nr|org.nr.",
    "contact": "contact|contact person|yhteyshenkilo|yrityksen yhteyshenkilo|kontakt|kontaktperson",
    "street": "street|address|street address|postal address|osoite|katuosoite|lahiosoite"
    "|postiosoite|adresse|gateadresse|gate|postadresse",
    "postcode": "postcode|postal code|zip|zip code|postinumero|postnummer|postnr",
    "city": "city|town|post office|kaupunki|postitoimipaikka|paikkakunta|poststed|by|sted",
    "country": "country|country code|maa|maakoodi|land|landkode",
    "language": "language|kieli|sprak",
    "term_days": "term_days|days to pay|payment term|maksuaika|maksuehto|maksuaika paivina"
    "|betalingsfrist|betalingsfrist i dager",
    "term_agreed": "term_agreed|we have agreed on these days in writing"
    "|olemme sopineet maksuajasta kirjallisesti|vi har avtalt denne fristen skriftlig",
    "buyer_reference": "buyer_reference|their reference|buyer reference|reference|viite"
    "|viitteenne|vastaanottajan viite|deres referanse|referanse|mottakerens referanse",
}

_CHOICES: Mapping[str, type[TextChoices]] = {
    "channel": Channel,
    "method": Method,
    "told_by": ToldBy,
}
"""Columns that say one of several things, by its name or as pages call it."""

_TICKS = ("term_agreed", "wants_reminders", "served", "shared", "archived")
"""Columns that say yes or no."""

_COMPANY = {"company", "yritys", "yhtio", "firma", "bedrift", "selskap", "organization", "yhteiso"}
_PERSON = {"person", "henkilo", "yksityinen", "yksityishenkilo", "privat", "privatperson"}
_YES, _NO = {"yes", "kylla", "ja", "true", "1"}, {"no", "ei", "nei", "false", "0"}
_LANGUAGES = {
    **dict.fromkeys(("en", "english", "englanti", "engelsk"), "en"),
    **dict.fromkeys(("fi", "finnish", "suomi", "finsk"), "fi"),
    **dict.fromkeys(("nb", "no", "nn", "norwegian", "norja", "norsk", "bokmal"), "nb"),
}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row says: the client, or what is wrong. `said`: the fields that it fills.

    `number` is the client's as the row has it; None where it has none of ours. `archived`: whether
    it is; None where the row says nothing of it.
    """

    entered: ClientInput | None
    errors: tuple[FieldError, ...]
    said: frozenset[str]
    number: int | None = None
    archived: bool | None = None


def guess_columns(heading: Sequence[str]) -> tuple[str, ...]:
    """What each column is, by its heading; empty for what is not known or was there before."""
    taken: set[str] = set()
    found = []
    for words in heading:
        column = _by_word().get(fold(words).rstrip(":*"), "")
        found.append("" if column in taken else column)
        taken.add(column)
    return tuple(found)


def check_columns(columns: Sequence[str], heading: Sequence[str]) -> None:
    """Refuse what no table of clients says. Raises Invalid."""
    if len(columns) != len(heading):
        raise invalid("columns", "miscounted", _("Say of each column what it is."))
    known = [column for column in columns if column]
    if unknown := [column for column in known if column not in COLUMNS]:
        words = _("There is no column of this name: %(name)s.") % {"name": unknown[0][:40]}
        raise invalid("columns", "unknown_column", words)
    if len(set(known)) < len(known):
        raise invalid("columns", "given_twice", _("Two columns are said to be the same."))
    if not {"name", "last_name", "first_name"} & set(known):
        raise invalid("columns", "no_name", _("Say which column holds the name."))


def left_out(heading: Sequence[str], rows: Sequence[SheetRow], columns: Sequence[str]) -> list[int]:
    """The places of the columns that are not imported though something stands in them."""
    filled = {place for row in rows for place, cell in enumerate(row.cells) if cell}
    return [place for place in range(len(heading)) if not columns[place] and place in filled]


def read_row(row: SheetRow, columns: Sequence[str]) -> ReadRow:
    """What a row says of a client; that it is right is for `save.py` to say."""
    if any(row.cells[len(columns) :]):
        words = _(
            "There are more cells than columns in the first row. Are quotation marks missing?"
        )
        return ReadRow(None, (FieldError("", "too_many_cells", words),), frozenset())
    cells = {
        column: cell for column, cell in zip(columns, row.cells, strict=False) if column and cell
    }
    errors = list(_errors(cells))
    if errors:
        return ReadRow(None, tuple(errors), frozenset(cells))
    texts: dict[str, Any] = {
        name: cells.get(name, "")
        for name in (
            *("contact", "email", "phone", "business_id", "street", "postcode", "city"),
            *("buyer_reference", "time_zone"),
        )
    }
    ticks: dict[str, Any] = {name: fold(cells[name]) in _YES for name in _TICKS if name in cells}
    archived = ticks.pop("archived", None)
    chosen: dict[str, Any] = {
        name: _named(name)[fold(cells[name])] for name in _CHOICES if name in cells
    }
    entered = ClientInput(
        kind=_kind(cells),
        name=_name(cells),
        language=_LANGUAGES.get(fold(cells.get("language", "")), ""),
        country=_countries().get(fold(cells.get("country", "")), ""),
        term_days=int(cells["term_days"]) if "term_days" in cells else None,
        **texts,
        **ticks,
        **chosen,
    )
    said = set(cells) - {"first_name", "last_name", "number", "archived"}
    if entered.name:
        said.add("name")
    number = cells.get("number", "")
    ours = number.isascii() and number.isdigit() and len(number) < 10
    return ReadRow(entered, (), frozenset(said), int(number) if ours else None, archived)


def laid_over(kept: ClientInput, read: ReadRow) -> ClientInput:
    """A client that is there, with what a row says; what it leaves empty stays."""
    assert read.entered is not None, "only a row that could be read is laid over a client"
    return replace(kept, **{name: getattr(read.entered, name) for name in read.said})


def _errors(cells: Mapping[str, str]) -> Iterator[FieldError]:
    kind = fold(cells.get("kind", ""))
    if kind and kind not in _COMPANY | _PERSON:
        yield FieldError("kind", "unknown", _("Write person or company."))
    language = fold(cells.get("language", ""))
    if language and language not in _LANGUAGES:
        yield FieldError("language", "unknown", _("Write en, fi or nb."))
    country = fold(cells.get("country", ""))
    if country and country not in _countries():
        yield FieldError("country", "unknown", _("Enter the two letters of a country, like FI."))
    days = cells.get("term_days", "0")
    if not (days.isascii() and days.isdigit() and len(days) <= 4):
        yield FieldError("term_days", "not_a_whole_number", _("Write a whole number."))
    for name in _TICKS:
        if name in cells and fold(cells[name]) not in _YES | _NO:
            yield FieldError(name, "unknown", _("Write yes or no."))
    for name, choices in _CHOICES.items():
        if name in cells and fold(cells[name]) not in _named(name):
            words = _("Write one of these: %(names)s.") % {"names": ", ".join(choices.values)}
            yield FieldError(name, "unknown", words)


def _kind(cells: Mapping[str, str]) -> ClientKind:
    """What it is said to be; by itself, whoever has a business id is a company."""
    said = fold(cells.get("kind", ""))
    company = said in _COMPANY if said else "business_id" in cells
    return ClientKind.COMPANY if company else ClientKind.PERSON


def _name(cells: Mapping[str, str]) -> str:
    parts = (cells.get("first_name", ""), cells.get("last_name", ""))
    return cells.get("name") or " ".join(part for part in parts if part)


@cache
def _by_word() -> dict[str, str]:
    labels = {fold(label): name for name, words in COLUMNS.items() for label in _in_each(words)}
    found = {fold(word): name for name, words in _WORDS.items() for word in words.split("|")}
    return labels | found | {name: name for name in COLUMNS}


@cache
def _named(column: str) -> dict[str, TextChoices]:
    """What a column may say, by its name and by its words in our languages."""
    return {
        fold(words): each
        for each in _CHOICES[column]
        for words in (each.value, *_in_each(each.label))
    }


def _in_each(words: Words) -> list[str]:
    """Words in each of our languages."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(str(words))
    return found


@cache
def _countries() -> dict[str, str]:
    """Countries by their two letters, and by their names in our languages."""
    found: dict[str, str] = {}
    for language in ("en", "fi", "nb"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found[fold(name)] = code
                found[fold(code)] = code
    return found
