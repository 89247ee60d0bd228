"""What a paper to another payer says of the client who was served: never the name."""

import re
import unicodedata

from django.utils.translation import gettext, override

from storno.clients.models import Client
from storno.organizations.countries import LANGUAGES
from storno.organizations.models import ClientShownAs

_INITIALS = re.compile(r"(, [^\W\d_]\.( [^\W\d_]\.)*)+\Z")
"""Somebody's at the end of a line, of a client who may have another name by now."""

LONGEST_LINE = 300
"""Characters of a line's text."""


def shown_to_others(client: Client, shown_as: ClientShownAs, *, language: str) -> str:
    """A client's initials, "D. D."; or the number, "client 12", in the paper's language.

    A name in which no word begins with a letter has no initials: there it is the number too.
    """
    if shown_as is ClientShownAs.INITIALS and (initials := _initials(client.name)):
        return initials
    with override(language):
        return gettext("client %(number)d") % {"number": client.number}


def line_for(
    description: str,
    client: Client,
    *,
    to_other: bool,
    shown_as: ClientShownAs,
    language: str,
) -> str:
    """What a line says of a client's session: to another payer, also whose it was.

    What it said of that before is left out first, in whichever form and language, and under
    whichever name: "60 min", "60 min, D. D.", "60 min, client 12".
    """
    description = _INITIALS.sub("", description)
    for former in _all_forms(client):
        description = description.removesuffix(f", {former}")
    if not to_other:
        return description
    shown = shown_to_others(client, shown_as, language=language)
    return f"{description[: LONGEST_LINE - len(shown) - 2]}, {shown}"


def _all_forms(client: Client) -> set[str]:
    return {
        shown_to_others(client, shown_as, language=language)
        for shown_as in ClientShownAs
        for language in LANGUAGES
    }


def _initials(name: str) -> str:
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalpha())
