"""Whose diary somebody looks into or books in."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from storno.diary.book import book_session
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Sight
from storno.diary.sight import close_diary, diaries_of, open_diary
from storno.organizations.models import Membership
from storno.organizations.roles import system
from storno.organizations.scope import scope
from tests.diary.practice import HOUR, Practice, practice
from tests.observe import everything, history, refused

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


@pytest.fixture
def paula() -> Practice:
    return practice()


def sight(paula: Practice, who: object, whose: object) -> Sight | None:
    with scope(paula.id):
        return diaries_of(who).sight_of(whose)  # type: ignore[arg-type]


def test_nobody_books_in_a_diary_that_is_not_theirs(paula: Practice, at: datetime) -> None:
    _, otto = paula.member("otto")
    _, anna = paula.member("anna", "administrator")
    booked = paula.book(TEN, at=at)
    for stranger in (otto, anna, paula.world.who()):
        assert sight(paula, stranger, paula.paula.person_id) is None
        with refused(paula.world, "diary_closed"):
            book_session(paula.asked(TEN + HOUR), who=stranger, at=at)
        with refused(paula.world, "absent"):
            change_booking(booked.id, BookingChanges(place="x"), who=stranger, at=at)
        with refused(paula.world, "absent"):
            cancel_booking(booked.id, who=stranger, at=at)


def test_opened_to_look_it_is_not_opened_to_book(paula: Practice, at: datetime) -> None:
    membership, otto = paula.member("otto")
    booked = paula.book(TEN, at=at)
    open_diary(membership.id, Sight.VIEW, who=paula.who(), at=at)
    assert sight(paula, otto, paula.paula.person_id) == Sight.VIEW
    with refused(paula.world, "diary_closed"):
        book_session(paula.asked(TEN + HOUR), who=otto, at=at)
    with refused(paula.world, "diary_closed"):
        cancel_booking(booked.id, who=otto, at=at)


def test_opened_to_book_it_can_be_booked_and_closed_again(paula: Practice, at: datetime) -> None:
    membership, otto = paula.member("otto")
    open_diary(membership.id, Sight.VIEW, who=paula.who(), at=at)
    open_diary(membership.id, Sight.BOOK, who=paula.who(), at=at)
    booked = book_session(paula.asked(TEN), who=otto, at=at)
    assert booked.practitioner_id == paula.paula.person_id
    close_diary(membership.id, who=paula.who(), at=at)
    close_diary(membership.id, who=paula.who(), at=at)
    with refused(paula.world, "absent"):
        cancel_booking(booked.id, who=otto, at=at)
    assert history(paula.world, membership.person_id) == [
        "diary.opened",
        "diary.opened",
        "diary.closed",
    ]


def test_one_opens_ones_own_diary_to_members_only(paula: Practice, at: datetime) -> None:
    with refused(paula.world, "absent"):
        open_diary(uuid4(), Sight.VIEW, who=paula.who(), at=at)
    with refused(paula.world, "absent"):
        open_diary(practice().paula.id, Sight.VIEW, who=paula.who(), at=at)
    with refused(paula.world, "member: yourself"):
        open_diary(paula.paula.id, Sight.VIEW, who=paula.who(), at=at)
    with refused(paula.world, "not_allowed"):
        open_diary(paula.paula.id, Sight.VIEW, who=system(paula.id), at=at)


def test_the_diary_of_who_has_left_is_the_administrators(paula: Practice, at: datetime) -> None:
    _, otto = paula.member("otto")
    booked = paula.book(TEN, at=at)
    Membership.objects.filter(id=paula.paula.id).delete()
    with refused(paula.world, "absent"):
        cancel_booking(booked.id, who=otto, at=at)
    cancel_booking(booked.id, who=paula.world.who(), at=at)
    assert paula.now(booked).state == "cancelled"


def test_another_organizations_booking_is_absent(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    other = practice()
    before = everything(paula.world)
    with refused(other.world, "absent"):
        cancel_booking(booked.id, who=other.who(), at=at)
    assert everything(paula.world) == before
