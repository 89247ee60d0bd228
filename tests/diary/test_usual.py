"""Another usual way of invoicing: which drafts follow it, and which keep theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storno.administration.change_settings import SettingsChanges
from storno.clients.models import Client
from storno.corrections.automatic import finalise_due
from storno.corrections.depart import depart_due
from storno.diary.bill import method_now
from storno.diary.change import BookingChanges, change_booking
from storno.diary.models import Booking
from storno.diary.usual import change_client, change_way_of_working
from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import Draft
from storno.organizations.models import AutomaticAt, Method
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from tests.diary.practice import Practice, practice
from tests.observe import documents, letters

HOUR, AFTER = timedelta(hours=1), timedelta(minutes=15)


@pytest.fixture
def paula() -> Practice:
    return practice()


def working(paula: Practice, at: datetime, **changes: object) -> int:
    asked = SettingsChanges(**changes)  # type: ignore[arg-type]
    return change_way_of_working(asked, who=paula.world.who(), at=at)


def paying(paula: Practice, payer: Client, method: Method | None, at: datetime) -> int:
    who = paula.world.who()
    changed, followed = change_client(
        payer.id, lambda now: replace(now, method=method), who=who, at=at
    )
    assert changed.method == (method or "")
    return followed


def draft_of(paula: Practice, session: Booking) -> Draft:
    draft = paula.billing(session).draft
    assert draft is not None
    return draft


def told(paula: Practice, sessions: Mapping[str, Booking]) -> dict[str, str]:
    """How each session is said to be invoiced; what its draft does agrees with that."""
    said = {}
    for name, session in sessions.items():
        billing, now = paula.billing(session), paula.now(session)
        with scope(paula.id):
            said[name] = str(method_now(now, billing, settings_of(paula.id)))
        draft = draft_of(paula, session)
        is_automatic = draft.issues_at is not None
        assert (said[name] == "automatic", said[name] == "external") == (
            is_automatic,
            draft.external_at is not None,
        ), name
    return said


def test_what_is_to_come_follows_and_what_is_over_stays(paula: Practice, at: datetime) -> None:
    sessions = {
        "over": paula.book(at - 2 * HOUR, at=at),
        "ahead": paula.book(at + HOUR, at=at),
        "paid by another": paula.book(at + 3 * HOUR, recipient=paula.company().id, at=at),
        "its own": paula.book(at + 5 * HOUR, method=Method.MANUAL, at=at),
        "decided": paula.book(at + 7 * HOUR, at=at),
    }
    externalise_draft(draft_of(paula, sessions["decided"]).id, who=paula.who(), at=at)
    before = {"over": "manual", "its own": "manual", "decided": "external"}
    assert working(paula, at, method=Method.AUTOMATIC) == 2
    assert told(paula, sessions) == before | {
        "ahead": "automatic",
        "paid by another": "automatic",
    }
    ends = sessions["ahead"].ends_at
    assert draft_of(paula, sessions["ahead"]).issues_at == ends + AFTER
    assert working(paula, at, automatic_minutes=45) == 0
    assert draft_of(paula, sessions["ahead"]).issues_at == ends + 3 * AFTER
    assert working(paula, at, method=Method.EXTERNAL) == 2
    assert told(paula, sessions) == before | {"ahead": "external", "paid by another": "external"}
    known = ExternalInput(paid_by="Vipps")
    paid = draft_of(paula, sessions["paid by another"])
    externalise_draft(paid.id, known, who=paula.who(), at=at)
    assert working(paula, at, method=Method.MANUAL) == 1
    assert told(paula, sessions) == before | {"ahead": "manual", "paid by another": "external"}


def test_nothing_leaves_by_a_new_way_and_what_was_to_leave_is_kept_back(
    paula: Practice, at: datetime
) -> None:
    sessions = {"over": paula.book(at - HOUR, at=at), "ahead": paula.book(at + HOUR, at=at)}
    at_once = {"method": Method.AUTOMATIC, "automatic_at": AutomaticAt.BOOKING}
    assert working(paula, at, **at_once) == 0
    assert told(paula, sessions) == {"over": "manual", "ahead": "manual"}
    assert (finalise_due(paula.id, at=at), depart_due(paula.id, at=at)) == (0, 0)

    clinic = practice(method=Method.AUTOMATIC, hold_seconds=1200)
    kept = {"over": clinic.book(at - HOUR, at=at), "ahead": clinic.book(at + HOUR, at=at)}
    due = kept["over"].ends_at + AFTER
    assert finalise_due(clinic.id, at=due) == 1
    assert draft_of(clinic, kept["over"]).goes_at is not None
    assert working(clinic, due, method=Method.MANUAL) == 2
    assert told(clinic, kept) == {"over": "manual", "ahead": "manual"}
    assert (finalise_due(clinic.id, at=due + 9 * HOUR), documents(clinic.world)) == (0, [])
    assert depart_due(clinic.id, at=due + 9 * HOUR) == 0
    assert letters(clinic.world) == []


def test_who_pays_stands_above_the_organization(paula: Practice, at: datetime) -> None:
    employer = paula.company()
    sessions = {
        "over": paula.book(at - 2 * HOUR, recipient=employer.id, at=at),
        "ahead": paula.book(at + HOUR, recipient=employer.id, at=at),
        "of another": paula.book(at + 3 * HOUR, at=at),
    }
    assert paying(paula, employer, Method.AUTOMATIC, at) == 1
    assert told(paula, sessions) == {
        "over": "manual",
        "ahead": "automatic",
        "of another": "manual",
    }
    assert working(paula, at, method=Method.EXTERNAL) == 1
    assert told(paula, sessions)["ahead"] == "automatic"
    assert paying(paula, employer, None, at) == 1
    assert told(paula, sessions) == {
        "over": "manual",
        "ahead": "external",
        "of another": "external",
    }
    change_booking(
        sessions["over"].id, BookingChanges(recipient=paula.daisy.id), who=paula.who(), at=at
    )
    assert told(paula, sessions)["over"] == "manual"
