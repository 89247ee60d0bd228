"""Closed days on their page: named, opened again, and closed as before by Undo."""

from storno.diary.models import ClosedDays
from tests.web.cast import count_of, row_of
from tests.web.papers.member import Member
from tests.world import found


def test_days_are_closed_opened_and_closed_again() -> None:
    world = found("NO", wording="practice")
    alice, bob = Member(world), Member(world, world.bob)
    assert "None besides the public holidays." in alice.get("settings_closed").text
    days = {"name": "Ferie & fri", "first_on": "2026-07-01", "last_on": "2026-06-30"}
    wrong = alice.post("settings_closed", **days)
    assert wrong.error_of("last_on") == "The last day comes before the first one."
    assert (wrong.field("first_on"), count_of(ClosedDays, world)) == ("2026-07-01", 0)
    seen = alice.post("settings_closed", **days | {"last_on": "2026-07-12"})
    assert "Ferie & fri 1–12 July 2026 Remove" in seen.text
    overlaps = alice.post("settings_closed", name="Ferie", first_on="2026-07-12")
    assert overlaps.error_of("first_on").startswith("You are closed on some of these days already.")
    assert count_of(ClosedDays, world) == 1
    removed = alice.post("settings_closed_remove", row_of(ClosedDays, world).id)
    assert removed.said == "Removed. You are open on these days again."
    assert count_of(ClosedDays, world) == 0
    alice.post("settings_closed", **removed.put_back)
    again = row_of(ClosedDays, world)
    assert (again.name, str(again.first_on), str(again.last_on)) == (
        "Ferie & fri", "2026-07-01", "2026-07-12"
    )  # fmt: skip
    assert "Remove" not in bob.get("settings_closed").text
