"""A week of 20 practitioners, with 500 bookings of each behind it and with 10,000.

Two organizations in one database, looked at in turns: the whole page as its reader gets it, then
what its grid draws, and the statements of each. Says where PostgreSQL reads more rows than a week
has (EXPLAIN ANALYZE as the application's role, row-level security included).
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from lists import long_reads
from stage import copied, figures, report, stage, timed

PRACTITIONERS = 20
PASTS = (500, 10_000)
A_DAY = 8
WARM, ROUNDS = 10, 300

AT = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
WEEK = datetime(2026, 6, 14, 22, tzinfo=UTC)
"""Monday in Oslo."""


@dataclass
class Clinic:
    """A practice whose diaries are all open to Paula, and where she sees their week."""

    practice: Any
    people: list[UUID]
    browser: Any
    addresses: dict[str, str]

    def look(self, view: str) -> None:
        """Get the page, or what its grid draws."""
        from storno.core.clock import clock_at

        with clock_at(lambda: AT):
            answer = self.browser.get(self.addresses[view])
        assert answer.status_code == 200, answer.status_code


def clinic(past: int) -> Clinic:
    """Found a practice with so many bookings in each diary."""
    from django.test import Client

    from storno.diary.book import book_session
    from storno.diary.models import Sight
    from storno.diary.sight import open_diary
    from tests.diary.practice import practice

    made = practice()
    members = [made.paula]
    for number in range(PRACTITIONERS - 1):
        membership, actor = made.member(f"p{number}")
        open_diary(made.paula.id, Sight.VIEW, who=actor, at=AT)
        members.append(membership)
    membership, actor = made.member("template")
    template = book_session(
        made.asked(WEEK + timedelta(hours=9), practitioner=membership.id), who=actor, at=AT
    )
    people = [member.person_id for member in members]
    fill(template, people, past)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(made.paula.person)
    whose = "&".join(f"who={member.id}" for member in members)
    diary = f"/o/{made.world.organization.slug}/diary/"
    addresses = {
        "page": f"{diary}?on=2026-06-15&{whose}",
        "grid": f"{diary}events/?from=2026-06-15&to=2026-06-22&{whose}",
    }
    return Clinic(made, people, browser, addresses)


def fill(template: Any, people: list[UUID], past: int) -> None:
    """Copy a booking so often into each diary, eight a day, back from the Friday of its week."""
    from django.db import connections

    moved = "+ interval '4 days' - interval '1 day' * (n / 8) + interval '1 hour' * (n %% 8)"
    booking = copied(
        "diary_booking",
        "t",
        id="gen_random_uuid()",
        practitioner_id="p",
        starts_at=f"t.starts_at {moved}",
        ends_at=f"t.ends_at {moved}",
    )
    series = "CROSS JOIN unnest(%s::uuid[]) p CROSS JOIN generate_series(0, %s) n"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"{booking} {series} WHERE t.id = %s", [people, past - 1, template.id])
        cursor.execute("VACUUM ANALYZE")


def measure() -> bool:
    """Look, report, and say whether the bar is met."""
    from storno.diary.queries import checked_range, entries_in

    clinics = [clinic(past) for past in PASTS]
    flat = [compare(view, clinics) for view in clinics[0].addresses]
    large, week = clinics[-1], checked_range(WEEK, WEEK + timedelta(days=7))
    shown = PRACTITIONERS * A_DAY * 5
    reads = long_reads(
        large.practice,
        lambda: entries_in(week, large.people, who=large.practice.who()),
        most=2 * shown,
    )
    report("diary", practitioners=PRACTITIONERS, pasts=PASTS, shown=shown, long_reads=reads)
    return all(flat) and not reads


def compare(view: str, clinics: list[Clinic]) -> bool:
    """Look at the clinics in turns, and say whether a long past costs as little as a short one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    looks = [partial(each.look, view) for each in clinics]
    turns = [[timed(look) for look in looks] for _round in range(WARM + ROUNDS)][WARM:]
    few, many = (figures(list(taken)) for taken in zip(*turns, strict=True))
    statements = []
    for look in looks:
        with CaptureQueriesContext(connection) as captured:
            look()
        statements.append(len(captured))
    ratio = round(many["p99_ms"] / few["p99_ms"], 2)
    report(
        f"diary: {view}",
        few=few,
        many=many,
        p50_ratio=round(many["p50_ms"] / few["p50_ms"], 2),
        p99_ratio=ratio,
        statements=statements,
    )
    return ratio <= 1.3 and statements[0] == statements[1]


def main() -> None:
    """Measure, and say whether the bar is met (exit 1 if not)."""
    with stage():
        from django.conf import settings
        from django.test import override_settings

        static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": static}):
            settings.STATIC_ROOT.mkdir(exist_ok=True)
            met = measure()
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
