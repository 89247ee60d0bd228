"""Any story of series in one diary: nobody is booked twice, and each session is billed once.

Series are booked, split, moved, priced anew and cancelled in any order and in any zone; after each
step the diary, the rules and the drafts must say the same.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from storno.catalogue.models import Charge
from storno.core.refusals import Invalid, Refused
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking, BookingState, Series
from storno.diary.series.book import Skip
from storno.diary.series.cancel import cancel_series
from storno.diary.series.change import SeriesChanges, change_series
from storno.diary.series.find import begins_at, days_of
from storno.documents.models import DraftLine
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.diary.recurring import all_series, recur, sessions
from tests.properties.depth import proof

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
ZONES = st.sampled_from(["Europe/Oslo", "Europe/Helsinki", "America/New_York"])
RULES = st.builds(
    "FREQ={};INTERVAL={};COUNT={}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 3),
    st.integers(1, 6),
)
DEEDS = st.sampled_from(["book", "book", "move", "price", "cancel", "by hand"])


class Story:
    """One practice, and the days that each family of series had when it was booked."""

    def __init__(self) -> None:
        self.paula = practice()
        self.family: dict[UUID, UUID] = {}
        self.booked: dict[UUID, tuple[date, ...]] = {}
        self.by_hand: set[UUID] = set()

    def step(self, data: st.DataObject) -> None:
        deed, found = data.draw(DEEDS, label="deed"), all_series(self.paula)
        try:
            if deed == "book" or not found:
                self.book(data)
                return
            series = data.draw(st.sampled_from(found), label="series")
            if deed == "by hand":
                self.move_one(data, series)
            else:
                self.change(deed, data, series)
        except (Refused, Invalid):
            pass

    def book(self, data: st.DataObject) -> None:
        days = data.draw(st.integers(1, 200), label="days")
        begins = data.draw(TIMES, label="at")
        starts_at = datetime.combine(AT.date() + timedelta(days=days), begins, UTC)
        booked = recur(
            self.paula,
            starts_at,
            data.draw(RULES, label="rule"),
            at=AT,
            zone=data.draw(ZONES, label="zone"),
            minutes=data.draw(st.sampled_from([30, 60, 600]), label="minutes"),
            skip=data.draw(st.frozensets(st.sampled_from(Skip)), label="skip"),
            book_closed=data.draw(st.booleans(), label="closed"),
        )
        self.family[booked.series.id] = booked.series.id
        with scope(self.paula.id):
            self.booked[booked.series.id] = days_of(booked.series)

    def change(self, deed: str, data: st.DataObject, series: Series) -> None:
        since = data.draw(st.sampled_from([None, *self.days(series)]), label="since")
        who, id_ = self.paula.who(), series.id
        if deed == "cancel":
            cancel_series(id_, Charge.HALF, since=since, who=who, at=AT)
            return
        changes = (
            SeriesChanges(begins=data.draw(TIMES, label="begins"))
            if deed == "move"
            else SeriesChanges(price=Decimal(data.draw(st.integers(0, 9), label="price")))
        )
        changed = change_series(id_, changes, since=since, who=who, at=AT)
        self.family[changed.series.id] = self.family[id_]

    def move_one(self, data: st.DataObject, series: Series) -> None:
        session = data.draw(st.sampled_from(sessions(self.paula, series)), label="session")
        later = session.starts_at + timedelta(hours=data.draw(st.integers(-30, 30), label="hours"))
        change_booking(session.id, BookingChanges(starts_at=later), who=self.paula.who(), at=AT)
        self.by_hand.add(session.id)

    def days(self, series: Series) -> tuple[date, ...]:
        with scope(self.paula.id):
            return days_of(series)

    def check(self) -> None:
        found = all_series(self.paula)
        with scope(self.paula.id):
            diary = list(
                Booking.objects.filter(organization_id=self.paula.id).order_by("starts_at")
            )
            billed = list(
                DraftLine.objects.filter(organization_id=self.paula.id).values_list(
                    "source_id", "unit_price"
                )
            )
        self.nobody_is_booked_twice(diary)
        self.each_is_billed_once(diary, billed)
        self.rules_have_the_sessions(found, diary)

    def nobody_is_booked_twice(self, diary: list[Booking]) -> None:
        taking = [each for each in diary if each.state != BookingState.CANCELLED]
        assert all(one.ends_at <= other.starts_at for one, other in pairwise(taking))

    def each_is_billed_once(
        self, diary: list[Booking], billed: list[tuple[UUID | None, Decimal]]
    ) -> None:
        asked = {each.id for each in diary if each.charge != Charge.NOTHING}
        assert sorted(str(id_) for id_, _price in billed) == sorted(map(str, asked))

    def rules_have_the_sessions(self, found: list[Series], diary: list[Booking]) -> None:
        together: dict[UUID, list[date]] = {root: [] for root in self.booked}
        for series in found:
            days = self.days(series)
            together[self.family[series.id]] += days
            own = [each for each in diary if each.series_id == series.id]
            assert {each.recurrence_on for each in own} <= set(days)
            for session in own:
                day = session.recurrence_on
                assert day is not None
                if session.id not in self.by_hand and session.state == BookingState.BOOKED:
                    assert session.starts_at == begins_at(series, day)
        for root, days_together in together.items():
            assert tuple(sorted(days_together)) == self.booked[root]


@given(st.data())
@proof(12, 1500)
def test_any_story_of_series_adds_up(data: st.DataObject) -> None:
    story = Story()
    for _ in range(data.draw(st.integers(2, 8), label="steps")):
        story.step(data)
        story.check()


def test_split_and_put_together_again_it_is_the_same(at: datetime) -> None:
    """What is changed from a day on and then as a whole is where a whole change leaves it."""
    starts_at = datetime(2026, 10, 14, 8, tzinfo=UTC)
    changes = SeriesChanges(begins=time(14), minutes=45, price=Decimal(990), place="Room 2")
    whole, split = practice(), practice()
    series = recur(whole, starts_at, "FREQ=WEEKLY;COUNT=6", at=at).series
    change_series(series.id, changes, who=whole.who(), at=at)
    head = recur(split, starts_at, "FREQ=WEEKLY;COUNT=6", at=at).series
    since = date(2026, 10, 28)
    tail = change_series(head.id, SeriesChanges(), since=since, who=split.who(), at=at).series
    assert tail.id != head.id
    for each in (head, tail):
        change_series(each.id, changes, who=split.who(), at=at)
    assert said(split) == said(whole)


def said(paula: Practice) -> list[tuple[object, ...]]:
    """What the sessions of a practice say, by time."""
    with scope(paula.id):
        found = Booking.objects.filter(organization_id=paula.id).order_by("starts_at")
        return [
            (each.recurrence_on, each.starts_at, each.ends_at, each.place, each.unit_price)
            for each in found
        ]
