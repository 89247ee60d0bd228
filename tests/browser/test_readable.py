"""Each page of papers for those who hear it, in light and in the dark: axe finds nothing wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import register_payment
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.documents.models import Document
from storno.mailroom.models import Letter
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from tests.browser.axe import barriers, barriers_day_and_night
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.deeds import CANCELLED, CORRECT
from tests.world import World, found

DAY = timedelta(days=1)


def papers(world: World, at: datetime) -> dict[str, str]:
    """The address of a page of each kind, by what is to be seen there."""
    home = f"/o/{world.organization.slug}"
    sent, part, held, failed, credited = (world.invoice(at=at - DAY) for _ in range(5))
    entered = PaymentInput(5_000, at.date(), MoneyKind.CASH)
    payment = register_payment(part.id, entered, who=world.who(), at=at)
    credit_invoice(held.id, CANCELLED, who=world.who(), at=at)
    with scope(world.id):
        Letter.objects.filter(organization_id=world.id, subject_id=failed.id).update(
            state="failed", next_attempt_at=None, failure="refused", reply="550 no such user"
        )
    credit_invoice(credited.id, CORRECT, who=world.who(), at=at - DAY)
    depart_due(world.id, at=at)
    with scope(world.id):
        note = Document.objects.get(organization_id=world.id, kind="credit_note")
    draft, processing = world.draft(at=at), world.draft(at=at)
    finalise_draft(processing.id, who=world.who(), at=at)
    empty = create_draft(DraftInput(None, ()), who=world.who(), at=at)
    return {
        "list": f"{home}/invoices/",
        "period": f"{home}/invoices/?from=2026-01-01&state=overdue",
        "nothing found": f"{home}/invoices/?q=nothing",
        "drafts": f"{home}/invoices/?state=drafts",
        "sent": f"{home}/invoices/{sent.id}/",
        "part paid": f"{home}/invoices/{part.id}/",
        "held": f"{home}/invoices/{held.id}/",
        "failed": f"{home}/invoices/{failed.id}/",
        "credited": f"{home}/invoices/{credited.id}/",
        "credit note": f"{home}/credit-notes/{note.id}/",
        "credit": f"{home}/invoices/{sent.id}/credit-note/",
        "credit in part": f"{home}/invoices/{sent.id}/credit-note/?part=1",
        "credit held": f"{home}/invoices/{held.id}/credit-note/",
        "payment": f"{home}/invoices/{held.id}/payments/",
        "reversal": f"{home}/payments/{payment.id}/reversal/",
        "send": f"{home}/documents/{sent.id}/letters/",
        "new": f"{home}/drafts/new/",
        "draft": f"{home}/drafts/{draft.id}/",
        "empty draft": f"{home}/drafts/{empty.id}/",
        "processing": f"{home}/drafts/{processing.id}/",
        "edit": f"{home}/drafts/{draft.id}/edit/",
        "price": f"{home}/drafts/{draft.id}/price/",
        "recipient": f"{home}/drafts/{draft.id}/recipient/",
        "delete": f"{home}/drafts/{draft.id}/deletion/",
    }


def test_each_page_is_readable(visit: Visit, at: datetime, clock: Clock) -> None:
    world = found()
    addresses = papers(world, at)
    page = visit(world.alice, addresses["list"])
    faults = {}
    for name, address in addresses.items():
        page.goto(address)
        if found_wrong := barriers_day_and_night(page):
            faults[name] = found_wrong
    assert faults == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_what_opens_is_readable(
    visit: Visit, at: datetime, clock: Clock, scheme: str, width: int
) -> None:
    world = found()
    addresses = papers(world, at)
    context = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = visit(world.alice, addresses["sent"], **context)
    steps: list[Callable[[], object]] = [
        lambda: page.locator(".page-head summary").click(),
        lambda: page.locator(".panel").get_by_role("link", name="Cancel the invoice").click(),
        lambda: page.get_by_role("link", name="Credit only a part of it").click(),
        lambda: page.get_by_role("dialog").get_by_role("button", name="Credit a part").click(),
    ]
    shown = [
        "details[open] .panel",
        "dialog .danger",
        "dialog .parts",
        "dialog .errorlist, dialog [role=alert]",
    ]
    faults = []
    for step, sign in zip(steps, shown, strict=True):
        step()
        page.locator(sign).first.wait_for()
        faults += barriers(page)
    page.goto(addresses["edit"])
    page.get_by_label("Quantity").fill("x")
    page.get_by_role("button", name="Save and preview").last.click()
    page.locator(".errorlist").first.wait_for()
    assert faults + barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
