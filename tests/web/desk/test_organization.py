"""Customer service searches, looks into an organization with a reason, and opens lines for it."""

from datetime import datetime, timedelta

import pytest

from storno.cases.ask import ask_for_refund
from storno.core.ids import new_id
from storno.history.models import Event
from storno.organizations.queries import settings_of
from storno.organizations.scope import scope
from storno.staff.models import Search, Visit
from tests.cases.test_cases import paid
from tests.conftest import Clock
from tests.observe import everything
from tests.web.desk.agent import Agent
from tests.web.papers.member import Member
from tests.world import World, found


def reasons(world: World) -> list[str]:
    with scope(world.id):
        mine = Event.objects.filter(organization_id=world.id, kind="organization.visited")
        return [each.facts["reason"] for each in mine.order_by("id")]


def test_from_the_search_by_a_reason_to_the_invoice(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    sam = Agent(world, "Sam", "agent", clock)
    assert "Search in all organizations" in sam.get("desk_search").text
    assert "data-search" in sam.get("desk_search").html, "the key / leads to the field"
    short = sam.post("desk_search", q="ab")
    assert (short.status, short.error_of("q")) == (422, "Enter at least three signs.")
    hits = sam.post("desk_search", q=invoice.payment_reference)
    assert "2026-0001 found by: payment reference" in hits.text
    assert "Daisy" not in hits.text
    url = sam.url("desk_invoice", world.id, invoice.id)
    assert f'href="{url}"' in hits.html
    assert Search.objects.get(staff__person=sam.person).by == "reference"

    asked = sam.get("desk_invoice", world.id, invoice.id)
    assert "Why do you look into it?" in asked.text
    assert "Daisy" not in asked.text
    assert not Visit.objects.filter(organization_id=world.id).exists()
    unsaid = sam.post("desk_visit", world.id, invoice=invoice.id, reason=" ")
    assert unsaid.error_of("reason") == "Say why you look into this organization."
    shown = sam.post("desk_visit", world.id, invoice=invoice.id, reason="the payer called")
    assert shown.path == url
    assert reasons(world) == ["the payer called"]
    assert "Recipient Daisy Duck Amount €1,255.00" in shown.text
    assert "Paid by Daisy Duck FI14 1009 3000 1234 58" in shown.text
    assert "VAT €255.00 Income tax €200.00 Service fee with its VAT €62.75" in shown.text
    assert "Paid out to the seller €737.25" in shown.text
    page = sam.get("desk_organization", world.id)
    assert "2026-0001 · Daisy Duck" in page.text
    assert "Set aside for VAT €255.00" in page.text
    assert sam.url("desk_case", case.case.id) in page.html
    assert "Customer service looked into this: the payer called." in page.text

    clock.now += timedelta(minutes=31)
    assert "Why do you look into it?" in sam.get("desk_organization", world.id).text


def test_a_visit_opens_nothing_of_another_organization(at: datetime, clock: Clock) -> None:
    world, other = found(), found()
    invoice = other.invoice(at=at)
    sam = Agent(world, "Sam", "agent", clock)
    sam.post("desk_visit", world.id, reason="a question")
    assert sam.get("desk_invoice", world.id, invoice.id).status == 404
    assert sam.post("desk_visit", new_id(), reason="a question").status == 404
    assert sam.post("desk_visit", world.id, reason="x", invoice="y").status == 404
    bob = Agent(world, "Bob", "agent", clock)
    assert "Why do you look into it?" in bob.get("desk_organization", world.id).text
    alice = Member(world)
    for path in ("search/", f"organizations/{world.id}/", "searches/"):
        assert alice.client.get(f"/desk/{path}").status_code == 404
    for path in ("visit/", "lines/"):
        answer = alice.client.post(f"/desk/organizations/{world.id}/{path}", {"reason": "x"})
        assert answer.status_code == 404


def test_lines_are_opened_with_a_reason(at: datetime, clock: Clock) -> None:
    world = found(zero_rate_open=False, reverse_charge_open=False)
    sam = Agent(world, "Sam", "agent", clock)
    unvisited = sam.post("desk_lines", world.id, lines="zero_rate_open", is_open="on", reason="x")
    assert "Why do you look into it?" in unvisited.text
    page = sam.post("desk_visit", world.id, reason="asked for 0 %")
    assert "Lines with 0 % VAT: closed" in page.text
    before = everything(world)
    unsaid = sam.post("desk_lines", world.id, lines="zero_rate_open", is_open="on", reason="")
    assert (unsaid.status, "Say why; its members read it." in unsaid.text) == (422, True)
    tampered = sam.post("desk_lines", world.id, lines="hold_seconds", is_open="on", reason="x")
    assert tampered.status == 422
    assert everything(world) == before
    opened = sam.post("desk_lines", world.id, lines="zero_rate_open", is_open="on", reason="export")
    assert "It is changed, and its administrators are told." in opened.said
    assert "Lines with 0 % VAT: open" in opened.text
    assert "Customer service opened lines with 0 % VAT: export." in opened.text
    with scope(world.id):
        assert settings_of(world.id).zero_rate_open
    sam.post("desk_lines", world.id, lines="zero_rate_open", is_open="off", reason="a mistake")
    with scope(world.id):
        assert not settings_of(world.id).zero_rate_open


@pytest.mark.parametrize(("role", "status"), [("agent", 404), ("lead", 200)])
def test_leads_see_who_searched(role: str, status: int, at: datetime, clock: Clock) -> None:
    sam = Agent(found(), "Sam", role, clock)
    sam.post("desk_search", q="secret words")
    seen = sam.get("desk_searches")
    assert seen.status == status
    assert ("You found: 0" in seen.text) is (role == "lead")
    assert "secret" not in seen.text
