"""How somebody is reached: the number to which an SMS goes."""

from storno.clients.models import Client
from storno.core.phone import e164


def number_of(party: Client, country: str) -> str:
    """The number for SMS to a client, in E.164 form; empty where it has none.

    `country` is the organization's, where the client's is not known.
    """
    return e164(party.phone, country=party.country or country) if party.phone else ""
