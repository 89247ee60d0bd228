"""The editor without a script: every button keeps what was typed, and saving says what is wrong."""

import re
import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.conf import settings

from storno.catalogue.save import ServiceInput, create_service
from storno.clients.models import Client
from storno.clients.save import archive_client
from storno.corrections.depart import depart_due
from storno.diary.amend import amend_draft
from storno.diary.drop import delete_draft
from storno.documents.draft import entered_in
from storno.documents.models import Document, Draft
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.conftest import Clock
from tests.deeds import CORRECT, HOLD, hold_credit, hold_draft
from tests.web.papers.member import Member, Seen, id_in
from tests.world import World, found, line

LINE = {
    "lines-0-description": "Oak table",
    "lines-0-quantity": "1,5",
    "lines-0-unit": "pcs",
    "lines-0-unit_price": "1 200,00",
    "lines-0-tax": "standard:25.5",
}


def drafts(world: World) -> list[Draft]:
    with scope(world.id):
        return list(Draft.objects.filter(organization_id=world.id).order_by("id"))


def form(world: World, **changed: str) -> dict[str, str]:
    """What the form sends: one line for Daisy, delivered today."""
    head = {"recipient": str(world.daisy.id), "delivered_on": "2026-06-16", "version": ""}
    return {**head, **LINE, **changed}


def descriptions(page: Seen) -> list[str]:
    return re.findall(r'name="lines-\d+-description" value="([^"]*)"', page.html)


def test_a_draft_is_written_and_saved(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    page = member.post("draft_new", **form(world, due_in_days="30", opening_text="Thank you!"))
    (draft,) = drafts(world)
    assert id_in(page.path) == draft.id
    assert "Draft for Daisy Duck" in page.text
    assert "Oak table 1,5 pcs · 1 200,00 · 25,5 % 1,5 pcs 1 200,00 25,5 % 1 800,00" in page.text
    with scope(world.id):
        entered = entered_in(draft)
    (only,) = entered.lines
    assert (only.description, only.quantity, only.unit) == ("Oak table", Decimal("1.5"), "pcs")
    assert (only.unit_price, only.tax_rate) == (Decimal("1200"), Decimal("25.5"))
    assert (only.delivered_on, entered.delivered_on) == (None, date(2026, 6, 16))
    assert (entered.due_in_days, entered.opening_text) == (30, "Thank you!")
    assert (entered.channel, entered.language) == ("email", "fi")


def test_a_form_sent_twice_makes_one_draft(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    once = member.get("draft_new").field("once")
    first = member.post("draft_new", **form(world, once=once))
    second = member.post("draft_new", **form(world, once=once))
    assert first.path == second.path
    assert len(drafts(world)) == 1


def test_lines_come_and_go_and_nothing_typed_is_lost(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    added = member.post("draft_new", **form(world, add="1", closing_text="Bye & thanks"))
    assert added.field("lines-1-quantity") == "1"
    assert added.field("lines-0-quantity") == "1,5"
    assert added.field("lines-0-unit_price") == "1 200,00"
    assert "Bye &amp; thanks" in added.html
    assert 'class="errorlist"' not in added.html
    second = {
        "lines-1-description": "Bench",
        "lines-1-quantity": "x",
        "lines-1-unit_price": "10",
        "lines-1-tax": "standard:13.5",
    }
    removed = member.post("draft_new", **form(world, remove_line="0"), **second)
    assert descriptions(removed) == ["Bench"]
    assert removed.field("lines-0-quantity") == "x"
    assert '<option value="standard:13.5" selected>' in removed.html
    assert drafts(world) == []


def test_a_recipient_is_sought_chosen_and_changed(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    sought = member.post("draft_new", **form(world, recipient="", sought="dais", find="1"))
    assert f'name="choose" value="{world.daisy.id}"' in sought.html
    assert sought.field("lines-0-description") == "Oak table"
    nobody = member.post("draft_new", **form(world, recipient="", sought="zzz"))
    assert "Nobody was found." in nobody.text
    chosen = member.post("draft_new", **form(world, recipient="", choose=str(world.daisy.id)))
    assert chosen.field("recipient") == str(world.daisy.id)
    assert "As usual: by e-mail to daisy@example.com" in chosen.text
    assert "As usual: Finnish" in chosen.text
    forgotten = member.post("draft_new", **form(world, forget="1"))
    assert 'name="recipient"' not in forgotten.html
    assert drafts(world) == []


def test_a_new_draft_can_begin_with_its_recipient(at: datetime, clock: Clock) -> None:
    world = found()
    page = Member(world).get("draft_new", recipient=str(world.daisy.id))
    assert page.field("recipient") == str(world.daisy.id)


CAFE = {
    "kind": "company",
    "name": "Café Pulla Oy",
    "email": "office@pulla.example",
    "street": "Kauppakatu 3",
    "postcode": "40100",
    "city": "Jyväskylä",
    "country": "FI",
    "language": "fi",
}


def test_a_client_is_entered_in_the_middle_of_a_draft(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    typed = form(world, recipient="", sought=" Café Pulla ", closing_text="Bye", channel="none")
    asked = member.post("draft_new", **typed, new_client="1")
    assert asked.field("name") == "Café Pulla"
    assert drafts(world) == []
    address = asked.path
    wrong = Seen(member.client.post(address, {**CAFE, "email": "x"}))
    assert (wrong.status, wrong.field("name")) == (422, "Café Pulla Oy")
    back = re.search(r'href="([^"]*kept=[0-9a-f]+)"', asked.html)
    assert back
    kept = Seen(member.client.get(back[1]))
    assert (descriptions(kept), kept.field("sought")) == (["Oak table"], "Café Pulla")
    once = asked.field("once")
    pages = [Seen(member.client.post(address, {**CAFE, "once": once}, follow=True)) for _ in "12"]
    with scope(world.id):
        made = Client.objects.get(organization_id=world.id, name="Café Pulla Oy")
    for page in pages:
        assert page.field("recipient") == str(made.id)
        assert (descriptions(page), page.field("lines-0-unit_price")) == (
            ["Oak table"],
            "1 200,00",
        )
        assert ">\nBye</textarea>" in page.html
    assert drafts(world) == []


def test_without_a_client_to_come_back_with_all_stays_as_typed(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    draft = world.draft(at=at)
    asked = member.post("draft_edit", draft.id, **form(world, recipient="", new_client="1"))
    back = re.search(r'href="([^"]*)\?kept=([0-9a-f]+)"', asked.html)
    assert back
    assert back[1] == member.url("draft_edit", draft.id)
    assert descriptions(member.get("draft_edit", draft.id, kept=back[2])) == ["Oak table"]
    # What waits for one draft is not put into another.
    assert descriptions(member.get("draft_new", kept=back[2])) == []
    assert descriptions(member.get("draft_new", kept="no")) == []


def test_a_saved_draft_changes_over_to_a_new_client(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    draft = world.draft(at=at)
    address = re.search(
        r'href="([^"]*clie[^"]*)" hx-get', member.get("draft_recipient", draft.id).html
    )
    assert address
    page = Seen(member.client.post(address[1], CAFE, follow=True))
    assert (page.path, page.said) == (member.url("draft", draft.id), "The recipient is changed.")
    (changed,) = drafts(world)
    with scope(world.id):
        assert changed.recipient is not None
        assert changed.recipient.name == "Café Pulla Oy"


@pytest.mark.parametrize("became", ["deleted", "went out", "leaving", "incomplete"])
def test_a_client_for_a_draft_that_cannot_take_it_is_saved_all_the_same(
    at: datetime, clock: Clock, became: str
) -> None:
    world = found()
    member = Member(world)
    draft = hold_draft(world, at)
    address = f"{member.url('draft_client')}?draft={draft.id}"
    once, sent = Seen(member.client.get(address)).field("once"), dict(CAFE)
    why = "This invoice has already gone out, so it can no longer be changed."
    status, ends = 200, member.url("draft", draft.id)
    if became == "deleted":
        delete_draft(draft.id, who=world.who(), at=at)
        why, status = "", 410
    elif became == "incomplete":
        sent["street"] = ""
        why = "The recipient's postal address is missing; the law asks for it."
    else:
        clock.now = at + HOLD
    if became == "went out":
        depart_due(world.id, at=clock.now)
        with scope(world.id):
            ends = member.url("invoice", Document.objects.get(organization_id=world.id).id)
    for _press in range(2):
        page = Seen(member.client.post(address, {**sent, "once": once}, follow=True))
        assert (page.status, page.path) == (status, ends)
        assert page.said.startswith(f"Café Pulla Oy is saved. {why}".strip())
        if became == "deleted":
            assert page.said == "Café Pulla Oy is saved."
            assert page.text.startswith("Alice deleted this draft today at 12:12.")
    with scope(world.id):
        assert Client.objects.filter(organization_id=world.id, name="Café Pulla Oy").count() == 1
    for left in drafts(world):
        assert (left.recipient_id, left.version, left.goes_at) == (world.daisy.id, 1, at + HOLD)


def test_an_empty_search_finds_no_fault(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    archive_client(world.daisy.id, who=world.who(), at=at)
    for page in (
        member.get("draft_new"),
        member.post("draft_new", **form(world, recipient="", sought="  ", find="1")),
    ):
        assert "Nobody was found." not in page.text
        assert "New customer" in page.text
    sought = member.post("draft_new", **form(world, recipient="", sought="x", find="1"))
    assert "Nobody was found." in sought.text


def test_what_was_sent_after_the_session_was_over_waits_for_the_sign_in(
    at: datetime, clock: Clock
) -> None:
    world = found()
    member = Member(world)
    typed = form(world, once=member.get("draft_new").field("once"))
    member.client.logout()
    answer = member.client.post(member.url("draft_new"), typed)
    onward = unquote(answer["Location"].removeprefix("/account/login/?next="))
    assert onward.startswith("/account/onward/")
    assert drafts(world) == []
    member.client.force_login(world.alice, settings.AUTHENTICATION_BACKENDS[0])
    session = member.client.session
    session["storno_signed_in_at"] = time.time()
    session.save()
    page = Seen(member.client.get(onward))
    # Nobody knows whether it is the same person, so nothing is sent on without a press.
    assert "data-onward" not in page.html
    assert f'action="{member.url("draft_new")}"' in page.html
    assert (page.field("lines-0-description"), drafts(world)) == ("Oak table", [])
    member.post("draft_new", **{name: page.field(name) for name in typed})
    assert len(drafts(world)) == 1


def test_a_stranger_is_not_given_room_without_end(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    member.client.logout()
    answer = member.client.post(member.url("draft_new"), form(world, closing_text="x" * 100_001))
    assert answer["Location"] == f"/account/login/?next={member.url('draft_new')}"


def test_a_service_of_the_catalogue_becomes_a_line(at: datetime, clock: Clock) -> None:
    world = found()
    service = create_service(
        ServiceInput(
            name="Sanding, two coats",
            name_on_papers="Sanding",
            unit="h",
            unit_price=Decimal("62.50"),
            price_includes_tax=True,
            tax_category=TaxCategory.STANDARD,
            tax_rate=Decimal("13.5"),
        ),
        who=world.who(),
        at=at,
    )
    member = Member(world)
    page = member.post("draft_new", **form(world, service=str(service.id), pick="1"))
    assert page.field("lines-1-description") == "Sanding"
    assert page.field("lines-1-unit_price") == "62.50"
    assert '<option value="standard:13.5" selected>' in page.html
    assert "checked" in page.part_of("lines-1-includes_tax")


def test_totals_are_those_that_will_be_issued(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    second = {
        "lines-1-description": "",
        "lines-1-quantity": "3",
        "lines-1-unit_price": "3.35",
        "lines-1-tax": "standard:13.5",
    }
    third = {"lines-2-quantity": "x", "lines-2-unit_price": "1", "lines-2-tax": "standard:13.5"}
    typed = {**form(world), **second, **third, "reckon": "1"}
    whole = member.post("draft_new", **typed)
    assert (whole.status, whole.field("lines-2-quantity")) == (200, "x")
    answer = member.client.post(member.url("draft_new"), typed, headers={"HX-Request": "true"})
    totals = Seen(answer)
    assert totals.text == (
        "Net €1,810.05 VAT 25.5% €459.00 VAT 13.5% €1.36 To pay €2,270.41 "
        "Without 1 line that cannot be read yet. €1,800.00 €10.05"
    )
    assert 'id="lines-1-amount" hx-swap-oob="true"' in totals.html
    assert drafts(world) == []


def test_what_cannot_be_printed_is_said_while_one_types(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    typed = form(world, closing_text="🙏", **{"lines-0-description": "Cake 山"})
    told = "The invoice cannot show 🙏. It prints “�” instead."
    for page in (
        Seen(
            member.client.post(
                member.url("draft_new"), {**typed, "reckon": "1"}, headers={"HX-Request": "true"}
            )
        ),
        member.post("draft_new", **typed, add="1"),
        member.post("draft_new", **typed),
    ):
        assert told in page.text
        assert "The invoice cannot show 山. It prints “�” instead." in page.text
    assert len(drafts(world)) == 1


def test_what_is_wrong_stands_beside_its_field_and_is_kept(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    long = "x" * 301
    for field, typed, said in (
        ("lines-0-description", "", "Say what was done or sold."),
        ("lines-0-description", long, "At most 300 characters."),
        ("lines-0-description", "a\u202eb", "Remove the unprintable characters."),
        ("lines-0-quantity", "0", "The quantity must be more than 0."),
        ("lines-0-quantity", "-1", "Enter a number that is not negative."),
        ("lines-0-quantity", "99999999999", "At most 9,999,999.9999."),
        ("lines-0-quantity", "1.00001", "At most 4 decimals."),
        ("lines-0-unit_price", "NaN", "Enter a number, like 125.50."),
        ("lines-0-unit_price", "1e3", "Enter a number, like 125.50."),
        ("lines-0-unit_price", "-5", "Enter a number that is not negative."),
        ("lines-0-unit", "y" * 21, "At most 20 characters."),
        ("lines-0-discount_percent", "101", "At most 100."),
        ("lines-0-delivered_on", "2090-01-01", "The delivery day is too far away. Check the year."),
        ("due_in_days", "3", None),
        ("due_in_days", "soon", "Enter a whole number."),
        ("deliver_to", "nobody@", "Enter an e-mail address like anna@example.com."),
        ("opening_text", "z" * 1001, "At most 1000 characters."),
    ):
        page = member.post("draft_new", **form(world, **{field: typed}))
        assert page.status == 422, (field, typed)
        if said is not None:
            assert page.error_of(field) == said, (field, typed)
        if field != "opening_text":
            assert page.field(field) == typed
        assert "Please mend this first" in page.text
    assert drafts(world) == []


def test_all_that_is_wrong_is_named_at_once(at: datetime, clock: Clock) -> None:
    world = found()
    second = {
        "lines-1-description": "Bench",
        "lines-1-quantity": "0",
        "lines-1-unit_price": "much",
        "lines-1-tax": "standard:13.5",
    }
    wrong = {"lines-0-quantity": "-3", "due_in_days": "400", "deliver_to": "nobody@"}
    page = Member(world).post("draft_new", **form(world, **wrong, **second))
    assert page.status == 422
    for field, said in (
        ("due_in_days", "At most 365 days to pay."),
        ("lines-0-quantity", "Enter a number that is not negative."),
        ("lines-1-quantity", "The quantity must be more than 0."),
        ("lines-1-unit_price", "Enter a number, like 125.50."),
        ("deliver_to", "Enter an e-mail address like anna@example.com."),
    ):
        assert page.error_of(field) == said, field
    assert page.html.count('class="errorlist"') == 5
    assert drafts(world) == []


@pytest.mark.parametrize("field", ["delivered_on", "lines-0-delivered_on"])
def test_no_fault_is_found_with_what_hangs_on_what_cannot_be_read(
    at: datetime, clock: Clock, field: str
) -> None:
    world = found()
    typed = {field: "soon", "lines-0-tax": "standard:24", "lines-0-quantity": "0"}
    page = Member(world).post("draft_new", **form(world, **typed))
    assert (page.status, page.error_of(field)) == (422, "Enter a valid date.")
    assert page.error_of("lines-0-quantity") == "The quantity must be more than 0."
    assert page.html.count('class="errorlist"') == 2
    assert drafts(world) == []


def test_a_rate_that_was_not_in_force_is_refused_and_named(at: datetime, clock: Clock) -> None:
    world = found()
    page = Member(world).post("draft_new", **form(world, delivered_on="2024-08-31"))
    assert page.status == 422
    assert page.error_of("lines-0-tax").startswith(
        "This VAT rate was not in force on the delivery day."
    )
    assert '<option value="standard:25.5" selected>' in page.html
    assert '<option value="standard:24">' in page.html
    made_up = Member(world).post("draft_new", **form(world, **{"lines-0-tax": "standard:99"}))
    assert (made_up.status, drafts(world)) == (422, [])
    nonsense = Member(world).post("draft_new", **form(world, **{"lines-0-tax": "gold:x"}))
    assert (nonsense.status, drafts(world)) == (422, [])


def test_html_and_four_byte_text_are_words(at: datetime, clock: Clock) -> None:
    world = found()
    text = "<script>alert('🪵')</script>"
    page = Member(world).post("draft_new", **form(world, **{"lines-0-description": text}))
    assert text in page.text or "&lt;script&gt;alert" in page.html
    assert "<script>alert" not in page.html
    assert len(drafts(world)) == 1


def test_too_many_lines_are_refused_in_a_sentence(at: datetime, clock: Clock) -> None:
    world = found()
    many = {
        f"lines-{place}-{name}": value
        for place in range(501)
        for name, value in (
            ("description", "x"),
            ("quantity", "1"),
            ("unit_price", "1"),
            ("tax", "standard:25.5"),
        )
    }
    page = Member(world).post("draft_new", **form(world, **many))
    assert page.status == 422
    assert "A document has at most 500 lines. Split it into several." in page.text
    assert drafts(world) == []


def test_an_editor_that_grew_stale_keeps_what_was_typed(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    opened = member.get("draft_edit", draft.id)
    amend_draft(draft.id, lambda entered: entered, who=world.who(), at=at)
    typed = form(world, version=opened.field("version"))
    stale = member.post("draft_edit", draft.id, **typed)
    assert stale.status == 409
    assert "This draft was changed in another window after you opened it." in stale.text
    assert stale.field("lines-0-description") == "Oak table"
    with scope(world.id):
        assert entered_in(draft).lines[0].description == "Carpentry"
    typed["version"] = stale.field("version")
    saved = member.post("draft_edit", draft.id, **typed)
    assert saved.said == "The draft is saved."
    with scope(world.id):
        assert entered_in(draft).lines[0].description == "Oak table"


def test_what_was_typed_in_a_deleted_draft_becomes_a_new_one(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    delete_draft(draft.id, who=world.who(), at=at)
    typed = form(world, version="1", closing_text="Bye & thanks")
    added = member.post("draft_edit", draft.id, **typed, add="1")
    gone = member.post("draft_edit", draft.id, **typed)
    for page, status in ((added, 200), (gone, 410)):
        assert page.status == status
        assert (
            "Alice deleted this draft today at 12:12. What you typed still stands here, but is "
            "not saved. Save it, and it becomes a new draft."
        ) in page.text
        assert f'method="post" action="{member.url("draft_new")}"' in page.html
        assert descriptions(page) == ["Oak table"]
        assert (page.field("recipient"), page.field("lines-0-unit_price")) == (
            str(world.daisy.id),
            "1 200,00",
        )
        assert ">\nBye &amp; thanks</textarea>" in page.html
    assert added.field("lines-1-quantity") == "1"
    assert drafts(world) == []
    member.post("draft_new", **typed, once=gone.field("once"))
    (saved,) = drafts(world)
    assert (saved.id == draft.id, saved.closing_text) == (False, "Bye & thanks")


def test_what_was_typed_in_a_deleted_corrected_draft_still_names_its_invoice(
    at: datetime, clock: Clock
) -> None:
    world = found()
    member = Member(world)
    invoice = world.invoice(at=at)
    held = hold_credit(world, invoice, CORRECT, at=at)
    assert held.corrected is not None
    delete_draft(held.corrected.id, who=world.who(), at=at)
    gone = member.post("draft_edit", held.corrected.id, **form(world, version="1"))
    assert gone.field("instead_of") == str(held.corrected.id)
    kept = form(world, once=gone.field("once"), instead_of=gone.field("instead_of"))
    added = member.post("draft_new", **kept, add="1")
    assert added.field("instead_of") == str(held.corrected.id)
    page = member.post("draft_new", **kept)
    assert "It leaves no earlier than the credit note, at 12:32." in page.text
    assert "Corrected draft €2,259.00" in page.text
    assert member.post("draft_new", **kept).path == page.path
    (saved,) = [draft for draft in drafts(world) if draft.kind == "invoice"]
    assert (saved.replaces_id, saved.waits_for_id) == (invoice.id, held.draft.id)
    member.post("draft_new", **form(world, instead_of="x"))
    assert drafts(world)[-1].replaces_id is None


@pytest.mark.parametrize("worker_sleeps", [True, False])
def test_what_was_typed_in_a_draft_that_went_out_becomes_a_new_one(
    at: datetime, clock: Clock, worker_sleeps: bool
) -> None:
    world = found()
    draft = hold_draft(world, at)
    member = Member(world)
    opened = member.get("draft_edit", draft.id)
    clock.now = at + HOLD
    if not worker_sleeps:
        assert depart_due(world.id, at=at + HOLD) == 1
    late = member.post("draft_edit", draft.id, **form(world, version=opened.field("version")))
    assert late.status == 409
    assert (
        "This invoice has already gone out, so it can no longer be changed. What you typed still "
        "stands here, but is not saved. See what went out . Save it, and it becomes a new draft."
    ) in late.text
    with scope(world.id):
        issued = [document.id for document in Document.objects.filter(organization_id=world.id)]
    led = member.url("draft", draft.id) if worker_sleeps else member.url("invoice", *issued)
    assert f'<a href="{led}" target="_blank">' in late.html
    assert f'method="post" action="{member.url("draft_new")}"' in late.html
    assert descriptions(late) == ["Oak table"]
    assert len(drafts(world)) == (1 if worker_sleeps else 0)


def test_changing_the_day_of_a_draft_changes_the_day_of_its_lines(
    at: datetime, clock: Clock
) -> None:
    world = found()
    draft = world.draft(line(), line("5.00"), at=at)
    member = Member(world)
    opened = member.get("draft_edit", draft.id)
    assert opened.field("delivered_on") == "2026-06-16"
    assert opened.field("lines-0-delivered_on") == ""
    member.post("draft_edit", draft.id, **form(world, delivered_on="2026-06-01", version="1"))
    with scope(world.id):
        entered = entered_in(Draft.objects.get(id=draft.id))
    assert entered.delivered_on == date(2026, 6, 1)
    assert [each.delivered_on for each in entered.lines] == [None]


def test_a_seller_outside_the_register_is_offered_no_rate(at: datetime, clock: Clock) -> None:
    world = found(zero_rate_open=True, reverse_charge_open=True)
    leave_the_register(world)
    page = Member(world).get("draft_new")
    assert "standard:" not in page.html
    assert '<option value="outside_scope:" selected>' in page.html
    assert '<option value="exempt:"' in page.html
    assert '<option value="zero:' not in page.html
    assert '<option value="reverse_charge:' not in page.html


def leave_the_register(world: World) -> None:
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(vat_registered=False)


def test_a_seller_outside_the_register_is_asked_nothing_about_vat_in_a_price(
    at: datetime, clock: Clock
) -> None:
    world = found()
    leave_the_register(world)
    service = create_service(
        ServiceInput(
            name="Sanding",
            unit_price=Decimal("62.50"),
            price_includes_tax=True,
            tax_category=TaxCategory.OUTSIDE_SCOPE,
        ),
        who=world.who(),
        at=at,
    )
    member = Member(world)
    typed = form(world, service=str(service.id), **{"lines-0-tax": "outside_scope:"})
    page = member.post("draft_new", **typed, pick="1")
    assert "The price includes VAT" not in page.text
    assert "To pay €1,862.50" in page.text
    assert "Net" not in page.text
    kept = {name: page.field(name) for name in ("lines-0-includes_tax", "lines-1-includes_tax")}
    assert list(kept.values()) == ["", "on"]
    added = member.post("draft_new", **sent_again(page), add="1")
    assert {name: added.field(name) for name in kept} == kept
    member.post("draft_new", **sent_again(added))
    (draft,) = drafts(world)
    with scope(world.id):
        lines = entered_in(draft).lines
    assert [each.includes_tax for each in lines] == [False, True]
    dialog = member.get("draft_price", draft.id)
    assert dialog.field(f"price-{lines[1].id}") == "62.50"
    assert "VAT" not in dialog.text


def sent_again(page: Seen) -> dict[str, str]:
    """What the editor sends of its lines when nothing is typed."""
    names = re.findall(r'<input[^>]* name="(recipient|delivered_on|lines-[01]-[a-z_]+)"', page.html)
    typed = {name: page.field(name) for name in names if "checkbox" not in page.part_of(name)}
    return typed | {f"lines-{place}-tax": "outside_scope:" for place in "01"}


def test_work_is_marked_only_where_the_law_asks(at: datetime, clock: Clock) -> None:
    assert "For the household deduction" in Member(found()).get("draft_new").text
    assert "For the household deduction" not in Member(found("NO")).get("draft_new").text


def test_a_reader_writes_no_draft(at: datetime, clock: Clock) -> None:
    world = found()
    bob = Member(world, world.bob)
    assert bob.get("draft_new").status == 403
    refused = bob.post("draft_new", **form(world))
    assert (refused.status, drafts(world)) == (403, [])


def test_another_delivery_day_brings_the_nearest_rate_of_that_day(
    at: datetime, clock: Clock
) -> None:
    world = found()
    second = {"lines-1-unit_price": "1", "lines-1-tax": "exempt:"}
    page = Member(world).post(
        "draft_new", **form(world, delivered_on="2024-08-31", redate="1"), **second
    )
    assert page.status == 200
    assert '<option value="standard:24" selected>' in page.html
    assert '<option value="exempt:" selected>' in page.html
    assert "VAT 24% €432.00" in page.text


def test_on_hold_the_editor_says_that_saving_starts_the_wait_anew(
    at: datetime, clock: Clock
) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    said = "It is on its way: saving starts the wait anew."
    assert said not in member.get("draft_edit", draft.id).text
    member.post("draft_finalise", draft.id)
    assert said in member.get("draft_edit", draft.id).text


def test_a_line_that_was_only_added_is_not_found_fault_with(at: datetime, clock: Clock) -> None:
    world = found()
    blank = {"lines-1-quantity": "1", "lines-1-tax": "standard:25.5"}
    member = Member(world)
    wrong = member.post("draft_new", **form(world, **{"lines-0-quantity": "x"}), **blank)
    assert wrong.error_of("lines-0-quantity") == "Enter a number, like 125.50."
    assert wrong.error_of("lines-1-description") == ""
    assert wrong.text.count("Line 2") == 1
    saved = member.post("draft_new", **form(world), **blank)
    assert saved.status == 200
    (draft,) = drafts(world)
    with scope(world.id):
        assert len(entered_in(draft).lines) == 1


def test_what_is_more_than_a_draft_may_have_is_kept(at: datetime, clock: Clock) -> None:
    """Ten thousand lines: 500 are shown, the others wait until some are removed."""
    world = found()
    member = Member(world)
    lines = {
        f"lines-{place}-{name}": value
        for place in range(10_000)
        for name, value in (
            ("description", f"Table {place}"),
            ("quantity", "1"),
            ("unit", "pcs"),
            ("unit_price", "12.50"),
            ("tax", "standard:25.5"),
            ("includes_tax", ""),
            ("discount_percent", ""),
            ("delivered_on", ""),
            ("work", ""),
        )
    }
    sent = form(world) | lines
    page = member.post("draft_new", **sent)
    assert page.status == 422
    assert "A document has at most 500 lines. Split it into several." in page.text
    assert drafts(world) == []
    assert page.field("lines-499-description") == "Table 499"
    assert 'type="hidden" name="lines-9999-description" value="Table 9999"' in page.html
    assert "Further lines that you entered are kept" in page.text
    assert len(descriptions(page)) == 10_000
    few = {name: value for name, value in sent.items() if not re.match(r"lines-\d{4}", name)}
    few = {name: value for name, value in few.items() if not re.match(r"lines-[5-9]\d\d", name)}
    next_one = {"lines-500-description": "Table 500", "lines-500-unit_price": "1"}
    then = member.post("draft_new", **few, **next_one, remove_line="0")
    assert then.status == 200
    assert then.field("lines-499-description") == "Table 500"
    assert "Further lines" not in then.text


@pytest.mark.parametrize(
    "tax", ["standard:1e400", "standard:-1", "standard:1e-400", "standard:sNaN"]
)
def test_a_rate_that_is_none_is_found_fault_with(at: datetime, clock: Clock, tax: str) -> None:
    world = found()
    page = Member(world).post("draft_new", **form(world, **{"lines-0-tax": tax}))
    assert (page.status, drafts(world)) == (422, [])
    assert descriptions(page) == ["Oak table"]


def test_a_line_says_only_which_line_of_the_draft_it_is(at: datetime, clock: Clock) -> None:
    """What it bills is not the form's to say."""
    world = found()
    member = Member(world)
    session = uuid4()
    billing = replace(line("1.00"), source_kind="session", source_id=session)
    draft = world.draft(billing, at=at)
    typed = member.get("draft_edit", draft.id)
    sent = form(world, version="1", **{"lines-0-id": typed.field("lines-0-id")})
    member.post("draft_edit", draft.id, **sent)
    with scope(world.id):
        (only,) = entered_in(draft).lines
    assert (only.description, only.source_kind, only.source_id) == ("Oak table", "session", session)
    for made_up in (str(uuid4()), "x" * 100):
        wrong = form(world, **{"lines-0-id": made_up, "lines-0-source": f"session:{session}"})
        page = member.post("draft_new", **wrong)
        made = drafts(world)[-1]
        with scope(world.id):
            (only,) = entered_in(made).lines
        assert (page.status, only.source_kind, only.source_id) == (200, "", None)


def test_saved_over_what_was_saved_meanwhile_a_line_that_is_gone_is_a_new_one(
    at: datetime, clock: Clock
) -> None:
    world = found()
    member = Member(world)
    billing = [
        replace(line("1.00"), source_kind="session", source_id=uuid4()) for _each in range(2)
    ]
    draft = world.draft(*billing, at=at)
    with scope(world.id):
        kept, gone = entered_in(draft).lines
    typed = form(world, version="1") | {
        f"lines-{place}-{name}": value
        for place, each in enumerate((gone, kept))
        for name, value in (
            ("id", str(each.id)),
            ("description", f"Table {place}"),
            ("quantity", "1"),
            ("unit_price", "7"),
            ("tax", "standard:25.5"),
        )
    }
    amend_draft(draft.id, lambda now: replace(now, lines=(kept,)), who=world.who(), at=at)
    stale = member.post("draft_edit", draft.id, **typed)
    assert (stale.status, stale.field("version")) == (409, "2")
    saved = member.post("draft_edit", draft.id, **(typed | {"version": stale.field("version")}))
    assert saved.said == "The draft is saved."
    with scope(world.id):
        now = entered_in(draft).lines
    assert [(each.description, each.source_kind, each.source_id) for each in now] == [
        ("Table 0", "", None),
        ("Table 1", "session", kept.source_id),
    ]
    assert (now[1].id, now[0].id in (gone.id, kept.id)) == (kept.id, False)
