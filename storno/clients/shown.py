"""What a paper to another payer says of the client who was served: never the name."""

import unicodedata

from django.utils.translation import gettext, override

from storno.clients.models import Client
from storno.organizations.models import ClientShownAs


def shown_to_others(client: Client, shown_as: ClientShownAs, *, language: str) -> str:
    """A client's initials, "D. D."; or the number, "client 12", in the paper's language.

    A name in which no word begins with a letter has no initials: there it is the number too.
    """
    if shown_as is ClientShownAs.INITIALS and (initials := _initials(client.name)):
        return initials
    with override(language):
        return gettext("client %(number)d") % {"number": client.number}


def _initials(name: str) -> str:
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalpha())
