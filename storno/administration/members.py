"""Who belongs to an organization, and as what: changing roles, removing a member, leaving.

Every deed that changes who belongs here locks the memberships first and then looks again, so that
two administrators who remove each other at once do not leave the organization to nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Absent, Blocked, Blocker, NotAllowed, invalid
from storno.history.record import Happening, record
from storno.organizations.models import Membership
from storno.organizations.once import deed
from storno.organizations.roles import Actor, Deed, Role, deeds_of


class LastAdministrator(Blocked):
    """Without this member nobody could administer the organization; the sentence names them."""

    code = "last_administrator"

    def __init__(self, name: str) -> None:
        super().__init__(
            [
                Blocker(
                    self.code,
                    _("%(name)s is the only administrator.") % {"name": name},
                    _("Make somebody else an administrator first."),
                )
            ]
        )


@dataclass(frozen=True)
class RolesChanged(Happening):
    """A member may do other things from now on. The subject is the person."""

    kind: ClassVar = "member.roles_changed"
    sentence: ClassVar = _("The roles of a member were changed.")
    before: str
    after: str


@dataclass(frozen=True)
class MemberRemoved(Happening):
    """A member was removed. The subject is the person."""

    kind: ClassVar = "member.removed"
    sentence: ClassVar = _("A member was removed.")


@dataclass(frozen=True)
class MemberLeft(Happening):
    """A member left of their own accord. The subject is the person."""

    kind: ClassVar = "member.left"
    sentence: ClassVar = _("A member left.")


@deed
def change_roles(
    membership_id: UUID, roles: Sequence[str], *, who: Actor, at: datetime
) -> Membership:
    """Give a member other roles.

    Raises Absent, Invalid, NotAllowed, SignInAgain, LastAdministrator.
    """
    who.must(Deed.INVITE)
    who.must_be_fresh()
    wanted = checked_roles(roles)
    members = lock_members(who)
    member = _member(members, membership_id)
    before = member.roles
    if wanted == before:
        return member
    member.roles = wanted
    _keep_an_administrator(members, otherwise=member)
    member.save(update_fields=["roles"])
    happening = RolesChanged(before=" ".join(before), after=" ".join(wanted))
    record(happening, subject_id=member.person_id, who=who, at=at)
    return member


@deed
def remove_member(membership_id: UUID, *, who: Actor, at: datetime) -> None:
    """End a membership, and with it the member's tokens.

    Raises Absent, NotAllowed, LastAdministrator.
    """
    who.must(Deed.INVITE)
    members = lock_members(who)
    member = _member(members, membership_id)
    _end(members, member)
    record(MemberRemoved(), subject_id=member.person_id, who=who, at=at)


@deed
def leave_organization(*, who: Actor, at: datetime) -> None:
    """End one's own membership. Raises LastAdministrator."""
    members = lock_members(who)
    mine = next(member for member in members if member.person_id == who.person_id)
    _end(members, mine)
    record(MemberLeft(), subject_id=mine.person_id, who=who, at=at)


def parting_blockers(member: Membership) -> tuple[Blocker, ...]:
    """Why the organization cannot do without this member now; no scope needed."""
    if Role.ADMINISTRATOR not in member.roles:
        return ()
    members = Membership.objects.filter(organization_id=member.organization_id)
    try:
        _keep_an_administrator(members.exclude(id=member.id), otherwise=member)
    except LastAdministrator as refused:
        return refused.blockers
    return ()


def lock_members(who: Actor) -> list[Membership]:
    """Lock who belongs here until the transaction ends.

    Raises NotAllowed if the actor has meanwhile lost the membership, or a role it brought.
    """
    members = list(
        Membership.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(organization_id=who.organization_id)
        .order_by("id")
    )
    if who.person_id is not None:
        mine = [member.roles for member in members if member.person_id == who.person_id]
        if not mine or not who.deeds <= deeds_of(mine[0], office_may_credit=True):
            raise NotAllowed
    return members


def checked_roles(roles: Iterable[str]) -> list[str]:
    """Roles without doubles, in the order of the table. Raises Invalid."""
    wanted = set(roles)
    if not wanted or not wanted <= set(Role):
        raise invalid(
            "roles",
            "unknown",
            _("Choose at least one of %(choices)s.") % {"choices": ", ".join(Role)},
        )
    return [role.value for role in Role if role in wanted]


def _member(members: Iterable[Membership], membership_id: UUID) -> Membership:
    for member in members:
        if member.id == membership_id:
            return member
    raise Absent


def _keep_an_administrator(members: Iterable[Membership], *, otherwise: Membership) -> None:
    """Raise LastAdministrator unless somebody administers the organization."""
    if not any(Role.ADMINISTRATOR in member.roles for member in members):
        raise LastAdministrator(str(otherwise.person))


def _end(members: Sequence[Membership], member: Membership) -> None:
    others = [each for each in members if each.id != member.id]
    _keep_an_administrator(others, otherwise=member)
    member.delete()
