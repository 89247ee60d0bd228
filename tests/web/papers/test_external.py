"""A draft that is invoiced in another system, before its pages."""

import re
from datetime import date, datetime, timedelta

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.plan import CreditRequest
from storno.documents.draft import entered_in
from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import Draft, FollowUp, Reason
from storno.organizations.scope import scope
from tests.conftest import Clock
from tests.deeds import HOLD, hold_draft, pay
from tests.observe import documents, drafts, everything, history
from tests.web.papers.member import Member, Seen
from tests.world import World, found

PAID = ExternalInput("T-77", date(2026, 6, 15), "Vipps")
WHAT = (
    "This is a record of what is invoiced externally. Here it has no number and no PDF, "
    "nobody is reminded of it, and nothing is owed on it."
)
NOT_FROM_HERE = (
    "This is invoiced externally, so no invoice of it leaves from here. "
    "Take it back to draft first."
)
STAYS = (
    "A payment is noted, so this stays invoiced externally. "
    "If the payment details are wrong, empty them first."
)


@pytest.fixture
def world() -> World:
    return found(wording="practice", hold_seconds=0, after_credit="draft", default_channel="none")


def known(draft: Draft) -> tuple[object, ...]:
    return draft.external_number, draft.external_paid_on, draft.external_paid_by


def marked(world: World, at: datetime, entered: ExternalInput = PAID) -> Draft:
    return externalise_draft(world.draft(at=at).id, entered, who=world.who(), at=at)


def items(page: Seen) -> list[str]:
    """What the menu of the page offers."""
    menu = page.part(r'<div class="actions">.*?</details>')
    names = ("Preview as PDF", "Edit", "Change Price", "Change Recipient", "Copy", "Back to draft",
             "Invoice Externally", "Delete")  # fmt: skip
    return [name for name in names if name in menu]


def test_marked_after_a_question_with_a_green_button(
    world: World, at: datetime, clock: Clock
) -> None:
    draft, alice = world.draft(at=at), Member(world)
    page = alice.get("draft", draft.id)
    assert items(page) == [
        "Preview as PDF", "Edit", "Change Price", "Change Recipient", "Copy",
        "Invoice Externally", "Delete",
    ]  # fmt: skip
    asked = alice.get("draft_external", draft.id, version="1")
    assert asked.part(r'<button class="button safe".*?</button>') == "Invoice Externally"
    assert "It is on its way now." not in asked.text
    assert drafts(world)[0].external_at is None
    done = alice.post("draft_external", draft.id)
    assert done.path == alice.url("draft", draft.id)
    assert done.said == "It is invoiced externally. Nobody was sent anything."
    assert "Invoiced externally: Daisy Duck" in done.text
    assert WHAT in done.text
    assert "Add payment details" in done.text
    assert "Number of the invoice not noted Paid on not noted" in done.text
    assert "Recipient Daisy Duck Carpentry €1,000.00 Total €1,255.00" in done.text
    for word in ("Finalize Invoice", "Luonnos", "Preview", "binds nobody"):
        assert word not in done.text
    assert items(done) == ["Edit", "Change Price", "Change Recipient", "Back to draft", "Delete"]
    assert (drafts(world)[0].external_at, documents(world)) == (at, [])


def price_field(world: World, draft: Draft) -> str:
    """The field of the only line's price in the dialog."""
    with scope(world.id):
        (only,) = entered_in(draft).lines
    return f"price-{only.id}"


def test_marked_twice_it_is_marked_once(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = world.draft(at=at), Member(world)
    alice.post("draft_external", draft.id)
    again = alice.post("draft_external", draft.id)
    assert (again.path, again.said) == (alice.url("draft", draft.id), "")
    assert alice.get("draft_external", draft.id).response.url == alice.url("draft", draft.id)
    assert history(world, draft.id) == ["draft.saved", "draft.externalised"]


def test_what_was_saved_since_is_not_marked(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = world.draft(at=at), Member(world)
    alice.post("draft_price", draft.id, version=1, **{price_field(world, draft): "5.00"})
    url = alice.url("draft_external", draft.id) + "?version=1"
    page = Seen(alice.client.post(url, follow=True))
    assert page.said.startswith("This draft was changed in another window after you opened it.")
    assert drafts(world)[0].external_at is None


def test_on_hold_the_question_says_that_it_will_not_leave(at: datetime, clock: Clock) -> None:
    world = found()
    held, alice = hold_draft(world, at), Member(world)
    asked = alice.get("draft_external", held.id)
    assert "It is on its way now. It will not be sent from here then." in asked.text
    alice.post("draft_external", held.id)
    assert drafts(world)[0].goes_at is None
    assert depart_due(world.id, at=at + HOLD) == 0


def test_what_is_known_is_noted_and_noted_anew(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at, ExternalInput()), Member(world)
    form = alice.get("draft_external_details", draft.id)
    assert (form.field("number"), form.field("paid_on"), form.field("paid_by")) == ("", "", "")
    page = alice.post(
        "draft_external_details",
        draft.id,
        number="T-77",
        paid_on="2026-06-15",
        paid_by="Vipps",
    )
    assert page.said == "The details are noted."
    assert known(drafts(world)[0]) == ("T-77", date(2026, 6, 15), "Vipps")
    assert "Invoiced externally, paid yesterday" in page.text
    assert "Number of the invoice T-77 Paid on 15 June 2026 How it was paid Vipps" in page.text
    assert "Change payment details" in page.text
    form = alice.get("draft_external_details", draft.id)
    assert (form.field("number"), form.field("paid_on")) == ("T-77", "2026-06-15")
    empty = {"number": "", "paid_on": "", "paid_by": ""}
    alice.post("draft_external_details", draft.id, **empty)
    assert known(drafts(world)[0]) == ("", None, "")


def test_what_cannot_be_stands_beside_its_field(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at), Member(world)
    before = drafts(world)[0]
    typed = {"number": "T-78", "paid_on": "2026-06-17", "paid_by": "Cash"}
    page = alice.post("draft_external_details", draft.id, **typed)
    assert page.status == 422
    assert page.error_of("paid_on") == "The day of payment lies in the future."
    assert (page.field("number"), page.field("paid_on")) == ("T-78", "2026-06-17")
    assert known(drafts(world)[0]) == known(before)


def test_details_are_those_of_a_record_only(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = world.draft(at=at), Member(world)
    page = alice.post("draft_external_details", draft.id, number="T-77")
    assert page.path == alice.url("draft", draft.id)
    assert drafts(world)[0].external_at is None


def test_back_to_draft(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at, ExternalInput("T-77")), Member(world)
    for _press in range(2):
        page = alice.post("draft_internal", draft.id)
        assert page.said == "It is a draft again. Nobody was sent anything."
        assert "Finalize Invoice" in page.text
    assert (drafts(world)[0].external_at, known(drafts(world)[0])) == (None, ("", None, ""))
    assert history(world, draft.id)[-1] == "draft.internalised"


def test_with_a_payment_noted_it_stays_and_says_why(
    world: World, at: datetime, clock: Clock
) -> None:
    draft, alice = marked(world, at), Member(world)
    page = alice.get("draft", draft.id)
    assert page.html.count("item shut") == 2
    assert STAYS in page.text
    for name in ("draft_internal", "draft_delete"):
        page = alice.post(name, draft.id)
        assert (page.path, page.said) == (alice.url("draft", draft.id), STAYS)
    assert drafts(world)[0].external_at == at


def test_no_page_makes_a_paper_of_it(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at), Member(world)
    alice.get("draft", draft.id)
    for name in ("draft_finalise", "draft_copy"):
        page = alice.post(name, draft.id, once="a" * 32)
        assert (page.path, page.said) == (alice.url("draft", draft.id), NOT_FROM_HERE)
    pdf = Seen(alice.client.get(alice.url("draft_preview", draft.id), follow=True))
    assert (pdf.path, pdf.said) == (alice.url("draft", draft.id), NOT_FROM_HERE)
    assert (len(drafts(world)), documents(world)) == (1, [])


def test_its_price_and_recipient_can_be_changed(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at, ExternalInput("T-77")), Member(world)
    page = alice.post("draft_price", draft.id, version=2, **{price_field(world, draft): "990"})
    assert page.said == "The price is changed."
    assert "Total €1,242.45" in page.text
    assert drafts(world)[0].external_at == at


def test_its_editor_speaks_of_no_sending(world: World, at: datetime, clock: Clock) -> None:
    record, plain = marked(world, at), world.draft(at=at)
    alice = Member(world)
    page = alice.get("draft_edit", record.id)
    assert "It is invoiced externally. Nothing is sent from here." in page.text
    assert "Save and preview" not in page.text
    assert "Save and preview" in alice.get("draft_edit", plain.id).text


def test_a_record_can_be_deleted(world: World, at: datetime, clock: Clock) -> None:
    draft, alice = marked(world, at, ExternalInput("T-77")), Member(world)
    page = alice.post("draft_delete", draft.id)
    assert page.said == "The draft is deleted. No number was used."
    assert drafts(world) == []


def test_it_is_found_under_its_own_state(world: World, at: datetime, clock: Clock) -> None:
    record, plain = marked(world, at), world.draft(at=at)
    alice = Member(world)
    page = alice.get("invoices", state="drafts")
    assert "Drafts 1" in page.part(r'<nav class="tabs" aria-label="By state">.*?</nav>')
    assert str(plain.id) in page.html
    assert str(record.id) not in page.html
    page = alice.get("invoices", state="external")
    tabs = page.part(r'<nav class="tabs" aria-label="By state">.*?</nav>')
    assert tabs.endswith("Owed back 0 Invoiced externally 1")
    row = page.part(r"<tbody.*?</tbody>")
    assert row.startswith("Daisy Duck Carpentry T-77 Invoiced externally, paid yesterday €1,255.00")
    assert str(plain.id) not in page.html
    for text, hits in (("T-7", 1), ("Daisy", 1), ("U-7", 0)):
        page = alice.get("invoices", state="external", q=text)
        assert page.html.count('class="row-link"') == hits
    assert "the number of the external invoice" in page.text
    home = alice.get("home")
    assert "1 draft is not finished yet" in home.text


def test_where_nothing_is_invoiced_elsewhere_no_tab_speaks_of_it(
    at: datetime, clock: Clock
) -> None:
    world = found()
    alice = Member(world)
    assert "Invoiced externally" not in alice.get("invoices").text
    assert "Nothing is invoiced externally." in alice.get("invoices", state="external").text
    marked(world, at)
    assert "Invoiced externally" in alice.get("invoices").text
    assert "Invoiced externally" in alice.get("invoices", q="Daisy").text


def test_the_client_s_list_shows_drafts_and_records(
    world: World, at: datetime, clock: Clock
) -> None:
    """What waits for a decision stands first; the rest by its age; sums are of invoices only."""
    plain = world.draft(at=at)
    invoice = world.invoice(at=at)
    record = marked(world, at)
    page = Member(world).get("client_invoices", world.daisy.id)
    links = re.findall(r'class="row-link" href="[^"]*/([0-9a-f-]{36})/"', page.html)
    assert links == [str(plain.id), str(record.id), str(invoice.id)]
    assert "T-77 Invoiced externally, paid yesterday" in page.text
    assert "1 invoice shown €1,255.00 €1,255.00" in page.text
    strange = found()
    assert "T-77" not in Member(strange).get("client_invoices", strange.daisy.id).text


def credit(world: World, at: datetime, **form: str) -> tuple[Seen, str]:
    invoice, alice = world.invoice(at=at), Member(world)
    asked = alice.get("invoice_credit", invoice.id)
    filled = {"reason": "other", "next": "external", "once": asked.field("once")}
    return alice.post("invoice_credit", invoice.id, **(filled | form)), asked.text


def test_the_credit_dialog_offers_it_in_a_practice(
    world: World, at: datetime, clock: Clock
) -> None:
    page, asked = credit(world, at)
    assert "Invoice it externally" in asked
    assert "Credit note 2026-K1 is made." in page.said
    assert "See what is invoiced externally" in page.said
    assert "See draft" not in page.said
    chain = page.part(r'<section class="chain".*?</section>')
    assert "Invoiced externally €1,255.00 externally" in chain
    assert "See draft" not in page.text
    assert drafts(world)[0].external_at == at
    other, asked = credit(found(), at)
    assert "Invoice it externally" not in asked
    assert other.status == 422


def test_the_credit_dialog_foresees_it(world: World, at: datetime, clock: Clock) -> None:
    invoice = world.invoice(at=at)
    asked = Member(world).get("invoice_credit", invoice.id, reason="other", next="external")
    assert "A record of what you invoice externally stays here." in asked.text
    assert "ready to be changed." not in asked.part(r'<[^>]*id="foreseen".*')


def test_on_hold_the_draft_says_what_becomes_of_it(at: datetime, clock: Clock) -> None:
    world = found(wording="practice")
    invoice, alice = world.invoice(at=at), Member(world)
    request = CreditRequest(Reason.OTHER, follow_up=FollowUp.EXTERNAL)
    credit_invoice(invoice.id, request, who=world.who(), at=at)
    (draft,) = drafts(world)
    page = alice.get("draft", draft.id)
    assert "It is marked as invoiced externally when the credit note leaves, at 12:32." in page.text
    alice.post("draft_external", draft.id)
    page = alice.get("draft", draft.id)
    assert "The credit note leaves at 12:32. If it is taken back, so is this." in page.text
    pay(world, invoice, 100, at=at + timedelta(minutes=1))
    assert "Finalize Invoice" in alice.get("draft", draft.id).text


def test_who_only_reads_sees_it_and_does_nothing(world: World, at: datetime, clock: Clock) -> None:
    record, plain = marked(world, at), world.draft(at=at)
    bob = Member(world, world.bob)
    page = bob.get("draft", record.id)
    assert WHAT in page.text
    assert "Vipps" in page.text
    for word in ("payment details", "Back to draft", "Delete"):
        assert word not in page.text
    assert "Invoice Externally" not in bob.get("draft", plain.id).text
    assert "What can be done:" not in bob.get("invoices", state="external").text
    before = everything(world)
    for name in ("draft_external", "draft_external_details", "draft_internal"):
        assert bob.post(name, record.id, version=2, number="X").status == 403
        assert bob.post(name, plain.id, version=1).status == 403
    assert everything(world) == before
