"""Forgetting a client: the row keeps its number, and nothing by which anybody could be known.

What was said of its contacts and who looked after it goes too, and with it whoever was there for
its sake only. Who may be forgotten is not known here: papers name clients, and `diary/forget.py`
asks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from storno.clients.delete import drop_unneeded
from storno.clients.models import Care, Client, ClientWord, Contact
from storno.history.record import Happening, record_all
from storno.organizations.roles import Actor

_PERSONAL = (
    "contact",
    "email",
    "phone",
    "business_id",
    "street",
    "postcode",
    "city",
    "country",
    "channel",
    "method",
    "told_by",
    "buyer_reference",
    "time_zone",
)


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
    emptied = dict.fromkeys(_PERSONAL, "")
    Client.objects.filter(organization_id=mine, id__in=ids).update(
        name=name,
        sort_key=name,
        term_days=None,
        term_agreed=False,
        shared=False,
        wants_reminders=True,
        keep_until=None,
        archived_at=Coalesce("archived_at", Value(at)),
        forgotten_at=at,
        **emptied,
    )
    for rows in (ClientWord.objects, Care.objects):
        rows.filter(organization_id=mine, client_id__in=ids).delete()
    _forget_contacts(ids, who=who, at=at)
    record_all([(client.id, ClientForgotten(client.number)) for client in clients], who=who, at=at)


def _forget_contacts(ids: Sequence[UUID], *, who: Actor, at: datetime) -> None:
    mine = who.organization_id
    beside = Contact.objects.filter(organization_id=mine, client_id__in=ids)
    parties = set(beside.values_list("party_id", flat=True))
    either = Q(client_id__in=ids) | Q(party_id__in=ids)
    Contact.objects.filter(either, organization_id=mine).delete()
    unlocked = Client.objects.filter(organization_id=mine, id__in=parties, forgotten_at=None)
    let_go = unlocked.select_for_update(skip_locked=True).order_by("id")
    drop_unneeded(list(let_go), who=who, at=at)
