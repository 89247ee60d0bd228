"""Who looks after clients that are imported, asked where practitioners see their own only.

Else a practice that moves its whole list in would open it to everybody without having been told.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from storno.clients.hand_over import colleagues
from storno.web.access import Here

OPEN = "open"
"""What the form sends for nobody."""


def asks_for_keeper(here: Here) -> bool:
    """Whether it makes a difference who looks after a client, and this member may choose."""
    return here.organization.own_clients and here.who.clients_of is None


def keeper_choices(here: Here) -> list[tuple[str, str]]:
    """The colleagues, and what leaving it open means."""
    members = [(str(member.id), str(member.person)) for member in colleagues(here.organization.id)]
    return [*members, (OPEN, _("Nobody yet: all practitioners see them"))]


def keeper_in(text: str) -> UUID | None:
    """The member that was chosen, None for nobody yet; without a choice it is no member's id."""
    if text == OPEN:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def said_of_keeper(here: Here) -> str:
    """That whoever is new is the reader's own, where it is nobody's to choose."""
    own = here.organization.own_clients and here.who.clients_of is not None
    return _("You look after whoever is new.") if own else ""
