"""Throwing the draft of a session away: the session is cancelled with it, or kept."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.diary.models import Sight
from storno.diary.sight import open_diary
from storno.documents.content import with_prices
from storno.tax.category import TaxCategory
from tests.diary.practice import Practice, practice
from tests.observe import drafts, history, next_numbers, refused
from tests.world import line

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


@pytest.fixture
def paula() -> Practice:
    return practice()


def test_kept_the_session_keeps_the_price_of_the_draft(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    amend_draft(draft.id, lambda now: with_prices(now, [Decimal(850)]), who=paula.who(), at=at)
    delete_draft(draft.id, session="keep", who=paula.who(), at=at)
    assert (drafts(paula.world), paula.now(booked).state) == ([], "booked")
    billing = paula.billing(booked)
    assert (billing.draft, billing.terms.unit_price) == (None, Decimal(850))
    assert next_numbers(paula.world) == {}
    assert history(paula.world, draft.id)[-1] == "draft.deleted"


def test_cancelled_the_session_is_free_of_charge(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    delete_draft(draft.id, session="cancel", who=paula.who(), at=at)
    now = paula.now(booked)
    assert (drafts(paula.world), now.state, now.charge) == ([], "cancelled", "nothing")
    assert now.cancelled_by == paula.paula.person_id
    assert history(paula.world, booked.id) == ["booking.made", "booking.cancelled"]
    paula.book(TEN, at=at)


def test_a_stale_page_throws_nothing_away(paula: Practice, at: datetime) -> None:
    paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    with refused(paula.world, "draft_changed_meanwhile"):
        delete_draft(draft.id, session="cancel", version=draft.version + 1, who=paula.who(), at=at)
    with refused(paula.world, "absent"):
        delete_draft(uuid4(), session="cancel", who=paula.who(), at=at)


def test_a_plain_draft_has_no_session_to_cancel(paula: Practice, at: datetime) -> None:
    plain = paula.world.draft(line(category=TaxCategory.OUTSIDE_SCOPE), at=at)
    delete_draft(plain.id, session="cancel", who=paula.who(), at=at)
    assert drafts(paula.world) == []


def test_whoever_may_not_book_there_cancels_nothing(paula: Practice, at: datetime) -> None:
    booked = paula.book(TEN, at=at)
    (draft,) = drafts(paula.world)
    membership, otto = paula.member("otto")
    with refused(paula.world, "diary_closed"):
        delete_draft(draft.id, session="cancel", who=otto, at=at)
    open_diary(membership.id, Sight.BOOK, who=paula.who(), at=at)
    delete_draft(draft.id, session="cancel", who=otto, at=at)
    assert paula.now(booked).cancelled_by == otto.person_id
