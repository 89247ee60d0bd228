"""Whose diaries there are, and what may be done in each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from storno.diary.models import Sight
from storno.diary.queries import memberships_of
from storno.diary.sight import Diaries, diaries_of
from storno.organizations.models import Membership
from storno.organizations.roles import Deed
from storno.web.access import Here


@dataclass(frozen=True, slots=True)
class Whose:
    """The members by their persons' ids, and what this one may do in their diaries."""

    members: Mapping[UUID, Membership]
    diaries: Diaries
    here: Here

    def name(self, person_id: UUID) -> str:
        """Whose diary it is."""
        member = self.members.get(person_id)
        return str(member.person) if member else _("somebody who has left")

    def told(self, person_id: UUID) -> str:
        """What may be seen there, in a word or two."""
        if person_id == self.here.person.id:
            return _("yours")
        match self.diaries.sight_of(person_id):
            case Sight.BOOK:
                return _("you may book")
            case Sight.VIEW:
                return _("you may look")
        return _("only when busy")

    def people(self, members: Collection[UUID]) -> list[UUID]:
        """The persons whose diaries are asked for; one's own where nobody's is."""
        found = [person for person, member in self.members.items() if member.id in members]
        return found or [self.here.person.id]

    @property
    def are_open(self) -> bool:
        """Whether this member may look into the diaries of all."""
        return None not in map(self.diaries.sight_of, self.members)

    def bookable(self) -> list[Membership]:
        """In whose diaries this member may book, the own one first."""
        if not self.here.who.may(Deed.BOOK):
            return []
        open_ = [
            member
            for person_id, member in self.members.items()
            if self.diaries.sight_of(person_id) == Sight.BOOK
        ]
        return sorted(open_, key=lambda member: member.id != self.here.membership.id)

    def may_write(self, person_id: UUID) -> bool:
        """Whether this member may book and change in a person's diary."""
        may = self.here.who.may(Deed.BOOK)
        return may and self.diaries.sight_of(person_id) == Sight.BOOK


def whose(here: Here) -> Whose:
    """The diaries of an organization as this member may see them; inside a scope."""
    members = memberships_of(here.organization.id)
    return Whose(members, diaries_of(here.who, members), here)
