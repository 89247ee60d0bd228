"""Forgetting a client: the row keeps its number, and nothing by which anybody could be known.

Who may be forgotten is not known here: papers name clients, and `documents/forget.py` asks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client, ClientWord
from storno.history.record import Happening, record_all
from storno.organizations.roles import Actor


@dataclass(frozen=True)
class ClientForgotten(Happening):
    """No paper named the client any more, so it was forgotten."""

    kind: ClassVar = "client.forgotten"
    sentence: ClassVar = _(
        "What was known of recipient %(number)s was erased with the last invoice."
    )
    number: int


def forget(clients: Sequence[Client], *, who: Actor, at: datetime) -> None:
    """Empty locked clients and put them into the archive for good, within the caller's scope."""
    mine, ids = who.organization_id, [client.id for client in clients]
    name = Concat(Value("#"), Cast("number", TextField()))
    emptied = dict.fromkeys(
        ("contact", "email", "business_id", "street", "postcode", "city", "country", "channel"), ""
    )
    Client.objects.filter(organization_id=mine, id__in=ids).update(
        name=name,
        sort_key=name,
        term_days=None,
        term_agreed=False,
        archived_at=Coalesce("archived_at", Value(at)),
        forgotten_at=at,
        **emptied,
    )
    ClientWord.objects.filter(organization_id=mine, client_id__in=ids).delete()
    record_all([(client.id, ClientForgotten(client.number)) for client in clients], who=who, at=at)
