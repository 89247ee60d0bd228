"""What a client wants to be told, as it says so itself; members enter it with the client."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.clients.save import lock_clients
from storno.history.record import Happening, record
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed


@dataclass(frozen=True)
class RemindersRefused(Happening):
    """The client does not want to be reminded any more."""

    kind: ClassVar = "client.reminders_refused"
    sentence: ClassVar = _("The client said on its page that it wants no reminders of sessions.")


@dataclass(frozen=True)
class RemindersWanted(Happening):
    """The client wants to be reminded again."""

    kind: ClassVar = "client.reminders_wanted"
    sentence: ClassVar = _("The client said on its page that it wants reminders of sessions.")


@deed
def wish_reminders(client_id: UUID, wanted: bool, *, who: Actor, at: datetime) -> None:
    """Remind a client of its sessions or not, as it wants; saying it twice is saying it.

    Raises Absent, ClientIsForgotten, ClientIsErased.
    """
    who.must(Deed.KEEP_CLIENTS)
    client = lock_clients([client_id], who=who)[client_id]
    if client.wants_reminders == wanted:
        return
    client.wants_reminders = wanted
    client.save(update_fields=["wants_reminders"])
    happened = RemindersWanted() if wanted else RemindersRefused()
    record(happened, subject_id=client.id, who=who, at=at)
