"""Opening one's diary to a member, and closing it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from storno.diary.models import Grant, Sight
from tests.diary.practice import Practice
from tests.web.cast import count_of, happened, member_as, row_of, stranger
from tests.web.papers.member import Member

TEN = datetime(2026, 6, 18, 8, 0, tzinfo=UTC)


def membership(clinic: Practice, name: str) -> UUID:
    """The membership of Alice or Bob."""
    person = getattr(clinic.world, name)
    return UUID(str(clinic.world.organization.memberships.get(person=person).id))


def test_a_diary_is_opened_opened_wider_and_closed(clinic: Practice, paula: Member) -> None:
    alice = membership(clinic, "alice")
    assert "Alice sees only when you are busy" in paula.get("diary_access").text
    seen = paula.post("diary_access", member=str(alice), sight="view")
    assert seen.said == "Your diary is open to this member."
    assert "Alice sees who comes; since today at 11:12" in seen.text
    seen = paula.post("diary_access", member=str(alice), sight="book")
    assert "Alice sees who comes, and books; since today at 11:12" in seen.text
    assert row_of(Grant, clinic.world).sight == Sight.BOOK
    seen = paula.post("diary_close", alice)
    assert seen.said == "Your diary is closed to this member: it shows when you are busy."
    assert "Alice sees only when you are busy" in seen.text
    assert count_of(Grant, clinic.world) == 0
    assert (
        "Closed to Alice. today at 11:12 Opened to Alice, to see and book. today at 11:12 "
        "Opened to Alice, to see who comes. today at 11:12"
    ) in seen.text
    kinds = [kind for kind in happened(clinic.world) if kind.startswith("diary.")]
    assert kinds == ["diary.opened", "diary.opened", "diary.closed"]
    assert paula.post("diary_close", alice).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"member": "", "sight": "view"},
        {"member": "alice", "sight": "view"},
        {"sight": "view"},
        {"sight": "everything"},
        {},
    ],
)
def test_a_mistyped_form_opens_nothing(
    clinic: Practice, paula: Member, wrong: dict[str, str]
) -> None:
    usual = {"member": str(membership(clinic, "alice"))} if wrong.get("sight") else {}
    sent = usual | wrong if wrong != {"sight": "view"} else wrong
    seen = paula.post("diary_access", **sent)
    assert seen.said == "Choose what the member may do."
    assert count_of(Grant, clinic.world) == 0


def test_ones_own_diary_is_open_already(clinic: Practice, paula: Member) -> None:
    seen = paula.post("diary_access", member=str(clinic.paula.id), sight="view")
    assert seen.said == "Your own diary is open to you."
    assert count_of(Grant, clinic.world) == 0


def test_only_members_of_the_house_are_let_in(clinic: Practice, paula: Member) -> None:
    for other in (uuid4(), stranger(clinic.world).world.organization.id):
        assert paula.post("diary_access", member=str(other), sight="view").status == 404
        assert paula.post("diary_close", other).status == 404
    assert count_of(Grant, clinic.world) == 0


def test_a_reader_has_no_diary_to_open(clinic: Practice) -> None:
    reader = member_as(clinic.world, "reader")
    alice = membership(clinic, "alice")
    assert "See who comes" not in reader.get("diary_access").text
    assert reader.post("diary_access", member=str(alice), sight="view").status == 403
    assert count_of(Grant, clinic.world) == 0


def test_who_may_book_finds_the_diary_in_the_form(
    clinic: Practice, paula: Member, at: datetime
) -> None:
    alice = Member(clinic.world)
    paula.post("diary_access", member=str(membership(clinic, "alice")), sight="book")
    seen = alice.get("session_new", who=str(clinic.paula.id), client=str(clinic.daisy.id))
    assert "Alice Paula" in seen.part('<select name="practitioner".*?</select>')
    form = seen.filled
    assert form["practitioner"] == str(clinic.paula.id)
    done = alice.post("session_new", **form | {"day": "2026-06-18", "time": "10:00"})
    assert done.said == "It is booked."
    assert "Practitioner Paula" in done.text
    assert "10:00–11:00 Daisy Duck" in paula.get("diary").text


def test_a_practitioner_chooses_whether_cancellations_are_mailed(paula: Member) -> None:
    assert "You get an e-mail when somebody cancels" in paula.get("diary_access").text
    off = paula.post("diary_mails", cancellations="no")
    assert off.said == "You get no e-mail when somebody cancels. Home tells it all the same."
    assert "Send me an e-mail" in off.text
    on = paula.post("diary_mails", cancellations="yes")
    assert on.said == "You get an e-mail when somebody cancels."
    assert "Send me none" in on.text
