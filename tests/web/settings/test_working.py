"""How the organization works, on its page."""

import re
from decimal import Decimal

import pytest

from storno.organizations.models import Organization, Settings
from tests.web.cast import happened, member_as, row_of
from tests.web.papers.member import Member
from tests.world import found

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "hold_seconds": "300",
    "default_channel": "none",
    "client_years": "3",
    "person_term_days": "21",
    "company_term_days": "30",
    "notice_days": "14",
    "late_interest": "10.5",
    "settled_cents": "50",
    "late_charges": "both",
    "after_credit": "draft",
    "office_may_credit": "on",
    "vat_on": "invoice",
    "exemption_reason": " Health care,  AVL 34 § ",
    "wording": "practice",
}


def test_everything_is_changed_at_once() -> None:
    world = found()
    seen = Member(world).post("settings_working", **FORM)
    assert seen.said == "From now on you work like this."
    settings = row_of(Settings, world)
    assert (settings.hold_seconds, settings.default_channel, settings.after_credit) == (
        300,
        "none",
        "draft",
    )
    assert (settings.person_term_days, settings.company_term_days) == (21, 30)
    assert (settings.notice_days, settings.late_interest) == (14, Decimal("10.50"))
    assert (settings.settled_cents, settings.late_charges) == (50, "both")
    assert (settings.vat_on, settings.wording) == ("invoice", "practice")
    assert settings.exemption_reason == "Health care, AVL 34 §"
    assert Organization.objects.get(id=world.id).office_may_credit is True
    assert "Clients" in seen.html


SESSIONS = {
    "method": "external",
    "client_shown_as": "reference",
    "message_by": "sms",
    "automatic_at": "booking",
    "automatic_minutes": "0",
    "notification_days": "0, 10",
}


def test_a_practice_says_how_sessions_are_invoiced() -> None:
    world = found(wording="practice")
    alice = Member(world)
    html = alice.get("settings_working").html
    for way, shut in (
        ("manual", ""),
        ("automatic", ""),
        ("external", ""),
        ("einvoice", " disabled"),
    ):
        assert f'value="{way}"' in html
        (found_,) = re.findall(f'<input type="radio" name="method" value="{way}"([^>]*)>', html)
        assert (" disabled" in found_) == bool(shut), way
    assert "E-invoice. E-invoices cannot be sent from here." in html
    alice.post("settings_working", **FORM | SESSIONS)
    settings = row_of(Settings, world)
    assert (settings.method, settings.client_shown_as) == ("external", "reference")
    assert settings.message_by == "sms"
    assert (settings.automatic_at, settings.automatic_minutes) == ("booking", 0)
    assert (settings.draft_at_booking, settings.notification_days) == (False, [0, 10])
    for days, why in (
        ("0; 14", "Write whole numbers with commas between them, like 0, 14, 28."),
        ("", "Write whole numbers with commas between them, like 0, 14, 28."),
        ("14, 28", "Begin with 0: the first one goes at once."),
    ):
        refused = alice.post("settings_working", **FORM | SESSIONS | {"notification_days": days})
        assert (refused.status, refused.error_of("notification_days")) == (422, why)
    refused = alice.post("settings_working", **FORM | SESSIONS | {"method": "einvoice"})
    assert refused.status == 422
    assert refused.error_of("method") == "E-invoices cannot be sent from here."
    assert row_of(Settings, world).method == "external"


def test_others_are_not_asked_about_sessions() -> None:
    world = found()
    alice = Member(world)
    assert 'name="method"' not in alice.get("settings_working").html
    alice.post("settings_working", **FORM | SESSIONS)
    settings = row_of(Settings, world)
    assert (settings.method, settings.client_shown_as) == ("manual", "initials")


def test_a_page_opened_before_puts_nothing_back() -> None:
    world = found()
    alice = Member(world)
    first, second = alice.get("settings_working").filled, alice.get("settings_working").filled
    alice.post("settings_working", **first | {"hold_seconds": "600", "office_may_credit": "on"})
    alice.post("settings_working", **second | {"notice_days": "7"})
    settings = row_of(Settings, world)
    assert (settings.hold_seconds, settings.notice_days) == (600, 7)
    assert Organization.objects.get(id=world.id).office_may_credit is True


TOO_LONG = "Ensure this value has at most 200 characters (it has 201)."


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("hold_seconds", "7", "Select a valid choice. 7 is not one of the available choices."),
        ("person_term_days", "5", "Between 14 and 90 days."),
        ("person_term_days", "NaN", "Enter a whole number."),
        ("company_term_days", "-1", "Between 1 and 30 days."),
        ("notice_days", "91", "Between 0 and 90 days."),
        ("late_interest", "ten", "Enter a number, like 125.50."),
        ("late_interest", "100", "Between 0 and 99.99 percent."),
        ("exemption_reason", "x" * 201, TOO_LONG),
    ],
)
def test_what_is_wrong_stands_beside_its_field(field: str, value: str, says: str) -> None:
    world = found()
    seen = Member(world).post("settings_working", **(FORM | {field: value}))
    assert seen.status == 422
    assert seen.error_of(field) == says
    assert row_of(Settings, world).hold_seconds == 1200
    assert "organization.setting_changed" not in happened(world)


def test_a_hold_set_by_another_door_is_offered() -> None:
    seen = Member(found(hold_seconds=90)).get("settings_working")
    assert '<option value="90" selected>after 90 seconds</option>' in seen.html


def test_what_binds_to_customer_service_is_shown_and_not_offered() -> None:
    world = found(paid_credit="desk", support_contact="help@example.com")
    seen = Member(world).get("settings_working")
    assert "Paid invoices are cancelled by customer service" in seen.text
    assert "Lines with 0 % VAT closed" in seen.text
    assert "so only customer service changes them. help@example.com" in seen.text
    assert "desk" not in seen.text.lower()
    Member(world).post("settings_working", **(FORM | {"paid_credit": "members"}))
    assert row_of(Settings, world).paid_credit == "desk"


def test_without_a_contact_it_says_who_else_can_help() -> None:
    seen = Member(found()).get("settings_working")
    assert (
        "only customer service changes them. Ask customer service, or whoever runs this "
        "installation."
    ) in seen.text


@pytest.mark.parametrize("role", ["practitioner", "office", "reader"])
def test_others_read_and_cannot_change(role: str) -> None:
    world = found()
    other = member_as(world, role)
    seen = other.get("settings_working")
    assert "An invoice leaves after 20 minutes" in seen.text
    assert other.post("settings_working", **FORM).status == 403
    assert row_of(Settings, world).hold_seconds == 1200
