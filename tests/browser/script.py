"""Paula in a browser before the session whose invoice is to be credited, as the scripts begin.

She is a practitioner and no administrator; Daisy's session was yesterday at 1190.00, its invoice is
final and unpaid.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from storno.corrections.credit import credit_invoice
from storno.corrections.give_credit import Credited
from storno.corrections.plan import CreditRequest
from storno.diary.models import Booking
from storno.documents.models import Document, FollowUp, Reason
from storno.organizations.scope import scope
from tests.browser.conftest import Visit
from tests.diary.practice import Practice, practice
from tests.observe import documents

PAST = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Script:
    """The page, the session, and its invoice."""

    paula: Practice
    page: Page
    session: Booking
    paper: Document | None = None

    @property
    def invoice(self) -> Document:
        """The invoice that is to be credited."""
        assert self.paper is not None
        return self.paper

    @property
    def root(self) -> str:
        """The address below which the practice's pages are."""
        return address(self.paula)

    def go(self, path: str) -> None:
        """Open a page of the practice."""
        self.page.goto(f"{self.root}{path}")

    def go_to_session(self) -> None:
        """Open the session in the diary."""
        self.go(f"/diary/{self.session.id}/")

    def more(self, deed: str) -> None:
        """Choose from the "…" of the page."""
        self.page.locator(".page-head summary").click()
        self.page.locator(".page-head .panel").get_by_text(deed, exact=True).click()

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def reads(self, text: str | re.Pattern[str]) -> None:
        """The page says this."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def lacks(self, *names: str) -> None:
        """Nothing on the page bears one of these words."""
        for name in names:
            expect(self.page.locator("main").get_by_text(name, exact=True)).to_have_count(0)

    def credit(self) -> None:
        """Credit the invoice that is shown, with the red button."""
        self.more("Credit Invoice")
        self.press_credit()

    def press_credit(self) -> None:
        """Press the red button of the dialog that is open."""
        red = self.dialog.get_by_role("button", name="Credit Invoice", exact=True)
        assert hue(red) == "red"
        red.click()

    def credited(self, url: str = "") -> str:
        """The common part without its clicks: the corrected draft, which is opened."""
        request = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT)
        done = credit_invoice(self.invoice.id, request, who=self.paula.who(), at=PAST + DAY)
        assert isinstance(done, Credited)
        assert done.corrected is not None
        draft = f"/drafts/{done.corrected.id}/"
        self.go(f"{draft}{url}")
        return draft

    def papers(self) -> list[tuple[str, int]]:
        """The numbers that were given, with their amounts."""
        return [(each.number, each.payable_minor) for each in documents(self.paula.world)]

    def price(self) -> int:
        """The price in the diary, in minor units."""
        return int(self.paula.billing(self.session).terms.unit_price * 100)


def begin(visit: Visit, at: datetime) -> Script:
    """Paula at the beginning of a script."""
    paula = practice()
    with scope(paula.id):
        paula.daisy.language = "nb"
        paula.daisy.save()
    session = paula.book(PAST, at=at)
    invoice = paula.invoice(session, at=at)
    return Script(paula, visit(paula.paula.person, f"{address(paula)}/"), session, invoice)


def address(paula: Practice) -> str:
    """The address below which a practice's pages are."""
    return f"/o/{paula.world.organization.slug}"


def hue(button: Locator) -> str:
    """Which of red, green and blue there is most of in the ground of a button."""
    colour = button.evaluate("(element) => getComputedStyle(element).backgroundColor")
    parts = [float(part) for part in colour[4:-1].split(",")]
    return ("red", "green", "blue")[parts.index(max(parts))]
