"""How customer service works: its hours, its saved replies, and that it is told who waits."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from storno.core.ids import new_id
from storno.core.refusals import Invalid
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Letter
from storno.mailroom.way_out import Mailbox
from storno.organizations.scope import scope
from storno.staff.enlist import dismiss, enlist
from storno.staff.models import Staff
from storno.support.hours import Hours
from storno.support.models import Reply, Service, Waiting
from storno.support.operate import hours, set_operator_and_service
from storno.support.queries import conversation_with
from storno.support.replies import NoSuchReply, drop_reply, keep_reply, replies
from storno.support.talk import Said, answer, begin, hand_to, write
from storno.support.tell import WAITS, tell_staff
from storno.worker.rounds import COMPOSERS
from tests.bank.told import AT
from tests.custody.house import the_operator
from tests.support.test_talk import staff_in
from tests.world import World, found


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What is set for the whole installation is not there for other tests."""
    Waiting.objects.update(waits_since=None)
    yield
    Service.objects.all().delete()
    Reply.objects.all().delete()


def test_the_hours_are_set_as_a_whole_or_not_at_all() -> None:
    assert hours() == Hours()
    set_operator_and_service(["service_days=6,7,6", "service_opens=9:30"], at=AT)
    set_operator_and_service(["service_closed=2026-12-31, 2026-06-20"], at=AT)
    kept = Hours(
        frozenset({6, 7}), time(9, 30), time(16), frozenset({date(2026, 6, 20), date(2026, 12, 31)})
    )
    assert hours() == kept
    friday = datetime.fromisoformat("2026-06-12T20:00:00+03:00")
    assert kept.answers_from(friday) == datetime.fromisoformat("2026-06-13T09:30:00+03:00")
    # The Saturday of Midsummer is a holiday and the day is closed; then comes Sunday.
    midsummer = friday + timedelta(days=7)
    assert kept.answers_from(midsummer) == datetime.fromisoformat("2026-06-21T09:30:00+03:00")
    for wrong, code in {
        "service_days=0,1": "not_a_weekday",
        "service_opens=25": "not_a_time",
        "service_closes=9:30": "too_early",
        "service_closed=tomorrow": "not_days",
        "service_hours=8": "unknown_setting",
    }.items():
        with pytest.raises(Invalid) as refused:
            set_operator_and_service([wrong, "service_mailed=no"], at=AT)
        assert [each.code for each in refused.value.errors] == [code]
        assert (hours(), Service.objects.get().mailed) == (kept, True)
    set_operator_and_service(["service_closed="], at=AT)
    assert hours().closed == frozenset()


def test_the_clock_and_the_holidays_are_those_of_its_country() -> None:
    constitution_day = datetime.fromisoformat("2027-05-17T09:00:00+03:00")
    assert hours().is_open(constitution_day)
    set_operator_and_service(["service_country=NO"], at=AT)
    kept = hours()
    assert (kept.country, kept.zone.key) == ("NO", "Europe/Oslo")
    assert kept.answers_from(constitution_day) == datetime.fromisoformat("2027-05-18T08:00+02:00")
    with pytest.raises(Invalid):
        set_operator_and_service(["service_country=SE"], at=AT)
    assert hours() == kept


def test_replies_are_kept_by_their_titles() -> None:
    keep_reply("Thanks", "Thank you!")
    keep_reply(" Thanks ", "Thank you very much!\r\nSee you")
    keep_reply("Account", "Write us your account.")
    assert [(each.title, each.text) for each in replies()] == [
        ("Account", "Write us your account."),
        ("Thanks", "Thank you very much!\nSee you"),
    ]
    for title, text in (("", "x"), ("x", " "), ("x" * 101, "x"), ("x", "x" * 4_001)):
        with pytest.raises(Invalid):
            keep_reply(title, text)
    drop_reply("Thanks")
    with pytest.raises(NoSuchReply):
        drop_reply("Thanks")
    assert [each.title for each in replies()] == ["Account"]


class House:
    """The operator, and the letters that its customer service gets."""

    def __init__(self) -> None:
        Staff.objects.filter(ended_at=None).update(ended_at=AT)
        self.id = the_operator().id
        self.world: World = found()
        self.sam, self.sue = staff_in(self.world), staff_in(self.world)

    def told(self, conversation_id: UUID, at: datetime) -> list[str]:
        """What became of the letters about a conversation, in the order of their addresses."""
        tell_staff(at=at)
        while deliver_next(self.id, composers=COMPOSERS, out=Mailbox(), at=at):
            pass
        with scope(self.id):
            mine = Letter.objects.filter(organization_id=self.id, subject_id=conversation_id)
            return list(mine.order_by("id").values_list("state", flat=True))


def test_all_are_told_once_of_who_waits_and_then_who_has_it() -> None:
    house = House()
    alice = house.world.who()
    asked = begin(Said("Hello?"), who=alice, at=AT)
    assert house.told(asked.id, AT + WAITS - timedelta(seconds=1)) == []
    assert house.told(asked.id, AT + WAITS) == ["sent", "sent"]
    write(asked.id, Said("Anybody?"), who=alice, at=AT + WAITS)
    assert house.told(asked.id, AT + 3 * WAITS) == ["sent", "sent"]
    with scope(house.world.id):
        assert not Letter.objects.filter(
            organization_id=house.world.id, kind="member_waits"
        ).exists()
        version = conversation_with(asked.id, alice).version
    hand_to(asked.id, house.sam.person_id, version=version, who=house.sam, at=AT + 3 * WAITS)
    answer(asked.id, Said("Yes"), version=version + 1, who=house.sam, at=AT + 3 * WAITS)
    write(asked.id, Said("And?"), who=alice, at=AT + 4 * WAITS)
    assert house.told(asked.id, AT + 5 * WAITS) == ["sent", "sent", "sent"]


def test_an_answer_meanwhile_or_a_wish_not_to_be_told_withholds_it() -> None:
    house = House()
    alice = house.world.who()
    asked = begin(Said("Hello?"), who=alice, at=AT)
    assert tell_staff(at=AT + WAITS) == 1
    answer(asked.id, Said("Yes"), version=1, who=house.sam, at=AT + WAITS)
    assert house.told(asked.id, AT + 2 * WAITS) == ["withdrawn", "withdrawn"]
    email = f"gone-{new_id().hex}@example.com"
    enlist(email, "agent", at=AT)
    write(asked.id, Said("And?"), who=alice, at=AT + 2 * WAITS)
    assert tell_staff(at=AT + 3 * WAITS) == 1
    dismiss(email, at=AT)
    assert sorted(house.told(asked.id, AT + 3 * WAITS)[2:]) == ["sent", "sent", "withdrawn"]

    set_operator_and_service(["service_mailed=no"], at=AT)
    other = begin(Said("Hello?"), who=alice, at=AT)
    assert house.told(other.id, AT + 2 * WAITS) == []
