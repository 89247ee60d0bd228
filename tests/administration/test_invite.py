"""Somebody is asked to join, and does."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from storno.administration.invite import (
    LASTS,
    MOST_OPEN,
    AlreadyMember,
    InvitationOver,
    Invited,
    TooManyInvitations,
    accept_invitation,
    forget_invitations,
    invite_member,
    offer_behind,
    withdraw_invitation,
)
from storno.core.ids import new_id
from storno.core.refusals import Absent, Invalid, NotAllowed, SignInAgain
from storno.history.models import Event
from storno.organizations.links import Target, make_links, signed
from storno.organizations.models import Invitation, LinkKind, Membership, Seller
from storno.organizations.queries import invitations_of, members_of
from storno.organizations.scope import scope
from storno.people.models import Person
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("letters")


@pytest.fixture(scope="module")
def untouched() -> World:
    """An organization that every test here leaves as it is."""
    return found()


def somebody() -> Person:
    return Person.objects.create(email=f"{uuid4().hex}@example.com", name="Eve")


def invite(world: World, at: datetime, **more: Any) -> Invited:
    usual: dict[str, Any] = {"email": f"{uuid4().hex}@example.com", "roles": ["office"]}
    return invite_member(**(usual | more), who=world.who(), at=at)


def link_in(invited: Invited) -> str:
    return invited.address.removeprefix("http://localhost:8000/join/").removesuffix("/")


def open_ones(world: World) -> list[Invitation]:
    with scope(world.id):
        return invitations_of(world.id)


def told(world: World) -> list[tuple[str, UUID, UUID | None, dict[str, Any]]]:
    with scope(world.id):
        events = Event.objects.filter(kind__startswith="member.").order_by("id")
        return [(event.kind, event.subject_id, event.person_id, event.facts) for event in events]


def members(world: World) -> list[tuple[UUID, list[str]]]:
    return [(member.person_id, member.roles) for member in members_of(world.id).items]


def test_from_the_letter_to_the_membership(
    at: datetime, letters: list[EmailMultiAlternatives]
) -> None:
    world, eve = found(), somebody()
    invited = invite(world, at, email=" New.Colleague@Example.com ", roles=["reader", "office"])
    invitation = invited.invitation
    assert (invitation.email, invitation.roles) == (
        "new.colleague@example.com",
        ["office", "reader"],
    )
    assert (invitation.invited_by, invitation.invited_at) == (world.alice.id, at)

    (letter,) = letters
    assert letter.to == ["new.colleague@example.com"]
    assert letter.subject == "Invitation to Alice Example"
    assert letter.body == (
        "Alice invites you to work with Alice Example in Storno.\n\n"
        "Open this link within 14 days to accept:\n\n"
        f"{invited.address}\n\n"
        "If you did not expect this letter, you need not do anything."
    )
    assert f'<a href="{invited.address}">' in str(letter.alternatives[0][0])

    offer = offer_behind(link_in(invited), at=at + LASTS - timedelta(microseconds=1))
    assert (offer.organization, offer.organization_name) == (world.organization, "Alice Example")
    assert (offer.email, offer.roles) == ("new.colleague@example.com", ("office", "reader"))

    later = at + timedelta(days=13)
    joined = accept_invitation(link_in(invited), person=eve, at=later)
    assert (joined.organization_id, joined.person_id, joined.roles, joined.since) == (
        world.id,
        eve.id,
        ["office", "reader"],
        later,
    )
    assert members(world) == [
        (world.alice.id, ["administrator"]),
        (world.bob.id, ["reader"]),
        (eve.id, ["office", "reader"]),
    ]
    assert open_ones(world) == []
    assert told(world) == [
        ("member.invited", invitation.id, world.alice.id, {"roles": "office reader"}),
        (
            "member.joined",
            eve.id,
            eve.id,
            {"invitation": str(invitation.id), "roles": "office reader"},
        ),
    ]


def test_a_second_press_finds_it_done(at: datetime) -> None:
    world, eve = found(), somebody()
    link = link_in(invite(world, at))
    first = accept_invitation(link, person=eve, at=at)
    second = accept_invitation(link, person=eve, at=at + timedelta(days=30))
    assert second == first
    assert len(members(world)) == 3
    with pytest.raises(InvitationOver):
        accept_invitation(link, person=somebody(), at=at)
    with pytest.raises(InvitationOver):
        offer_behind(link, at=at)
    assert len(members(world)) == 3


def test_it_lasts_fourteen_days(at: datetime) -> None:
    world, eve = found(), somebody()
    link = link_in(invite(world, at))
    late = at + timedelta(days=14)
    for answer in (
        lambda: offer_behind(link, at=late),
        lambda: accept_invitation(link, person=eve, at=late),
    ):
        with pytest.raises(InvitationOver):
            answer()
    assert len(members(world)) == 2
    assert forget_invitations(organization_id=world.id, at=late - timedelta(seconds=1)) == 0
    assert forget_invitations(organization_id=world.id, at=late) == 1
    assert open_ones(world) == []


def test_a_withdrawn_one_opens_nothing(at: datetime) -> None:
    world = found()
    invited = invite(world, at)
    withdraw_invitation(invited.invitation.id, who=world.who(), at=at)
    with pytest.raises(InvitationOver):
        accept_invitation(link_in(invited), person=somebody(), at=at)
    with pytest.raises(Absent):
        withdraw_invitation(invited.invitation.id, who=world.who(), at=at)
    assert len(members(world)) == 2
    assert [kind for kind, *_rest in told(world)] == [
        "member.invited",
        "member.invitation_withdrawn",
    ]


def test_inviting_again_replaces_the_older_letter(at: datetime) -> None:
    world = found()
    old = invite(world, at, email="carol@example.com", roles=["administrator"])
    new = invite(world, at, email="CAROL@example.com", roles=["reader"])
    assert [(each.id, each.roles) for each in open_ones(world)] == [(new.invitation.id, ["reader"])]
    with pytest.raises(InvitationOver):
        offer_behind(link_in(old), at=at)
    assert offer_behind(link_in(new), at=at).roles == ("reader",)


def test_a_member_who_accepts_gains_the_roles(at: datetime) -> None:
    world = found()
    link = link_in(invite(world, at, roles=["practitioner"]))
    accept_invitation(link, person=world.bob, at=at)
    assert members(world) == [
        (world.alice.id, ["administrator"]),
        (world.bob.id, ["practitioner", "reader"]),
    ]


def test_the_letter_speaks_the_readers_language(
    at: datetime, letters: list[EmailMultiAlternatives]
) -> None:
    world, eve = found(), somebody()
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(language="nb")
    eve.language = "fi"
    eve.save()
    for language, email in (("fi", eve.email), ("nb", "stranger@example.com")):
        invite(world, at, email=email)
        with override(language):
            assert letters[-1].subject == _("Invitation to %(organization)s") % {
                "organization": "Alice Example"
            }


def test_a_member_is_not_invited(untouched: World, at: datetime) -> None:
    with pytest.raises(AlreadyMember):
        invite(untouched, at, email=untouched.bob.email.upper())
    assert open_ones(untouched) == []


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"email": ""}, [("email", "required")]),
        ({"email": "carol"}, [("email", "not_an_email")]),
        ({"email": "carol@example.com\nBcc: x@example.com"}, [("email", "not_an_email")]),
        ({"email": "c\x00@example.com"}, [("email", "unprintable")]),
        ({"roles": []}, [("roles", "unknown")]),
        ({"roles": ["owner"]}, [("roles", "unknown")]),
        ({"roles": ["office", "\x00"]}, [("roles", "unknown")]),
    ],
)
def test_what_is_wrong_is_named(
    untouched: World,
    at: datetime,
    letters: list[EmailMultiAlternatives],
    more: dict[str, Any],
    errors: Sequence[tuple[str, str]],
) -> None:
    with pytest.raises(Invalid) as wrong:
        invite(untouched, at, **more)
    assert [(error.field, error.code) for error in wrong.value.errors] == errors
    assert (open_ones(untouched), told(untouched), letters) == ([], [], [])


def test_who_may_invite(untouched: World, at: datetime) -> None:
    for role in ("practitioner", "office", "reader"):
        with pytest.raises(NotAllowed):
            invite_member(email="c@example.com", roles=["reader"], who=untouched.who(role), at=at)
        with pytest.raises(NotAllowed):
            withdraw_invitation(new_id(), who=untouched.who(role), at=at)
    with pytest.raises(SignInAgain):
        invite_member(
            email="c@example.com", roles=["reader"], who=untouched.who(fresh=False), at=at
        )
    assert (open_ones(untouched), told(untouched)) == ([], [])


def test_nobody_writes_to_the_world_through_storno(
    at: datetime, letters: list[EmailMultiAlternatives]
) -> None:
    world = found()
    with scope(world.id):
        Invitation.objects.bulk_create(
            Invitation(
                organization=world.organization,
                email=f"{n}@x.example",
                roles=["reader"],
                invited_at=at,
            )
            for n in range(MOST_OPEN)
        )
    with pytest.raises(TooManyInvitations):
        invite(world, at)
    assert (len(open_ones(world)), letters) == (MOST_OPEN, [])
    invite(world, at, email="7@x.example")
    assert (len(open_ones(world)), len(letters)) == (MOST_OPEN, 1)


def test_invitations_of_others_are_not_there(untouched: World, at: datetime) -> None:
    other = found()
    invited = invite(other, at)
    with pytest.raises(Absent):
        withdraw_invitation(invited.invitation.id, who=untouched.who(), at=at)
    assert len(open_ones(other)) == 1


@pytest.mark.parametrize("text", ["", "x", "\x00", "é.ü", "🙂", "a" * 10_000])
def test_links_that_were_never_given(text: str, at: datetime) -> None:
    for answer in (
        lambda: offer_behind(text, at=at),
        lambda: accept_invitation(text, person=somebody(), at=at),
    ):
        with pytest.raises(Absent):
            answer()


def test_a_link_of_another_kind_invites_nobody(untouched: World, at: datetime) -> None:
    with scope(untouched.id):
        (link,) = make_links(
            [Target(LinkKind.DOCUMENT, new_id(), at.date())], organization_id=untouched.id
        )
    with pytest.raises(Absent):
        accept_invitation(signed(link), person=somebody(), at=at)
    forged = f"{link.id.hex}.{signed(link).split('.')[1][::-1]}"
    with pytest.raises(Absent):
        offer_behind(forged, at=at)


def test_one_link_lets_one_person_in(at: datetime) -> None:
    world, people, start = found(), [somebody(), somebody()], Barrier(2)
    link = link_in(invite(world, at))
    outcomes: list[str] = []

    def run(person: Person) -> None:
        start.wait()
        try:
            accept_invitation(link, person=person, at=at)
            outcomes.append("joined")
        except InvitationOver:
            outcomes.append("over")
        connection.close()

    threads = [Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["joined", "over"]
    assert Membership.objects.filter(organization_id=world.id).count() == 3
