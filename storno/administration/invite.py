"""Inviting somebody by a link, taking the invitation back, and accepting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.administration.invitation_letter import invitation_address, send_invitation
from storno.administration.members import checked_roles, lock_members
from storno.core.entered import email_errors
from storno.core.refusals import Absent, Invalid, Refused
from storno.history.record import Happening, record
from storno.organizations.links import Target, make_links, opened, signed
from storno.organizations.models import Invitation, LinkKind, Membership, Organization
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed, Role
from storno.organizations.scope import scope
from storno.people.models import Person

LASTS = timedelta(days=14)

MOST_OPEN = 50
"""Open invitations of one organization: nobody shall send letters to the world through Storno."""


class AlreadyMember(Refused):
    """Who signs in with this address belongs to the organization."""

    code = "already_member"
    message = _("This person is already a member.")
    remedy = _("Change the roles in the list of members instead.")
    field = "email"


class TooManyInvitations(Refused):
    """So many letters have not been answered that no further one is sent."""

    code = "too_many_invitations"
    message = _("50 invitations are waiting for an answer.")
    remedy = _("Withdraw those that are no longer needed.")


class InvitationOver(Refused):
    """The link is genuine, but the invitation was accepted, withdrawn, or is too old."""

    code = "invitation_over"
    message = _("This invitation is no longer valid.")
    remedy = _("Ask for a new one.")


@dataclass(frozen=True)
class MemberInvited(Happening):
    """Somebody was asked to join. The subject is the invitation."""

    kind: ClassVar = "member.invited"
    sentence: ClassVar = _("Somebody was invited.")
    roles: str


@dataclass(frozen=True)
class InvitationWithdrawn(Happening):
    """An invitation was taken back. The subject is the invitation."""

    kind: ClassVar = "member.invitation_withdrawn"
    sentence: ClassVar = _("An invitation was withdrawn.")


@dataclass(frozen=True)
class MemberJoined(Happening):
    """Somebody accepted an invitation. The subject is the person."""

    kind: ClassVar = "member.joined"
    sentence: ClassVar = _("A member joined.")
    invitation: str
    roles: str


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the address that accepts it, which a member may also hand over."""

    invitation: Invitation
    address: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers, for the page on which it is accepted."""

    organization: Organization
    organization_name: str
    email: str
    roles: tuple[Role, ...]


@deed
def invite_member(*, email: str, roles: Sequence[str], who: Actor, at: datetime) -> Invited:
    """Ask somebody to join; a letter leaves after the commit. An older invitation is replaced.

    Raises Invalid, NotAllowed, SignInAgain, AlreadyMember, TooManyInvitations.
    """
    who.must(Deed.INVITE)
    who.must_be_fresh()
    mine = who.organization_id
    email = email.strip().lower()
    if errors := list(email_errors("email", email, required=True)):
        raise Invalid(errors)
    wanted = checked_roles(roles)
    members = lock_members(who)
    if any(member.person.email == email for member in members):
        raise AlreadyMember
    open_ones = Invitation.objects.filter(organization_id=mine)
    open_ones.filter(email=email).delete()
    if open_ones.count() >= MOST_OPEN:
        raise TooManyInvitations
    invitation = Invitation.objects.create(
        organization_id=mine, email=email, roles=wanted, invited_by=who.person_id, invited_at=at
    )
    (link,) = make_links(
        [Target(LinkKind.INVITATION, invitation.id, (at + LASTS).date())], organization_id=mine
    )
    address = invitation_address(signed(link))
    seller = seller_of(mine)
    inviters = [str(member.person) for member in members if member.person_id == who.person_id]
    known = Person.objects.filter(email=email).first()
    send_invitation(
        to=email,
        organization_name=seller.name,
        inviter=inviters[0] if inviters else "",
        address=address,
        language=known.language if known else seller.language,
    )
    record(MemberInvited(roles=" ".join(wanted)), subject_id=invitation.id, who=who, at=at)
    return Invited(invitation, address)


@deed
def withdraw_invitation(invitation_id: UUID, *, who: Actor, at: datetime) -> None:
    """Take an invitation back. Raises Absent, NotAllowed."""
    who.must(Deed.INVITE)
    gone, _by_model = Invitation.objects.filter(
        organization_id=who.organization_id, id=invitation_id
    ).delete()
    if not gone:
        raise Absent
    record(InvitationWithdrawn(), subject_id=invitation_id, who=who, at=at)


def offer_behind(text: str, *, at: datetime) -> Offer:
    """What the invitation behind a signed link offers; opens its scope itself.

    Raises Absent for a link that was never given, InvitationOver.
    """
    link = opened(text, kind=LinkKind.INVITATION)
    with scope(link.organization_id):
        invitation = _still_open(link.organization_id, link.subject_id, at=at)
        return Offer(
            organization=link.organization,
            organization_name=seller_of(link.organization_id).name,
            email=invitation.email,
            roles=tuple(Role(role) for role in invitation.roles),
        )


def accept_invitation(text: str, *, person: Person, at: datetime) -> Membership:
    """Make the person who holds the signed link a member; a second press finds it done.

    Whoever has the link may accept it: people sign in with another address than they are written
    to. A member gains the roles offered. Raises Absent, InvitationOver.
    """
    link = opened(text, kind=LinkKind.INVITATION)
    who = Actor(link.organization_id, person.id, frozenset())
    with scope(link.organization_id):
        members = lock_members(Actor(link.organization_id, None, frozenset()))
        mine = next((member for member in members if member.person_id == person.id), None)
        try:
            invitation = _still_open(link.organization_id, link.subject_id, at=at)
        except InvitationOver:
            if mine is None:
                raise
            return mine
        if mine is None:
            mine = Membership(
                organization_id=link.organization_id, person=person, roles=[], since=at
            )
        mine.roles = checked_roles([*mine.roles, *invitation.roles])
        mine.save()
        invitation.delete()
        joined = MemberJoined(invitation=str(link.subject_id), roles=" ".join(mine.roles))
        record(joined, subject_id=person.id, who=who, at=at)
        return mine


def forget_invitations(*, organization_id: UUID, at: datetime) -> int:
    """Delete the invitations whose time is over; return how many there were."""
    with scope(organization_id):
        gone, _by_model = Invitation.objects.filter(
            organization_id=organization_id, invited_at__lte=at - LASTS
        ).delete()
    return gone


def _still_open(organization_id: UUID, invitation_id: UUID, *, at: datetime) -> Invitation:
    """The invitation while it can be accepted. Raises InvitationOver."""
    found = Invitation.objects.filter(
        organization_id=organization_id, id=invitation_id, invited_at__gt=at - LASTS
    ).first()
    if found is None:
        raise InvitationOver
    return found
