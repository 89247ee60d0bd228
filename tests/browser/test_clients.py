"""A client's pages in a browser: imported, asked for consents, shared, kept, deleted, erased."""

from datetime import datetime, timedelta

from playwright.sync_api import FilePayload, Page, expect

from storno.clients.care import cares_of
from storno.clients.models import Client
from storno.diary.cancel import cancel_booking
from storno.organizations.models import Organization
from storno.organizations.scope import scope
from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.diary.practice import Practice, practice
from tests.web.cast import count_of, row_of
from tests.web.papers.member import Member

PHONE = {"color_scheme": "dark", "viewport": {"width": 390, "height": 800}}

FILE: FilePayload = {
    "name": "clients.csv",
    "mimeType": "text/csv",
    "buffer": b"Navn;E-post;Merknad\nAnna;anna@example.com;x\nBert;bert@;y\n",
}


def choose(page: Page, entry: str) -> None:
    """Choose from the menu of the page."""
    page.locator(".page-head .menu summary").click()
    page.locator(".page-head .menu").get_by_text(entry, exact=True).click()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_file_is_looked_at_taken_in_and_undone(visit: Visit, clock: Clock) -> None:
    house = practice()
    Organization.objects.filter(id=house.id).update(own_clients=True)
    page = visit(house.world.alice, Member(house.world).url("client_import"), **PHONE)
    page.get_by_label("CSV file").set_input_files(FILE)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("This column is not imported: Merknad.")).to_be_visible()
    expect(page.get_by_text("E-mail: Enter an e-mail address")).to_be_visible()
    assert (barriers(page), fits(page), count_of(Client, house.world)) == ([], True, 1)
    page.get_by_label("Who looks after whoever is new").select_option("Paula")
    page.get_by_role("button", name="Import the 1 good row").click()
    expect(page.get_by_text("New: 1. Brought up to date: 0.")).to_be_visible()
    assert (barriers(page), count_of(Client, house.world)) == ([], 2)
    page.go_back()
    page.reload()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("The import is undone: 1 deleted.")).to_be_visible()
    assert count_of(Client, house.world) == 1


def test_a_required_consent_warns_until_it_is_given_and_again_when_withdrawn(
    visit: Visit, clock: Clock
) -> None:
    house = practice()
    alice = Member(house.world)
    form = {"name": "Sharing", "statement": "We may ask a colleague.", "required": "on"}
    alice.post("settings_consents", **form)
    page = visit(house.world.alice, alice.url("client", house.daisy.id), **PHONE)
    page.get_by_role("link", name="Consents").last.click()
    expect(page.get_by_text("Has not been asked for")).to_be_visible()
    for answer, wanting in (("Given", ""), ("Withdrawn", "Was withdrawn")):
        page.get_by_role("link", name="Note an answer").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(answer).check()
        assert barriers(page) == []
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The answer is noted.")).to_be_visible()
        if wanting:
            expect(page.get_by_text(wanting)).to_be_visible()
        page.get_by_role("link", name="Profile").click()
        expect(page.get_by_text("A consent is missing")).to_have_count(1 if wanting else 0)
        page.get_by_role("link", name="Consents").last.click()
    assert (barriers(page), fits(page)) == ([], True)


def test_a_client_is_shared_and_handed_over_and_who_looked_is_told(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    house = practice(wording="practice")
    house.member("erik")
    house.book(at + timedelta(days=1), at=at)
    page = visit(house.world.alice, Member(house.world).url("client", house.daisy.id), **PHONE)
    page.get_by_role("link", name="Access").click()
    expect(page.get_by_text("responsible, since")).to_be_visible()
    page.get_by_label("Colleague", exact=True).select_option("Erik")
    page.get_by_role("button", name="Share Access").click()
    expect(page.get_by_text("The access is shared.")).to_be_visible()
    page.get_by_label("New responsible colleague").select_option("Erik")
    page.get_by_role("button", name="Transfer Ownership").click()
    expect(page.get_by_text("The client is handed over.")).to_be_visible()
    expect(page.locator(".history li")).to_contain_text(["Alice"])
    assert (barriers(page), fits(page), keepers(house)) == ([], True, ["primary"])


def test_who_is_a_mistake_is_deleted_and_who_has_a_past_is_erased(
    visit: Visit, clock: Clock, at: datetime
) -> None:
    house = practice()
    alice = Member(house.world)
    session = house.book(at + timedelta(days=1), at=at)
    with scope(house.id):
        Client.objects.filter(organization_id=house.id).update(name="D" * 60)
    page = visit(house.world.alice, alice.url("client", house.daisy.id), **PHONE)
    choose(page, "Delete")
    page.get_by_role("button", name="Delete for good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("so it cannot be deleted. Archive it")).to_be_visible()
    expect(dialog.get_by_role("button", name="Archive")).to_be_visible()
    assert (barriers(page), fits(page)) == ([], True)
    dialog.get_by_role("link", name="Back").click()
    choose(page, "Erase")
    expect(page.get_by_role("link", name="Cancel them first")).to_be_visible()
    page.get_by_label("Kept until").fill("2030-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The day is saved.")).to_be_visible()
    cancel_booking(session.id, who=house.who(), at=at)
    page.reload()
    assert (barriers(page), fits(page)) == ([], True)
    page.get_by_label("The number, once more").fill("1")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Number 1 is erased.")).to_be_visible()
    assert row_of(Client, house.world).erasing_at == clock.now


def keepers(house: Practice) -> list[str]:
    """How the members look after Daisy."""
    with scope(house.id):
        return [care.kind for care in cares_of(house.daisy.id, house.id)]
