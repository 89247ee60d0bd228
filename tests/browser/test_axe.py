"""What axe finds on each page that no other test here looks at; so on every new page, at once."""

from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.conftest import Clock
from tests.furnished import addresses, furnish
from tests.web.papers.member import Member

READ_ELSEWHERE = {
    "catalogue", "client", "client_new", "clients", "credit_note", "draft", "draft_delete",
    "draft_edit", "draft_new", "draft_price", "draft_recipient", "exports", "help", "home",
    "invoice", "invoice_credit", "invoice_payment", "invoice_send", "invoices", "letter",
    "letter_html", "mailbox", "member_invite", "members", "payment_reversal", "public_invoice",
    "service_new", "settings_numbers", "settings_seller", "settings_tokens", "settings_working",
}  # fmt: skip
"""By test_places.py and test_readable.py; signing in by tests/web/sign_in/test_in_browser.py.

A letter runs no scripts, axe's neither: it is read in its frame on its page.
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_other_pages_are_readable(
    visit: Visit, at: datetime, clock: Clock, scheme: str
) -> None:
    house = furnish(at)
    alice = Member(house.world).client
    others = [
        house.paths(each)[0]
        for each in addresses()
        if each.name not in READ_ELSEWHERE and not each.route.startswith("account/")
    ]
    pages = [
        path
        for path in others
        if alice.get(path).headers.get("Content-Type", "").startswith("text/html")
        and alice.get(path).status_code == 200
    ]
    assert len(pages) >= 7
    page = visit(house.world.alice, "/organizations/", color_scheme=scheme)
    faults = {}
    for path in pages:
        page.goto(path)
        if violations := Axe().run(page).response["violations"]:
            faults[path] = [
                f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in violations
            ]
    assert faults == {}
