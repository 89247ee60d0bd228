"""Arriving: the root, the choice of an organization, Home and help."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.documents.external import externalise_draft
from storno.documents.models import Draft, Reason
from storno.documents.send import hand_over
from storno.organizations.models import Membership, Organization, Seller
from storno.organizations.scope import scope
from tests.bank.told import bring, told
from tests.conftest import Clock
from tests.deeds import CORRECT, credit
from tests.web.cast import member_as, nobody, person_called, row_of, stranger
from tests.web.papers.member import Member, Seen
from tests.world import FOUNDED, found


def test_the_root_leads_on(clock: Clock) -> None:
    assert nobody().get("/")["Location"] == "/account/login/?next=/"
    world = found()
    alice = Member(world)
    assert alice.client.get("/")["Location"] == alice.url("home")
    homeless = Member(world, person_called("Eve"))
    assert homeless.client.get("/")["Location"] == "/organizations/"


def test_pages_and_papers_are_asked_for_anew(at: datetime, clock: Clock) -> None:
    """Who has signed out is shown none of them by the browser alone."""
    world = found()
    paper, member = world.invoice(at=at), Member(world)
    for address in (member.url("home"), member.url("document_pdf", paper.id)):
        assert member.client.get(address)["Cache-Control"] == "private, no-cache"


def test_a_new_organization_says_what_is_left_to_do(clock: Clock) -> None:
    eve = Member(found(), person_called("Eve"))
    name = f"Ääni & Ørn {uuid4().hex[:6]}"
    form = {"name": name, "profile": "practice", "country": "NO", "slug": ""}
    seen = Seen(eve.client.post("/organizations/", form, follow=True))
    slug = name.lower().replace("ääni & ørn ", "aani-orn-")
    assert seen.path == f"/o/{slug}/"
    assert "Before your first invoice" in seen.text
    assert "Your organization number is missing. Fill in" in seen.text
    missing = f'href="/o/{slug}/settings/seller/#id_business_id"'
    assert seen.html.count(missing) == 2, "the sentence and its button"
    assert "What needs you" not in seen.text
    assert "Your invoices bear no VAT You are not in the VAT register." in seen.text
    assert f'href="/o/{slug}/settings/seller/#id_vat_registered"' in seen.html
    assert "How your numbers begin" in seen.text
    assert "Nothing can be booked yet Sessions are booked of a service:" in seen.text
    assert f'href="/o/{slug}/catalogue/new/"' in seen.html
    organization = Organization.objects.get(slug=slug)
    with scope(organization.id):
        assert Seller.objects.get(organization=organization).name == name
    again = Seen(eve.client.post("/organizations/", form, follow=True))
    assert again.path == f"/o/{slug}-2/"


@pytest.mark.parametrize(
    ("language", "country"), [("fi", "Suomi"), ("nb", "Norge"), ("en", "Finland")]
)
def test_the_country_of_ones_language_is_offered(language: str, country: str, clock: Clock) -> None:
    eve = person_called("Eve")
    eve.language = language
    eve.save()
    seen = Seen(Member(found(), eve).client.get("/organizations/"))
    assert re.search(rf'<option value="(FI|NO)" selected>{country}</option>', seen.html)


@pytest.mark.parametrize("name", ["Правда", "株式会社", "🪵", "x"])
def test_a_name_without_latin_letters_still_gets_an_address(name: str, clock: Clock) -> None:
    eve = Member(found(), person_called("Eve"))
    form = {"name": name, "profile": "practice", "country": "FI", "slug": ""}
    seen = Seen(eve.client.post("/organizations/", form, follow=True))
    assert seen.path.startswith("/o/organization")
    assert name in seen.html


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"slug": "A b"}, "slug", "Use 2 to 50 small letters (a to z), digits and hyphens"),
        ({"slug": "../o"}, "slug", "Use 2 to 50 small letters (a to z), digits and hyphens"),
        ({"country": "SE"}, "country", "Select a valid choice. SE is not one of"),
        ({"profile": "king"}, "profile", "Select a valid choice. king is not one of"),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
    ],
)
def test_a_wrong_beginning_is_said(
    wrong: dict[str, str], field: str, says: str, clock: Clock
) -> None:
    person = person_called("Eve")
    form = {"name": "Eve", "profile": "practice", "country": "FI", "slug": ""} | wrong
    seen = Seen(Member(found(), person).client.post("/organizations/", form))
    assert seen.status == 422
    assert seen.error_of(field).startswith(says)
    assert not Membership.objects.filter(person=person).exists()


def test_a_taken_short_name_is_said(clock: Clock) -> None:
    world, person = found(), person_called("Eve")
    slug = world.organization.slug
    form = {"name": "Eve", "profile": "practice", "country": "FI", "slug": slug}
    seen = Seen(Member(world, person).client.post("/organizations/", form))
    assert seen.error_of("slug") == "This short name is taken. Choose another."
    assert seen.field("slug") == slug
    assert not Membership.objects.filter(person=person).exists()


def test_a_member_of_two_switches_in_the_bar(clock: Clock) -> None:
    one, two = found(), found()
    Membership.objects.create(
        organization=two.organization, person=one.alice, roles=["reader"], since=FOUNDED
    )
    with scope(two.id):
        Seller.objects.filter(organization_id=two.id).update(name="Second Oy")
    seen = Member(one).get("home")
    assert f'<a class="item" href="/o/{two.organization.slug}/">' in seen.html
    assert "Second Oy" in seen.html
    assert Member(one).client.get("/")["Location"] == "/organizations/"
    seen = Seen(Member(one).client.get("/organizations/"))
    assert "Where do you want to work? Alice Example Second Oy" in seen.text or (
        "Where do you want to work? Second Oy Alice Example" in seen.text
    )
    assert "Switch organization" not in Member(two).get("home").part(
        r'<div class="bar-whose".*?</div>'
    )


def test_home_says_what_waits(clock: Clock) -> None:
    world = found()
    alice = Member(world)
    overdue = world.invoice(at=clock.now)
    clock.now += timedelta(days=20)
    invoice = world.invoice(at=clock.now)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=clock.now)
    seen = alice.get("home")
    assert "Invoice 2026-0002 to Daisy Duck is being cancelled" in seen.text
    assert "The credit note leaves at 12:32. Until then you can take it back." in seen.text
    assert "Cancel refund" in seen.text
    assert "The invoice to Daisy Duck is 6 days overdue €1,255.00, number 2026-0001." in seen.text
    assert "Before your first invoice" not in seen.text
    assert alice.url("invoice", overdue.id) in seen.html
    clock.now += timedelta(minutes=20)
    seen = alice.get("home")
    assert "The credit note is leaving." in seen.text
    assert "Cancel refund" not in seen.part(r'aria-labelledby="needs".*?</section>')


def test_a_credit_note_waits_to_be_given_where_its_invoice_was(clock: Clock) -> None:
    world = found(default_channel="none", hold_seconds=0)
    given, kept = (world.invoice(at=clock.now) for _ in range(2))
    hand_over(given.id, who=world.who(), at=clock.now)
    note, _other = (credit(world, invoice, at=clock.now) for invoice in (given, kept))
    alice = Member(world)
    needs = alice.get("home").part(r'aria-labelledby="needs".*?</section>')
    assert needs == (
        f'aria-labelledby="needs"> What needs you Credit note {note.number} to Daisy Duck '
        "is still to be given Its invoice was given by hand. Print or download it, and mark it "
        "as given. See the credit note"
    )
    assert "Mark as given" in alice.get("credit_note", note.id).text
    hand_over(note.id, who=world.who(), at=clock.now)
    assert "Nothing waits for you. Well done." in alice.get("home").text


def test_a_corrected_draft_awaits_a_decision(clock: Clock) -> None:
    member = Member(found(hold_seconds=0, after_credit="draft"))
    invoice = member.world.invoice(at=clock.now)
    home = member.get("home")
    assert "awaits a decision" not in home.text
    credit(member.world, invoice, CORRECT, at=clock.now)
    home = member.get("home")
    assert home.part(r'id="to-decide">.*?</h2>').endswith("Drafts awaiting a decision")
    assert f'href="{member.url("invoices")}?state=drafts">All drafts</a>' in home.html
    assert "Nothing waits for you" not in home.text
    assert "The draft for Daisy Duck awaits a decision" in home.text
    assert f"Invoice {invoice.number} was credited. Finish the draft or delete it." in home.text
    with scope(member.world.id):
        draft = Draft.objects.get(organization_id=member.world.id)
    assert f"/drafts/{draft.id}/" in home.html
    papers = member.get("client_invoices", member.world.daisy.id).text
    assert "Draft, awaits a decision" in papers
    externalise_draft(draft.id, who=member.world.who(), at=clock.now)
    for page in (member.get("home"), member.get("client_invoices", member.world.daisy.id)):
        assert "awaits a decision" not in page.text


def test_more_than_a_handful_are_all_found_under_their_own_words(clock: Clock) -> None:
    member = Member(found(hold_seconds=0, after_credit="draft"))
    world, mine = member.world, member.url("invoices")
    world.draft(at=clock.now)
    assert "Awaiting a decision" not in member.get("invoices").text
    for count in range(1, 7):
        credit(world, world.invoice(at=clock.now), CORRECT, at=clock.now)
        home = member.get("home")
        assert home.text.count("awaits a decision Invoice") == min(count, 5)
        rest = f'href="{mine}?state=awaiting">All that await a decision</a>'
        assert (rest in home.html) == (count > 5)
    listed = Seen(member.client.get(f"{mine}?state=awaiting"))
    assert listed.text.count("Draft, awaits a decision") == 6
    assert "To decide 6" in listed.text
    with scope(world.id):
        Draft.objects.filter(organization_id=world.id).update(issues_at=clock.now)
    assert "awaits a decision" not in member.get("home").text, "it goes out by itself"
    emptied = Seen(member.client.get(f"{mine}?state=awaiting"))
    assert "Nothing awaits a decision." in emptied.text


def test_a_draft_whose_credit_note_is_on_hold_awaits_nothing(clock: Clock) -> None:
    member = Member(found(after_credit="draft"))
    invoice = member.world.invoice(at=clock.now)
    credit_invoice(invoice.id, CORRECT, who=member.world.who(), at=clock.now)
    assert "awaits a decision" not in member.get("home").text


def test_a_reader_is_offered_nothing_to_do(clock: Clock) -> None:
    new = member_as(found(), "reader").get("home")
    assert "Before your first invoice" not in new.text
    assert "New invoice" not in new.text
    world = found()
    invoice = world.invoice(at=clock.now)
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=clock.now)
    needs = member_as(world, "reader").get("home").part(r'aria-labelledby="needs".*?</section>')
    assert "is being cancelled" in needs
    assert "Cancel refund" not in needs
    assert "See the invoice" in needs


def test_a_calm_home_says_well_done(clock: Clock) -> None:
    world = found()
    world.invoice(at=clock.now)
    assert "Nothing waits for you. Well done." in Member(world).get("home").text


def test_home_says_that_a_mail_server_is_missing(clock: Clock) -> None:
    world = found()
    title = "What needs you No mail server is set: no letter leaves, all of them wait "
    with override_settings(ON_LOOPBACK=False):
        assert title + (
            "Whoever runs this installation sets STORNO_SMTP_URL and starts it again. "
            "Then what waits leaves by itself."
        ) in (Member(world).get("home").text)
        assert title + (
            "Tell an administrator of your organization, or whoever runs this installation."
        ) in (member_as(world, "office").get("home").text)
    with override_settings(ON_LOOPBACK=False, SMTP_URL="smtp://mail.example.com"):
        assert "No mail server" not in Member(world).get("home").text
    assert "No mail server" not in Member(world).get("home").text


def test_help_speaks_of_this_house(clock: Clock) -> None:
    seen = Member(found()).get("help")
    assert "For 20 minutes you can change your mind" in seen.text
    assert "Choose “Cancel the invoice” in the same way. The page then shows" in seen.text
    assert "Next row, row before" in seen.text
    assert "the draft after crediting" not in seen.text
    seen = Member(found(wording="practice")).get("help")
    assert "Choose “Credit Invoice” in the same way." in seen.text
    assert "Choose “Change Price”, then “Finalize Invoice”." in seen.text
    seen = Member(found(hold_seconds=0, paid_credit="desk")).get("help")
    assert "you can change your mind" not in seen.text
    assert (
        "Tell customer service, or whoever runs this installation, that you have done so. "
        "Customer service then makes the credit note"
    ) in seen.text


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("help@example.com", '<a href="mailto:help@example.com">help@example.com</a>'),
        ("+358 9 123 456", '<a href="tel:+3589123456">+358 9 123 456</a>'),
        ("https://example.com/help", '<a href="https://example.com/help">https://example.com/help'),
        ("Chat, weekdays <8-16>", "Chat, weekdays &lt;8-16&gt;</li>"),
    ],
)
def test_help_says_how_customer_service_is_reached(contact: str, shown: str, clock: Clock) -> None:
    world = found(paid_credit="desk", support_contact=contact)
    told = f"Tell customer service that you have done so. {shown}"
    alice = Member(world)
    assert told in alice.get("help").html
    assert told in alice.get("invoice", world.invoice(at=clock.now).id).html


@pytest.mark.parametrize("name", ["home", "help"])
def test_members_only(name: str, clock: Clock) -> None:
    world = found()
    assert member_as(world, "reader").get(name).status == 200
    assert stranger(world).get(name).status == 404
    assert nobody().get(Member(world).url(name)).status_code == 302
    assert row_of(Seller, world).name == "Alice Example"


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Alice Example", "AE"), ("O <b>Brien</b>", "OB"), ("<> Åse-Marie Li", "ÅL"), ("«»", "")],
)
def test_initials_are_letters(name: str, initials: str, clock: Clock) -> None:
    world = found()
    world.alice.name = name
    world.alice.save()
    assert f'<span class="initials" aria-hidden="true">{initials}</span>' in (
        Member(world).get("help").html
    )


def test_home_says_how_many_bank_entries_wait(clock: Clock) -> None:
    """To who may match them: readers are offered nothing to do."""
    world = found()
    assert "bank entr" not in Member(world).get("home").text
    bring(world, told("60.00", "A1", text="rent"), told("70.00", "A2"), at=clock.now)
    page = Member(world).get("home").text
    assert "2 bank entries wait" in page
    assert "Match them" in page
    assert "bank entries wait" not in member_as(world, "reader").get("home").text
