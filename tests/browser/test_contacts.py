"""Contacts in a browser: entered, changed in the dialog, chosen as a draft's recipient, removed."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Contact
from storno.clients.queries import contacts_of
from storno.documents.models import DraftLine
from storno.organizations.scope import scope
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.web.papers.member import Member

TEN = datetime(2026, 6, 17, 8, 0, tzinfo=UTC)


def contacts(paula: Practice) -> list[Contact]:
    with scope(paula.id):
        return contacts_of(paula.daisy.id, organization_id=paula.id)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_contact_comes_pays_and_goes(
    visit: Visit, clock: Clock, at: datetime, scheme: str, width: int
) -> None:
    paula = practice()
    alice = Member(paula.world)
    page = visit(
        paula.world.alice,
        alice.url("client", paula.daisy.id),
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    page.get_by_role("link", name="New contact").click()
    expect(page.get_by_role("heading", name="New contact", level=1)).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("A company").check()
    page.get_by_label("Name", exact=True).fill("Duck Industries AS")
    page.get_by_label("Relation").fill("employer")
    page.get_by_label("Case number").fill("2026/118")
    page.get_by_label("Invoice recipient").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The contact is saved.")).to_be_visible()
    assert barriers(page) == []

    page.get_by_role("link", name="Change", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Invoice recipient")).to_be_checked()
    assert barriers(page) == []
    dialog.get_by_label("Relation").fill("former employer")
    dialog.get_by_label("Relation").press("Enter")
    expect(page.get_by_text("former employer · Case number 2026/118")).to_be_visible()

    page.get_by_role("link", name="Change", exact=True).click()
    dialog.get_by_role("button", name="Remove contact").click()
    expect(page.get_by_text("The contact is removed.")).to_be_visible()
    assert contacts(paula) == []


def test_the_recipient_of_a_session_is_changed_to_a_contact(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    """The words of scenario 0: Change Recipient, then the employer, who reads initials only."""
    paula = practice()
    employer = paula.company()
    said = ContactInput(relation="employer", case_number="2026/118")
    add_contact(paula.daisy.id, employer.id, said, who=paula.who(), at=at)
    draft = paula.billing(paula.book(TEN, at=at)).draft
    assert draft is not None
    page = visit(paula.world.alice, Member(paula.world).url("draft", draft.id))
    page.get_by_role("link", name="Change Recipient").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".offered button").first).to_have_text("Duck Industries AS employer")
    assert barriers(page) == []
    dialog.locator(".offered button").first.click()
    expect(page.get_by_text("The recipient is changed.")).to_be_visible()
    with scope(paula.id):
        (line,) = DraftLine.objects.filter(organization_id=paula.id, draft_id=draft.id)
    assert line.description == "60 min, D. D."
