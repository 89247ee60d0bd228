"""Cancelling a series: what is to come, and only what is late is charged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.diary.amend import amend_draft
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Series
from storno.diary.series.cancel import Cancelled, cancel_series
from storno.diary.series.restore import restore_series
from storno.documents.content import LineInput
from storno.documents.draft import entered_in
from storno.documents.external import ExternalInput, externalise_draft
from storno.organizations.models import Method
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.diary.practice import HOUR, Practice, practice
from tests.diary.recurring import recur, sessions, times
from tests.observe import drafts, history, refused

WED = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)
"""Less than a day after the tests' moment, so cancelling it is late."""
WEEK = timedelta(days=7)


@pytest.fixture
def paula() -> Practice:
    return practice()


@pytest.fixture
def weekly(paula: Practice, at: datetime) -> Series:
    """Four Wednesdays, the last of them on 8 July."""
    return recur(paula, WED, "FREQ=WEEKLY;COUNT=4", at=at).series


def cancel(
    paula: Practice,
    series: Series,
    at: datetime,
    charge: Charge = Charge.NOTHING,
    *,
    since: date | None = None,
    leave_invoiced: bool = False,
) -> Cancelled:
    return cancel_series(
        series.id, charge, since=since, leave_invoiced=leave_invoiced, who=paula.who(), at=at
    )


def states(paula: Practice, series: Series) -> list[str]:
    return [each.state for each in sessions(paula, series)]


def test_all_that_is_to_come_is_cancelled_with_its_drafts(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    cancelled = cancel(paula, weekly, at)
    assert [each.state for each in cancelled.sessions] == ["cancelled"] * 4
    found = sessions(paula, weekly)
    assert [(each.state, each.charge, each.cancelled_at) for each in found] == [
        ("cancelled", "nothing", at)
    ] * 4
    assert [each.cancelled_late for each in found] == [True, False, False, False]
    assert drafts(paula.world) == []
    assert history(paula.world, found[0].id) == ["booking.made", "booking.cancelled"]
    assert history(paula.world, weekly.id) == ["series.made", "series.cancelled"]
    recur(paula, WED, "FREQ=WEEKLY;COUNT=4", at=at)


def test_from_a_day_on(paula: Practice, weekly: Series, at: datetime) -> None:
    cancel(paula, weekly, at, since=date(2026, 7, 1))
    assert times(paula, weekly) == ["06-17 08:00", "06-24 08:00"]
    assert len(drafts(paula.world)) == 2
    with refused(paula.world, "since: not_in_series"):
        cancel(paula, weekly, at, since=date(2026, 7, 2))


def test_what_has_begun_is_not_cancelled(paula: Practice, weekly: Series) -> None:
    cancel(paula, weekly, WED + WEEK)
    assert states(paula, weekly) == ["booked", "booked", "cancelled", "cancelled"]
    with refused(paula.world, "nothing_to_cancel"):
        cancel(paula, weekly, WED + WEEK)


def test_a_charge_is_for_what_is_cancelled_late(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    cancel(paula, weekly, at, Charge.HALF)
    found = sessions(paula, weekly)
    assert [each.charge for each in found] == ["half", "nothing", "nothing", "nothing"]
    assert paula.billing(found[0]).terms.unit_price == Decimal(595)
    assert len(drafts(paula.world)) == 1
    assert history(paula.world, found[0].id) == ["booking.made", "session.cancelled_at_half"]


def test_cancelled_ones_stay_as_they_were_cancelled(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    first = sessions(paula, weekly)[0]
    cancel_booking(first.id, Charge.FULL, who=paula.who(), at=at)
    before = paula.now(first)
    cancel(paula, weekly, at + HOUR)
    assert paula.now(first).version == before.version
    assert len(drafts(paula.world)) == 1


def test_invoiced_sessions_are_named_or_left(paula: Practice, weekly: Series, at: datetime) -> None:
    first, second, *_rest = sessions(paula, weekly)
    for session in (first, second):
        paula.invoice(session, at=at)
    with refused(paula.world, "credit_first", "credit_first"):
        cancel(paula, weekly, at)
    with refused(paula.world, "credit_first"):
        cancel(paula, weekly, at, Charge.FULL)
    cancelled = cancel(paula, weekly, at, Charge.FULL, leave_invoiced=True)
    assert [each.id for each in cancelled.left] == [second.id]
    assert states(paula, weekly) == ["cancelled", "booked", "cancelled", "cancelled"]
    assert paula.now(first).charge == "full"
    assert paula.billing(first).invoice is not None


def test_what_is_invoiced_elsewhere_is_settled_there(
    paula: Practice, weekly: Series, at: datetime
) -> None:
    first, *_others = found = sessions(paula, weekly)
    for session in (first, found[3]):
        draft = paula.billing(session).draft
        assert draft is not None
        known = ExternalInput(paid_on=date(2026, 6, 15))
        externalise_draft(draft.id, known, who=paula.who(), at=at)
    late = first.starts_at - HOUR
    done = cancel(paula, weekly, late, Charge.FULL)
    assert {each.state for each in done.sessions} == {"cancelled"}
    assert [each.charge for each in sessions(paula, weekly)][:2] == ["nothing", "nothing"]
    assert {draft.external_paid_on for draft in drafts(paula.world)} == {date(2026, 6, 15)}
    assert len(drafts(paula.world)) == 2


def test_who_may_not_cancels_nothing(paula: Practice, weekly: Series, at: datetime) -> None:
    _membership, otto = paula.member("otto")
    with refused(paula.world, "absent"):
        cancel_series(weekly.id, who=otto, at=at)
    with refused(paula.world, "not_allowed"):
        cancel_series(weekly.id, who=paula.who("reader"), at=at)
    with refused(paula.world, "booking_changed_meanwhile"):
        cancel_series(weekly.id, version=9, who=paula.who(), at=at)


def test_a_draft_keeps_what_else_it_bills(paula: Practice, weekly: Series, at: datetime) -> None:
    session = sessions(paula, weekly)[1]
    draft = paula.billing(session).draft
    assert draft is not None
    report = LineInput("Report", Decimal(1), "", Decimal(500), TaxCategory.OUTSIDE_SCOPE)
    amend_draft(
        draft.id,
        lambda entered: replace(entered, lines=(*entered.lines, report)),
        who=paula.who(),
        at=at,
    )
    change_booking(session.id, BookingChanges(method=Method.AUTOMATIC), who=paula.who(), at=at)
    cancel(paula, weekly, at)
    (left,) = drafts(paula.world)
    assert (left.id, left.issues_at, left.goes_at) == (draft.id, None, None)
    with scope(paula.id):
        (line,) = entered_in(left).lines
    assert (line.description, line.unit_price, line.source_id) == ("Report", Decimal(500), None)
    restore_series(weekly.id, who=paula.who(), at=at)
    assert len(drafts(paula.world)) == 5
    assert paula.billing(session).draft != left
