"""How numbers look and begin, on their page."""

from datetime import datetime

import pytest

from storno.corrections.credit import credit_invoice
from storno.numbering.models import SeriesPlan
from storno.web.settings.numbers import FormatField
from tests.deeds import CANCELLED
from tests.web.cast import count_of, member_as, row_of
from tests.web.papers.member import Member
from tests.world import found

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "invoice_format": "A{year}-{number:03}",
    "first_invoice_number": "41",
    "credit_note_format": "K{year}-{number}",
    "first_credit_note_number": "7",
}


def test_the_next_numbers_stand_above() -> None:
    world = found()
    seen = Member(world).get("settings_numbers")
    assert "Next invoice 2026-0001 Next credit note 2026-K1" in seen.text
    seen = Member(world).post("settings_numbers", **FORM)
    assert seen.said == "The next numbers look as shown below."
    assert "Next invoice A2026-041 Next credit note K2026-7" in seen.text


def test_a_shared_series_gives_the_same_next_number() -> None:
    seen = Member(found()).post("settings_numbers", **(FORM | {"share": "on"}))
    assert "Next invoice A2026-041 Next credit note A2026-041" in seen.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("invoice_format", "{number", "Use {number} once, {year} at most once"),
        ("invoice_format", "{number.__class__}", "Use {number} once, {year} at most once"),
        ("first_invoice_number", "0", "Between 1 and 99999999."),
        ("first_invoice_number", "ten", "Enter a whole number."),
        ("credit_note_format", "A{year}-{number}", "Put a letter into one of the formats"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(field: str, value: str, says: str) -> None:
    world = found()
    seen = Member(world).post("settings_numbers", **(FORM | {field: value}))
    assert seen.status == 422
    assert seen.error_of(field).startswith(says)
    assert count_of(SeriesPlan, world) == 0


def test_what_runs_is_fixed(at: datetime) -> None:
    world = found()
    world.invoice(at=at)
    alice = Member(world)
    seen = alice.get("settings_numbers")
    assert "Next invoice 2026-0002 Next credit note 2026-K1" in seen.text
    assert "Fixed since the first number was given." in seen.text
    alice.post("settings_numbers", **FORM)
    assert row_of(SeriesPlan, world).kind == "credit_note"
    assert "Next invoice 2026-0002 Next credit note K2026-7" in alice.get("settings_numbers").text


def test_what_both_kinds_have_begun_is_read_by_an_example(at: datetime) -> None:
    world = found(hold_seconds=0)
    credit_invoice(world.invoice(at=at).id, CANCELLED, who=world.who(), at=at)
    told = Member(world).get("settings_numbers").text
    assert "How they look like 2026-0001, by the pattern {year}-{number:04}" in told
    assert "How they look like 2026-K1, by the pattern {year}-K{number}" in told


def test_a_format_without_room_is_read_as_it_is() -> None:
    field = FormatField()
    field.year = 2026
    assert field.explained("{number:09}-with-letters") == "{number:09}-with-letters"


def test_a_reader_cannot_change() -> None:
    world = found()
    reader = member_as(world, "reader")
    told = reader.get("settings_numbers").text
    assert "How they look like 2026-0001, by the pattern {year}-{number:04}" in told
    assert reader.post("settings_numbers", **FORM).status == 403
    assert count_of(SeriesPlan, world) == 0
