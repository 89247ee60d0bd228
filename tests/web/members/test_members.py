"""Members on their page: who is there, what they may, who comes and who goes."""

from uuid import uuid4

import pytest

from storno.organizations.models import Invitation, Membership
from tests.web.cast import count_of, happened, member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import World, found

pytestmark = pytest.mark.usefixtures("clock")


def membership(world: World, name: str) -> Membership:
    return Membership.objects.get(organization=world.organization, person__name=name)


def test_everybody_sees_who_belongs_here() -> None:
    world = found()
    seen = Member(world).get("members")
    assert "Alice (you) Administrator" in seen.text
    assert f"Bob Reader · {world.bob.email} · since 2 January 2026" in seen.text
    assert "Change roles" in seen.text
    seen = Member(world, world.bob).get("members")
    assert "Change roles" not in seen.text
    assert "Invite somebody" not in seen.text
    assert "Leave" in seen.text


def test_an_invitation_is_listed_and_withdrawn() -> None:
    world = found()
    alice = Member(world)
    address = f"{uuid4().hex}@example.com"
    form = {"email": f" {address.upper()} ", "roles": ["office", "reader"], "once": uuid4().hex}
    seen = alice.post("member_invite", **form)
    assert seen.path == alice.url("members")
    assert seen.said == f"A letter with a link is on its way to {address.upper()}."
    assert f"{address} Office, Reader · open until 30 June 2026" in seen.text
    assert alice.post("member_invite", **form).path == alice.url("members")
    assert happened(world).count("member.invited") == 1
    invitation = row_of(Invitation, world)
    assert stranger(world).post("invitation_withdraw", invitation.id).status == 404
    assert member_as(world, "office").post("invitation_withdraw", invitation.id).status == 403
    assert count_of(Invitation, world) == 1
    assert address not in member_as(world, "office").get("members").text
    seen = alice.post("invitation_withdraw", invitation.id)
    assert seen.said == "The invitation is withdrawn; its link opens nothing any more."
    assert count_of(Invitation, world) == 0


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        ({"email": "nobody", "roles": ["reader"]}, "email", "Enter an e-mail address like"),
        ({"email": "a@example.com"}, "roles", "Choose at least one."),
        ({"email": "a@example.com", "roles": ["king"]}, "roles", "Select a valid choice. king"),
    ],
)
def test_a_wrong_invitation_is_not_sent(form: dict[str, str], field: str, says: str) -> None:
    world = found()
    seen = Member(world).post("member_invite", **form)
    assert seen.status == 422
    assert seen.error_of(field).startswith(says)
    assert count_of(Invitation, world) == 0


def test_a_member_is_not_invited() -> None:
    world = found()
    seen = Member(world).post("member_invite", email=world.bob.email, roles=["office"])
    assert seen.status == 422
    assert seen.error_of("email") == (
        "This person is already a member. Change the roles in the list of members instead."
    )


def test_inviting_asks_who_it_is() -> None:
    world = found()
    alice = Member(world, fresh=False)
    form = {"email": "x@example.com", "roles": ["reader"]}
    assert alice.client.post(alice.url("member_invite"), form).status_code == 302
    assert count_of(Invitation, world) == 0


def test_roles_are_changed() -> None:
    world = found()
    bob = membership(world, "Bob")
    alice = Member(world)
    seen = alice.post("member_roles", bob.id, roles=["office", "practitioner"])
    assert seen.said == "The roles of Bob are changed."
    assert membership(world, "Bob").roles == ["practitioner", "office"]
    assert alice.post("member_roles", uuid4(), roles=["office"]).status == 404


def test_the_last_administrator_stays() -> None:
    world = found()
    alice, mine = Member(world), membership(world, "Alice")
    why = "Alice is the only administrator. Make somebody else an administrator first."
    seen = alice.get("members")
    assert f"Leave {why}" in seen.text
    assert alice.url("member_leave") not in seen.html
    assert why in alice.get("member_roles", mine.id).text
    seen = alice.get("member_leave")
    assert (seen.status, f"Nothing was changed {why}" in seen.text) == (200, True)
    assert "Leave the organization?" in seen.text
    assert "You no longer see anything here" not in seen.text
    seen = alice.post("member_roles", mine.id, roles=["reader"])
    assert seen.status == 422
    assert "Alice is the only administrator. Make somebody else" in seen.text
    seen = alice.post("member_leave")
    assert seen.status == 409
    assert "Nothing was changed Alice is the only administrator." in seen.text
    assert membership(world, "Alice").roles == ["administrator"]


def test_one_of_two_administrators_may_leave() -> None:
    world = found()
    alice, bob = Member(world), membership(world, "Bob")
    alice.post("member_roles", bob.id, roles=["administrator"])
    mine = membership(world, "Alice")
    seen = alice.get("members")
    assert alice.url("member_leave") in seen.html
    assert "the only administrator" not in seen.text
    assert "the only administrator" not in alice.get("member_roles", mine.id).text
    assert alice.post("member_leave").path == "/organizations/"
    assert "Bob is the only administrator." in Member(world, world.bob).get("members").text


def test_somebody_is_removed_after_a_word() -> None:
    world = found()
    alice, bob = Member(world), membership(world, "Bob")
    assert "Remove Bob?" in alice.get("member_remove", bob.id).text
    assert membership(world, "Bob").id == bob.id
    assert alice.post("member_remove", bob.id).said == "Bob is no longer a member."
    assert Member(world, world.bob).get("home").status == 404
    assert happened(world)[-1] == "member.removed"


def test_a_member_leaves() -> None:
    world = found()
    bob = Member(world, world.bob)
    assert "Leave the organization?" in bob.get("member_leave").text
    assert bob.post("member_leave").path == "/organizations/"
    assert bob.get("home").status == 404


@pytest.mark.parametrize("role", ["practitioner", "office", "reader"])
def test_others_change_nobody(role: str) -> None:
    world = found()
    bob = membership(world, "Bob")
    other = member_as(world, role)
    assert other.get("member_invite").status == 403
    assert other.post("member_invite", email="x@example.com", roles=["reader"]).status == 403
    assert other.post("member_roles", bob.id, roles=["administrator"]).status == 403
    assert other.post("member_remove", bob.id).status == 403
    assert membership(world, "Bob").roles == ["reader"]
    assert count_of(Invitation, world) == 0


def test_strangers_find_nothing() -> None:
    world = found()
    bob, other = membership(world, "Bob"), stranger(world)
    assert other.get("members").status == 404
    assert other.post("member_remove", bob.id).status == 404
    foreign = Member(found())
    assert foreign.post("member_remove", bob.id).status == 404
    assert nobody().get(foreign.url("members")).status_code == 302
    assert membership(world, "Bob").id == bob.id
