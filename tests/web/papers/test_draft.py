"""A draft on its page: seen, sent on its way, taken back, changed, copied, deleted."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import Client

from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import ClientKind
from storno.clients.save import ClientInput, create_client
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.diary.amend import amend_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import create_draft, entered_in
from storno.documents.models import Document, Draft
from storno.mailroom.models import Letter
from storno.organizations.models import Seller
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.conftest import Clock
from tests.deeds import CORRECT
from tests.diary.practice import practice
from tests.web.papers.member import Member, Seen, id_in
from tests.world import World, found, line

CHANGED = (
    "This draft was changed in another window after you opened it. "
    "Nothing was done. Look at it as it is now, and decide again."
)
CHOICE = re.compile(r'name="choose" value="([^"]+)".*?<strong>(.*?)</strong>', re.DOTALL)
PRICES = (("Gone", "10.00"), ("Stays", "20.00"), ("Dearer", "30.00"), ("Untouched", "40.00"))
HOLD = timedelta(minutes=20)
SECOND = timedelta(seconds=1)


def drafts(world: World) -> list[Draft]:
    with scope(world.id):
        return list(Draft.objects.filter(organization_id=world.id).order_by("id"))


def documents(world: World) -> list[Document]:
    with scope(world.id):
        return list(Document.objects.filter(organization_id=world.id).order_by("id"))


def letters(world: World) -> list[str]:
    with scope(world.id):
        found = Letter.objects.filter(organization_id=world.id).order_by("id")
        return [letter.to_address for letter in found]


def sent_by(dialog: Seen) -> dict[str, str]:
    """What the price dialog sends when nothing is typed."""
    names = re.findall(r'name="((?:version|(?:initial-)?price-|line-)[0-9a-f-]*)"', dialog.html)
    return {name: dialog.field(name) for name in names}


def entered(draft: Draft) -> DraftInput:
    with scope(draft.organization_id):
        return entered_in(draft)


def test_a_draft_is_seen_as_the_paper_it_will_be(at: datetime, clock: Clock) -> None:
    world = found()
    page = Member(world).get("draft", world.draft(at=at).id)
    assert "This is a draft. It has no number and binds nobody." in page.text
    assert "Lasku Luonnos, ei vielä laskutettu Daisy Duck" in page.text
    assert "It waits 20 minutes before it leaves." in page.text
    assert "Viitenumero" not in page.text
    pdf = Member(world).get("draft_preview", drafts(world)[0].id).response
    assert pdf.content.startswith(b"%PDF")


def test_finalising_holds_it_and_shows_when_it_leaves(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    for _press in range(2):
        page = member.post("draft_finalise", draft.id)
        assert page.path == member.url("draft", draft.id)
        assert "Processing until 12:32" in page.text
        assert "Will be sent at 12:32." in page.text
        clock.now += timedelta(minutes=1)
    assert [each.goes_at for each in drafts(world)] == [at + HOLD]
    assert (documents(world), letters(world)) == ([], [])


def test_what_was_saved_after_the_page_was_opened_is_not_sent(at: datetime, clock: Clock) -> None:
    """Neither at once nor after the hold; the way back leads to what is there now."""
    for query in ("", "&now=1"):
        world = found()
        draft = world.draft(at=at)
        member = Member(world)
        opened = f"{member.url('draft_finalise', draft.id)}?version=1"
        assert f'action="{opened}"' in member.get("draft", draft.id).html
        amend_draft(draft.id, lambda entered: entered, who=world.who(), at=at)
        refused = Seen(member.client.post(f"{opened}{query}", follow=True))
        assert refused.path == member.url("draft", draft.id)
        assert refused.said == CHANGED
        assert [each.goes_at for each in drafts(world)] == [None]
        assert (documents(world), letters(world)) == ([], [])
        now = f"{member.url('draft_finalise', draft.id)}?version=2"
        assert f'action="{now}"' in member.get("draft", draft.id).html
        member.client.post(f"{now}{query}")
        assert (len(documents(world)), len(drafts(world))) == ((1, 0) if query else (0, 1))


def test_withdrawn_it_is_a_draft_again(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    member.post("draft_finalise", draft.id)
    for _press in range(2):
        page = member.post("draft_withdraw", draft.id)
        assert page.said == "It is a draft again. Nobody was sent anything."
    assert [each.goes_at for each in drafts(world)] == [None]


def test_editing_on_hold_starts_the_hold_anew(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    member.post("draft_finalise", draft.id)
    clock.now = at + timedelta(minutes=5)
    form = {
        "recipient": str(world.daisy.id),
        "delivered_on": "2026-06-16",
        "lines-0-description": "Chair",
        "lines-0-quantity": "1",
        "lines-0-unit_price": "10",
        "lines-0-tax": "standard:25.5",
        "version": "1",
    }
    page = member.post("draft_edit", draft.id, **form)
    assert "Processing until 12:37" in page.text


def test_sent_now_it_is_an_invoice_and_its_address_leads_there(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    member.post("draft_finalise", draft.id)
    response = member.client.post(f"{member.url('draft_finalise', draft.id)}?now=1", follow=True)
    (invoice,) = documents(world)
    assert response.redirect_chain[-1][0] == member.url("invoice", invoice.id)
    assert letters(world) == ["daisy@example.com"]
    for name in ("draft", "draft_edit", "draft_price", "draft_preview", "draft_delete"):
        page = member.client.get(member.url(name, draft.id), follow=True)
        assert page.redirect_chain == [(member.url("invoice", invoice.id), 302)]
        said = "" if name == "draft" else "It has already gone out, as invoice 2026-0001."
        assert Seen(page).said == said
    for name in ("draft_finalise", "draft_withdraw", "draft_delete"):
        late = member.post(name, draft.id)
        assert late.said == (
            "It had already gone out as invoice 2026-0001, so nothing was changed."
        )
    assert len(documents(world)) == 1


def test_whose_time_has_come_is_no_draft_even_if_the_worker_sleeps(
    at: datetime, clock: Clock
) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    member.post("draft_finalise", draft.id)
    clock.now = at + HOLD
    page = member.post("draft_withdraw", draft.id)
    assert page.path == member.url("draft", draft.id)
    assert [each.goes_at for each in drafts(world)] == [at + HOLD]
    depart_due(world.id, at=clock.now)
    assert member.get("draft", draft.id).status == 302


def test_without_a_hold_it_is_issued_in_the_request(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0, default_channel="none")
    draft = world.draft(at=at)
    page = Member(world).post("draft_finalise", draft.id)
    assert page.said == (
        "Invoice 2026-0001 is made. Nothing has been sent: you decide how it goes."
    )
    assert letters(world) == []


def test_what_is_missing_is_named_with_the_way_to_mend_it(at: datetime, clock: Clock) -> None:
    world = found()
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(account="")
    draft = create_draft(DraftInput(None, ()), who=world.who(), at=at)
    member = Member(world)
    page = member.get("draft", draft.id)
    assert page.part(r'<div class="callout waits" role="alert">.*?</div>\s*</div>') == (
        "Before it can go out "
        "The account that invoices are paid to is missing. "
        "Enter it in the settings of the organization. "
        "Nobody is chosen to pay. Choose a recipient. "
        "There is nothing on the invoice yet. Add a line."
    )
    assert f'href="{member.url("settings_seller")}#id_account"' in page.html
    assert f'href="{member.url("draft_recipient", draft.id)}"' in page.html
    assert f'href="{member.url("draft_edit", draft.id)}"' in page.html
    refused = member.post("draft_finalise", draft.id)
    assert (refused.status, "Nobody is chosen to pay." in refused.text) == (409, True)
    assert documents(world) == []


def test_a_line_at_zero_percent_says_why(at: datetime, clock: Clock) -> None:
    world = found(zero_rate_open=True, hold_seconds=0)
    draft = world.draft(line(category=TaxCategory.ZERO), at=at)
    member = Member(world)
    page = member.get("draft", draft.id)
    assert page.part(r'<div class="callout waits" role="alert">.*?</div>\s*</div>') == (
        "Before it can go out A line has 0 % VAT: the law asks the invoice to say why. "
        "Say why in the draft, best with the section of the law."
    )
    assert f'href="{member.url("draft_edit", draft.id)}#id_exemption_reason"' in page.html
    assert member.post("draft_finalise", draft.id).status == 409
    assert documents(world) == []


def test_one_whose_time_came_in_vain_says_why(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    finalise_draft(draft.id, who=world.who(), at=at)
    with scope(world.id):
        world.daisy.street = ""
        world.daisy.save()
    depart_due(world.id, at=at + HOLD)
    page = Member(world).get("draft", draft.id)
    assert "Could not be issued" in page.text
    assert (
        "It could not go out when its time came The recipient's postal address is missing."
    ) in page.text


def test_a_copy_is_a_draft_of_its_own(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(line("77.00"), at=at)
    page = Member(world).post("draft_copy", draft.id)
    first, second = drafts(world)
    assert id_in(page.path) == second.id
    assert (entered(second).lines, page.said) == (entered(first).lines, "This is the copy.")


def test_a_copy_pressed_twice_is_made_once(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    key = member.get("draft", draft.id).field("once")
    first = member.post("draft_copy", draft.id, once=key)
    again = member.post("draft_copy", draft.id, once=key)
    assert again.path == first.path
    assert len(drafts(world)) == 2
    assert member.get("draft", draft.id).field("once") != key


def test_what_was_saved_after_the_question_is_not_deleted(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    asked = f"{member.url('draft_delete', draft.id)}?version=1"
    assert f'href="{asked}"' in member.get("draft", draft.id).html
    assert f'action="{asked}"' in Seen(member.client.get(asked)).html
    amend_draft(draft.id, lambda entered: entered, who=world.who(), at=at)
    kept = Seen(member.client.post(asked, follow=True))
    assert (kept.path, kept.said) == (member.url("draft", draft.id), CHANGED)
    assert [each.version for each in drafts(world)] == [2]
    member.client.post(asked.replace("=1", "=2"))
    assert drafts(world) == []


def test_a_deleted_draft_says_so_at_its_address(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    asked = member.get("draft_delete", draft.id)
    assert "It has no number, and nobody was sent anything." in asked.text
    assert len(drafts(world)) == 1
    page = member.post("draft_delete", draft.id)
    assert page.said == "The draft is deleted. No number was used."
    assert drafts(world) == []
    gone = member.get("draft", draft.id)
    assert gone.status == 410
    assert gone.text.startswith("Alice deleted this draft today at 12:12. It never had a number")
    assert member.get("draft", uuid4()).status == 404
    assert Member(found()).get("draft", draft.id).status == 404


def price_of(line: LineInput) -> str:
    """The field of a line's price in the dialog."""
    return f"price-{line.id}"


def test_the_price_is_changed_in_one_step(at: datetime, clock: Clock) -> None:
    world = found(wording="practice")
    draft = world.draft(line("1190.00"), at=at)
    price = price_of(entered(draft).lines[0])
    member = Member(world)
    dialog = member.get("draft_price", draft.id)
    assert (dialog.field(price), dialog.field("version")) == ("1190.00", "1")
    assert "Price Without VAT." in dialog.text
    assert member.post("draft_price", draft.id).error_of(price) == "Enter a number, like 125.50."
    for typed, said in (
        ("-1", "Enter a number that is not negative."),
        ("free", "Enter a number, like 125.50."),
        ("", "Enter a number, like 125.50."),
    ):
        page = member.post("draft_price", draft.id, **{price: typed, "version": "1"})
        assert (page.status, page.error_of(price)) == (422, said)
        assert page.field(price) == typed
    page = member.post("draft_price", draft.id, **{price: "990", "version": "1"})
    assert page.said == "The price is changed."
    assert entered(drafts(world)[0]).lines[0].unit_price == Decimal(990)
    free = member.post("draft_price", draft.id, **{price: "0", "version": "2"})
    assert "0,00 €" in free.text


def test_typed_prices_stay_with_their_lines_in_a_draft_that_changed(
    at: datetime, clock: Clock
) -> None:
    world = found()
    lines = [line(price, description=words) for words, price in PRICES]
    draft = world.draft(*lines, at=at)
    gone, stays, dearer, untouched = entered(draft).lines
    member = Member(world)
    shown = sent_by(member.get("draft_price", draft.id))
    assert [shown[f"initial-{price_of(each)}"] for each in (gone, untouched)] == ["10.00", "40.00"]
    new = line("50.00", description="New")
    now = (new, replace(untouched, unit_price=Decimal("44")), dearer, stays)
    amend_draft(draft.id, lambda was: replace(was, lines=now), who=world.who(), at=at)
    (new, *_rest) = before = entered(draft).lines
    typed = {price_of(gone): "11", price_of(stays): "22", price_of(dearer): "x"}
    page = member.post("draft_price", draft.id, **(shown | typed))
    assert page.status == 422
    assert f"{CHANGED} You typed 11 for “Gone”, which is no longer in the draft." in page.text
    assert entered(draft).lines == before
    found_now = sent_by(page)
    assert [
        (found_now[price_of(each)], found_now[f"initial-{price_of(each)}"]) for each in before
    ] == [("50.00", "50.00"), ("44.00", "44.00"), ("x", "30.00"), ("22", "20.00")]
    assert price_of(gone) not in found_now
    assert page.error_of(price_of(dearer)) == "Enter a number, like 125.50."
    assert "Stays Without VAT. In the draft it is 20.00 now." in page.text
    assert "Untouched Without VAT. Dearer" in page.text
    again = member.post("draft_price", draft.id, **(found_now | {price_of(dearer): "33"}))
    assert again.said == "The price is changed."
    assert [(each.description, each.unit_price) for each in entered(draft).lines] == [
        ("New", Decimal(50)),
        ("Untouched", Decimal(44)),
        ("Dearer", Decimal(33)),
        ("Stays", Decimal(22)),
    ]


def test_prices_typed_for_lines_that_are_all_gone_are_told(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    shown = sent_by(member.get("draft_price", draft.id))
    typed = shown | {price_of(entered(draft).lines[0]): "11"}
    other = line("5.00", description="Painting")
    amend_draft(draft.id, lambda was: replace(was, lines=(other,)), who=world.who(), at=at)
    gone = "You typed 11 for “Carpentry”, which is no longer in the draft."
    page = member.post("draft_price", draft.id, **typed)
    assert f"{CHANGED} {gone}" in page.text
    assert "Painting Without VAT. Change" in page.text
    amend_draft(draft.id, lambda was: replace(was, lines=()), who=world.who(), at=at)
    page = member.post("draft_price", draft.id, **typed)
    assert page.path == member.url("draft_edit", draft.id)
    none_yet = "There is no line yet whose price could be changed."
    assert page.said == f"{CHANGED} {gone} {none_yet}"
    assert entered(draft).lines == ()


def test_without_a_line_the_price_is_entered_in_the_editor(at: datetime, clock: Clock) -> None:
    world = found()
    bare = create_draft(DraftInput(world.daisy.id, ()), who=world.who(), at=at)
    member = Member(world)
    offered = member.url("draft_price", bare.id)
    for shown in (member.get("draft", bare.id), member.get("invoices", state="drafts")):
        assert offered not in shown.html
        assert member.url("draft_recipient", bare.id) in shown.html
    priced = world.draft(at=at)
    for shown in (member.get("draft", priced.id), member.get("invoices", state="drafts")):
        assert member.url("draft_price", priced.id) in shown.html
    page = member.post("draft_price", bare.id, version="1")
    assert page.path == member.url("draft_edit", bare.id)
    assert page.said == "There is no line yet whose price could be changed."
    assert drafts(world)[0].version == 1


def test_a_new_recipient_brings_their_own_ways(at: datetime, clock: Clock) -> None:
    world = found(hold_seconds=0)
    employer = create_client(
        ClientInput(
            kind="company",  # type: ignore[arg-type]
            name="Employer Oy",
            business_id="1572860-0",
            email="laskut@example.com",
            language="en",
            street="Katu 1",
            postcode="00100",
            city="Helsinki",
            channel="none",  # type: ignore[arg-type]
        ),
        who=world.who(),
        at=at,
    )
    draft = world.draft(at=at, deliver_to="elsewhere@example.com", due_in_days=60)
    member = Member(world)
    sought = member.post("draft_recipient", draft.id, sought="empl")
    assert f'value="{employer.id}"' in sought.html
    page = member.post("draft_recipient", draft.id, choose=str(employer.id))
    assert page.said == "The recipient is changed."
    now = entered(drafts(world)[0])
    assert (now.recipient_id, now.channel, now.language) == (employer.id, "none", "en")
    assert (now.deliver_to, now.due_in_days) == ("", None)
    for nobody in (str(uuid4()), "x"):
        assert member.post("draft_recipient", draft.id, choose=nobody).status == 404
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(vat_registered=False)
    wrong = member.post("draft_recipient", draft.id, choose=str(world.daisy.id))
    assert wrong.status == 422
    assert "You are not in the VAT register, so no VAT may be shown" in wrong.text
    assert drafts(world)[0].recipient_id == employer.id


def test_a_corrected_draft_says_that_it_waits(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    held = credit_invoice(invoice.id, CORRECT, who=world.who(), at=at)
    assert held.corrected is not None
    member = Member(world)
    page = member.get("draft", held.corrected.id)
    assert "It leaves no earlier than the credit note, at 12:32." in page.text
    assert page.part(r'<section class="chain".*?</section>') == (
        "How the amounts add up "
        "Invoice 2026-0001 €1,255.00 made today Credit note −€1,255.00 leaves at 12:32, number "
        "then To pay now €1,255.00 To pay afterwards €0.00 "
        "Corrected draft €1,255.00 waits for you, ready to be changed"
    )


def test_a_draft_that_changed_meanwhile_is_not_overwritten(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    price = price_of(entered(draft).lines[0])
    amend_draft(draft.id, lambda each: each, who=world.who(), at=at)
    page = Member(world).post("draft_price", draft.id, **{price: "1", "version": "1"})
    assert (page.status, page.field(price), page.field("version")) == (422, "1", "2")
    assert CHANGED in page.text
    assert entered(drafts(world)[0]).lines[0].unit_price == Decimal(1000)


def test_a_reader_sees_and_changes_nothing(at: datetime, clock: Clock) -> None:
    world = found()
    draft = world.draft(at=at)
    bob = Member(world, world.bob)
    page = bob.get("draft", draft.id)
    assert (page.status, "Send invoice" in page.text) == (200, False)
    for name in ("draft_finalise", "draft_withdraw", "draft_copy", "draft_delete", "draft_price"):
        assert bob.post(name, draft.id, version="1").status == 403, name
    assert len(drafts(world)) == 1


def test_a_long_term_is_warned_of(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    long = world.draft(at=at, due_in_days=120, term_agreed=True)
    assert "120 days to pay is long." in member.get("draft", long.id).text
    assert "to pay is long." not in member.get("draft", world.draft(at=at).id).text


def test_drafts_belong_to_invoices_in_the_navigation(at: datetime, clock: Clock) -> None:
    world = found()
    page = Member(world).get("draft", world.draft(at=at).id)
    place = page.part(r'<a href="[^"]*" aria-current="page">.*?</a>')
    assert place == "Invoices"


def test_a_part_asked_for_without_a_session_leads_the_whole_page_to_the_sign_in(
    at: datetime, clock: Clock
) -> None:
    world = found()
    address = Member(world).url("draft", world.draft(at=at).id)
    answer = Client(SERVER_NAME="localhost").get(address, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/account/login/?next={address}"


def test_after_the_deadline_nothing_takes_it_back(at: datetime, clock: Clock) -> None:
    """The worker sleeps: the invoice is leaving, and its page says so."""
    world = found()
    draft = world.draft(at=at)
    member = Member(world)
    member.post("draft_finalise", draft.id)
    assert member.url("draft_withdraw", draft.id) in member.get("draft", draft.id).html
    clock.now = at + HOLD
    page = member.get("draft", draft.id)
    assert "Leaving now The invoice is on its way Leaving now." in page.text
    for name in ("draft_withdraw", "draft_edit", "draft_price", "draft_delete", "draft_finalise"):
        assert member.url(name, draft.id) not in page.html, name


def test_a_session_s_recipient_is_chosen_among_those_who_stand_near(
    at: datetime, clock: Clock
) -> None:
    """Another payer reads initials, and no name: the client comes back first where it was left."""
    paula = practice()
    who = paula.world.who()
    mother = ClientInput(kind=ClientKind.PERSON, name="Zora Duck", served=False)
    said = ContactInput(relation="mother", case_number="7")
    add_contact(paula.daisy.id, mother, said, who=who, at=at)
    kela = ClientInput(kind=ClientKind.COMPANY, name="Yel", served=False, shared=True)
    create_client(kela, who=who, at=at)
    create_client(ClientInput(kind=ClientKind.PERSON, name="Anna"), who=who, at=at)
    booked = paula.book(datetime(2026, 6, 17, 8, 0, tzinfo=UTC), at=at)
    draft = paula.billing(booked).draft
    assert draft is not None
    member = Member(paula.world)
    page = member.get("draft_recipient", draft.id)
    order = CHOICE.findall(page.html)
    assert [name for _id, name in order] == ["Zora Duck", "Yel"]
    assert "Zora Duck mother" in page.text
    changed = member.post("draft_recipient", draft.id, choose=order[0][0])
    assert changed.said == "The recipient is changed."
    now = entered(drafts(paula.world)[0])
    assert (now.lines[0].description, now.case_number) == ("60 min, D. D.", "7")
    page = member.get("draft_recipient", draft.id)
    order = CHOICE.findall(page.html)
    assert [name for _id, name in order] == ["Daisy Duck", "Yel"]
    sought = member.post("draft_recipient", draft.id, sought="zor")
    assert "Zora Duck" in sought.text
    member.post("draft_recipient", draft.id, choose=str(paula.daisy.id))
    now = entered(drafts(paula.world)[0])
    assert (now.lines[0].description, now.case_number) == ("60 min", "")
