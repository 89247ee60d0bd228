"""The catalogue on its pages."""

from decimal import Decimal
from uuid import uuid4

import pytest

from storno.catalogue.models import Service
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from tests.web.cast import count_of, member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import found

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "name": "Carpentry",
    "unit": "h",
    "unit_price": "1 058,5",
    "tax": "standard:25.5",
    "free_until_hours": "24",
    "late_charge": "nothing",
}
CLOSED = '<details class="further">'
"""How a part of the form begins that is opened by who needs it."""


def test_a_service_is_entered_once_and_listed() -> None:
    world = found()
    alice = Member(world)
    form = FORM | {"once": uuid4().hex}
    seen = alice.post("service_new", **form)
    assert seen.path == alice.url("catalogue")
    assert seen.said == "Carpentry is saved."
    assert "Carpentry plus 25.5% VAT €1,058.50 / h" in seen.text
    service = row_of(Service, world)
    assert (service.unit_price, service.tax_rate) == (Decimal("1058.5"), Decimal("25.5"))
    assert alice.post("service_new", **form).path == alice.url("catalogue")
    assert count_of(Service, world) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"unit_price": "-1"}, "unit_price", ""),
        ({"unit_price": "NaN"}, "unit_price", "Enter a number, like 125.50."),
        ({"unit_price": "9" * 39}, "unit_price", ""),
        ({"tax": "standard:24"}, "tax", "This VAT rate was not in force"),
        ({"tax": "nonsense"}, "tax", "Select a valid choice."),
        ({"unit": "x" * 21}, "unit", "Ensure this value has at most 20 characters"),
        ({"minutes": "0"}, "minutes", "Between 1 and 1440 minutes: a session lasts a day at most."),
        ({"minutes": "-60"}, "minutes", "Between 1 and 1440 minutes"),
        ({"minutes": "1441"}, "minutes", "Between 1 and 1440 minutes"),
        ({"minutes": "9" * 39}, "minutes", "Between 1 and 1440 minutes"),
        ({"minutes": "9" * 5000}, "minutes", "Enter a whole number."),
        ({"minutes": "1 h"}, "minutes", "Enter a whole number."),
        ({"free_until_hours": "337"}, "free_until_hours", "Between 0 and 336 hours"),
        ({"free_until_hours": "-1"}, "free_until_hours", "Between 0 and 336 hours"),
        ({"free_until_hours": ""}, "free_until_hours", "This field is required."),
        ({"late_charge": "double"}, "late_charge", "Select a valid choice."),
        ({"late_charge": ""}, "late_charge", "This field is required."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    wrong: dict[str, str], field: str, says: str
) -> None:
    world = found()
    seen = Member(world).post("service_new", **(FORM | wrong))
    assert seen.status == 422
    assert seen.error_of(field)
    assert seen.error_of(field).startswith(says)
    assert count_of(Service, world) == 0


def test_what_was_typed_of_the_diary_is_kept_and_shown() -> None:
    world = found()
    typed = {"minutes": "1441", "free_until_hours": "48", "late_charge": "half"}
    seen = Member(world).post("service_new", **(FORM | typed))
    assert seen.status == 422
    assert {name: seen.filled[name] for name in typed} == typed
    assert CLOSED not in seen.html
    assert count_of(Service, world) == 0


def test_a_session_is_entered_listed_and_changed() -> None:
    world = found("NO", wording="practice")
    kari = Member(world)
    new = kari.get("service_new")
    assert CLOSED not in new.html
    assert "Booked in the diary Length in minutes optional" in new.text
    kept = {"minutes": "", "free_until_hours": "24", "late_charge": "nothing"}
    assert {name: new.filled[name] for name in kept} == kept
    typed = {"name": "Session", "unit_price": "1190", "tax": "standard:25"}
    kari.post("service_new", **new.filled | typed | {"minutes": "60"})
    service = row_of(Service, world)
    assert (service.minutes, service.free_until_hours, service.late_charge) == (60, 24, "nothing")
    assert "Session 60 min · plus 25% VAT NOK 1,190.00" in kari.get("catalogue").text
    shown = kari.get("service", service.id).filled
    kari.post("service", service.id, **shown | {"free_until_hours": "48", "late_charge": "full"})
    kari.post("service", service.id, **shown | {"minutes": "50", "name": "Short session"})
    service = row_of(Service, world)
    assert (service.minutes, service.free_until_hours, service.late_charge) == (50, 48, "full")
    assert (service.name, service.unit_price) == ("Short session", Decimal(1190))
    shown = kari.get("service", service.id).filled
    kari.post("service", service.id, **shown | {"minutes": ""})
    assert row_of(Service, world).minutes is None
    assert "Short session plus 25% VAT" in kari.get("catalogue").text


def test_who_books_nothing_finds_the_diary_closed_unless_it_is_filled() -> None:
    world = found()
    alice = Member(world)
    new = alice.get("service_new")
    assert new.part(f"{CLOSED}.*?</summary>") == "Booked in the diary"
    alice.post("service_new", **FORM)
    id_ = row_of(Service, world).id
    assert CLOSED in alice.get("service", id_).html
    alice.post("service", id_, **alice.get("service", id_).filled | {"minutes": "45"})
    seen = alice.get("service", id_)
    assert (CLOSED in seen.html, seen.field("minutes")) == (False, "45")
    assert "Carpentry 45 min · plus 25.5% VAT €1,058.50 / h" in alice.get("catalogue").text


def test_a_reader_reads_of_the_diary_only_what_is_booked() -> None:
    world = found()
    alice, reader = Member(world), member_as(world, "reader")
    alice.post("service_new", **FORM | {"late_charge": "half"})
    id_ = row_of(Service, world).id
    assert "diary" not in reader.get("service", id_).text
    alice.post("service", id_, **FORM | {"minutes": "45", "late_charge": "half"})
    assert (
        "Booked in the diary Length in minutes 45 Free to cancel until (hours before) 24 "
        "Charge for cancelling later Half" in reader.get("service", id_).text
    )


def test_a_page_opened_before_puts_no_older_price_back() -> None:
    world = found()
    alice = Member(world)
    alice.post("service_new", **FORM)
    id_ = row_of(Service, world).id
    first, second = alice.get("service", id_).filled, alice.get("service", id_).filled
    alice.post("service", id_, **first | {"unit_price": "70", "tax": "standard:13.5"})
    alice.post("service", id_, **second | {"name": "Fine carpentry", "unit": ""})
    service = row_of(Service, world)
    assert (service.name, service.unit) == ("Fine carpentry", "")
    assert (service.unit_price, service.tax_rate) == (Decimal(70), Decimal("13.5"))
    alice.post("service", id_, **second | {"price_includes_tax": "on"})
    service = row_of(Service, world)
    assert (service.unit_price, service.price_includes_tax) == (Decimal("1058.5"), True)
    assert (service.name, service.tax_rate) == ("Fine carpentry", Decimal("25.5"))


def test_a_service_is_changed_put_away_and_fetched_back() -> None:
    world = found()
    alice = Member(world)
    alice.post("service_new", **FORM)
    id_ = row_of(Service, world).id
    seen = alice.get("service", id_)
    assert (seen.field("name"), seen.field("unit_price")) == ("Carpentry", "1058.50")
    seen = alice.post("service", id_, **(FORM | {"unit_price": "60", "price_includes_tax": "on"}))
    assert "Carpentry with 25.5% VAT €60.00 / h" in seen.text
    assert alice.post("service_archive", id_).said == "Archived; you can restore it at any time."
    assert "Nothing here yet" in alice.get("catalogue").text
    assert "Carpentry" in alice.get("catalogue", state="archived").text
    assert alice.post("service_restore", id_).said == "Restored."
    assert "Carpentry" in alice.get("catalogue", q="arpen").text
    assert "Nothing found for “zzz”" in alice.get("catalogue", q="zzz").text


def test_outside_the_register_no_price_speaks_of_vat() -> None:
    world = found()
    alice = Member(world)
    alice.post("service_new", **FORM, price_includes_tax="on")
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(vat_registered=False)
    alice.post(
        "service_new",
        **(FORM | {"name": "Sanding", "unit": "", "unit_price": "40", "tax": "outside_scope:"}),
    )
    listed = alice.get("catalogue").text
    assert "Carpentry €1,058.50 / h" in listed
    assert "Sanding €40.00" in listed
    assert "VAT" not in listed
    new, id_ = alice.get("service_new"), row_of(Service, world, name="Carpentry").id
    assert "25.5" not in new.part(r'<select name="tax".*?</select>')
    assert "The price includes VAT" not in new.text
    shown = alice.get("service", id_)
    assert "The price includes VAT" not in shown.text
    alice.post("service", id_, **shown.filled | {"unit_price": "60", "tax": "outside_scope:"})
    changed = row_of(Service, world, name="Carpentry")
    assert (changed.unit_price, changed.tax_rate) == (Decimal(60), None)
    assert (changed.price_includes_tax, row_of(Service, world, name="Sanding").tax_rate) == (
        True,
        None,
    )


def test_a_reader_reads_and_others_find_nothing() -> None:
    world = found()
    Member(world).post("service_new", **FORM)
    id_ = row_of(Service, world).id
    reader = member_as(world, "reader")
    seen = reader.get("service", id_)
    assert "Unit h" in seen.text
    assert "Save" not in seen.text
    assert reader.get("service_new").status == 403
    assert reader.post("service", id_, **(FORM | {"name": "M"})).status == 403
    assert reader.post("service_archive", id_).status == 403
    assert member_as(world, "office").post("service", id_, **FORM).status == 200
    assert stranger(world).get("service", id_).status == 404
    assert Member(found()).post("service", id_, **FORM).status == 404
    assert nobody().get(Member(world).url("service", id_)).status_code == 302
    service = row_of(Service, world)
    assert (service.name, service.archived_at) == ("Carpentry", None)
