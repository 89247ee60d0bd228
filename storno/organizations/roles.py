"""Who may do what: roles × deeds in one table, and the actor that carries the answer."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from storno.core.refusals import NotAllowed, SignInAgain

if TYPE_CHECKING:
    from storno.organizations.once import Once


class Role(StrEnum):
    """What a member is in an organization; a member may be several."""

    ADMINISTRATOR = "administrator"
    PRACTITIONER = "practitioner"
    OFFICE = "office"
    READER = "reader"


class Deed(StrEnum):
    """What somebody may be allowed to do. Reading is open to every member, except of consents."""

    WRITE_DRAFTS = "write_drafts"
    FINALISE = "finalise"
    SEND = "send"
    CREDIT = "credit"
    UNDO = "undo"
    REGISTER_PAYMENT = "register_payment"
    REVERSE_PAYMENT = "reverse_payment"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    KEEP_CLIENTS = "keep_clients"
    KEEP_CONSENTS = "keep_consents"
    KEEP_CATALOGUE = "keep_catalogue"
    BOOK = "book"
    EXPORT = "export"
    CHANGE_SETTINGS = "change_settings"
    ERASE_CLIENTS = "erase_clients"
    INVITE = "invite"
    ASK = "ask"
    SERVE = "serve"
    PAY_OUT = "pay_out"


_BILLING = frozenset(
    {
        Deed.WRITE_DRAFTS,
        Deed.FINALISE,
        Deed.SEND,
        Deed.REGISTER_PAYMENT,
        Deed.REVERSE_PAYMENT,
        Deed.REFUND,
        Deed.KEEP_CLIENTS,
        Deed.KEEP_CATALOGUE,
        Deed.BOOK,
        Deed.EXPORT,
        Deed.ASK,
    }
)
_CREDITING = frozenset({Deed.CREDIT, Deed.UNDO})

STAFF_DEEDS = frozenset({Deed.SERVE})
"""What customer service does in an organization that it visits: no member's role carries it."""

DEEDS: dict[Role, frozenset[Deed]] = {
    Role.ADMINISTRATOR: frozenset(Deed) - STAFF_DEEDS,
    Role.PRACTITIONER: _BILLING | _CREDITING | {Deed.KEEP_CONSENTS},
    Role.OFFICE: _BILLING,
    Role.READER: frozenset(),
}
"""The table. The setting `office_may_credit` adds crediting and undoing to the office."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which organization, and what this door has found out about them.

    `fresh` is true when the person has signed in recently, or when the API token carries the scope
    `money`. `clients_of` names the person whose clients alone the actor sees, with their papers;
    None: all. `token_id` is the API token by which they act. `once` is the promise of an
    idempotency key (see `once.py`). `visit_id` is the visit by which customer service acts here.
    """

    organization_id: UUID
    person_id: UUID | None
    deeds: frozenset[Deed]
    fresh: bool = False
    clients_of: UUID | None = None
    token_id: UUID | None = field(default=None, compare=False)
    once: "Once | None" = field(default=None, compare=False)
    visit_id: UUID | None = None

    def may(self, deed: Deed) -> bool:
        """Whether the roles carry this deed."""
        return deed in self.deeds

    def must(self, deed: Deed) -> None:
        """Raise NotAllowed unless the roles carry this deed."""
        if deed not in self.deeds:
            raise NotAllowed

    def across(self, organization_id: UUID) -> "Actor":
        """The same actor in the books of another organization, in the same deed."""
        return replace(self, organization_id=organization_id, once=None)

    def must_be_fresh(self) -> None:
        """Raise SignInAgain unless this person has just proved who they are."""
        if not self.fresh:
            raise SignInAgain


def deeds_of(roles: list[str] | tuple[str, ...], *, office_may_credit: bool) -> frozenset[Deed]:
    """All deeds of somebody with these roles."""
    allowed: frozenset[Deed] = frozenset()
    for name in roles:
        role = Role(name)
        allowed |= DEEDS[role]
        if role is Role.OFFICE and office_may_credit:
            allowed |= _CREDITING
    return allowed


def sees_own_clients_only(roles: list[str], *, own_clients: bool) -> bool:
    """Whether these are the roles of a practitioner and nothing else, where the setting says so."""
    return own_clients and set(roles) == {Role.PRACTITIONER}


def system(organization_id: UUID) -> Actor:
    """The actor of what happens by itself: departures, deliveries, erasures."""
    return Actor(organization_id, None, frozenset(Deed), fresh=True)
