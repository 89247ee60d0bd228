"""Money on the operator's account that waits: linked to a seller's invoice, and taken back."""

import re
from datetime import datetime
from uuid import UUID

from storno.clients.models import Client, ClientKind
from storno.clients.save import ClientInput, create_client
from storno.custody.apps import CustodyConfig
from storno.documents.models import Document
from storno.history.models import Event
from storno.matching.look import look_into_money
from storno.matching.match import match_entry, set_aside, undo_match
from storno.matching.rank import Likeness
from storno.matching.sellers import SellersInvoice, find_sellers, suggest_sellers
from storno.organizations.models import Membership
from storno.organizations.scope import scope
from storno.staff.enlist import enlist
from storno.staff.models import Visit
from storno.staff.visit import visit
from tests.bank.told import told
from tests.conftest import Clock
from tests.custody.house import in_custody, the_operator
from tests.custody.test_cross import bring, desk, entry, in_balance, key
from tests.observe import refused, stands
from tests.plans import must_run_along_indexes
from tests.reports.books import codes
from tests.web.desk.agent import Agent, somebody
from tests.world import FOUNDED, World, found, line


def word() -> str:
    """A name that nobody else has."""
    return "W" + "".join(filter(str.isalpha, key() + key()))


def client(world: World, name: str) -> Client:
    entered = ClientInput(
        kind=ClientKind.PERSON,
        name=name,
        email="payer@example.com",
        street="Aleksanterinkatu 2",
        postcode="00100",
        city="Helsinki",
        country="FI",
    )
    return create_client(entered, who=world.who(), at=FOUNDED)


def billed(world: World, name: str, price: str, at: datetime) -> Document:
    return world.invoice(line(price), recipient=client(world, name), at=at)


def likely(entry_id: UUID, asked: str = "") -> list[SellersInvoice]:
    """What is suggested for an entry, or found for it."""
    waiting = entry(entry_id)
    with scope(the_operator().id):
        return find_sellers(waiting, asked) if asked else suggest_sellers(waiting)


@in_balance()
def test_a_sellers_invoice_is_suggested_by_what_the_payer_wrote_and_who_paid(
    at: datetime,
) -> None:
    world, other, outside = in_custody(), in_custody(), found()
    name, price = word(), "731.19"
    payer = client(world, name)
    mine = world.invoice(line(price), recipient=payer, at=at)
    second = billed(other, name, "20.00", at)
    foreign = billed(outside, name, price, at)
    paid = world.invoice(line(price), recipient=payer, at=at)
    reference = mine.payment_reference
    (first, lost, again) = bring(
        told("917.64", key(), reference=paid.payment_reference, party=name),
        told("917.64", key(), text=f"for {reference[:-5]} {reference[-5:]}", party=f"Lost {name}"),
        told("25.10", key(), text="thanks", party=name, party_account="NO9386011117947"),
        at=at,
    )
    assert (first.state, stands(world, paid)["state"]) == ("matched", "paid")
    best, *more = likely(lost.id)
    assert (best.invoice_id, best.number, best.open_minor) == (mine.id, mine.number, 91_764)
    assert best.likenesses == (Likeness.REFERENCE, Likeness.AMOUNT, Likeness.ACCOUNT)
    assert best.seller == "Alice Example"
    assert {paid.id, foreign.id}.isdisjoint(each.invoice_id for each in more)

    by_name = {each.invoice_id: each.likenesses for each in likely(again.id)}
    assert by_name[second.id] == (Likeness.AMOUNT, Likeness.NAME)
    assert by_name[mine.id] == (Likeness.NAME,)
    assert [each.invoice_id for each in likely(lost.id, name.lower()[:-1])] == [second.id, mine.id]
    assert [each.invoice_id for each in likely(lost.id, f" RF00{reference} ")] == []
    assert [each.invoice_id for each in likely(lost.id, reference)] == [mine.id]
    found_by_it = [each.invoice_id for each in likely(lost.id, foreign.payment_reference)]
    assert foreign.id not in found_by_it
    assert likely(first.id) == likely(first.id, name) == []
    for each in lost, again:
        set_aside(each.id, "", who=desk(), at=at)


@in_balance()
def test_customer_service_links_what_waits_and_takes_back_what_was_wrong(
    at: datetime, clock: Clock
) -> None:
    house, wrong, right = the_operator(), in_custody(), in_custody()
    name = word()
    wrong_one, right_one = billed(wrong, name, "1000.00", at), billed(right, name, "1000.00", at)
    (lost,) = bring(told("1255.00", key(), text="thanks", party=name), at=at)
    sam = Agent(wrong, "Sam", "agent", clock)
    listed = sam.get("desk_money")
    assert f"€1,255.00 from {name}" in listed.text
    page = sam.get("desk_entry", lost.id)
    assert "Which invoice does it pay?" in page.text
    assert f"Paid by {name} Their account FI14 1009 3000 1234 58" in page.text
    asked = sam.post("desk_entry", lost.id, q=name)
    assert f'value="{wrong_one.id}"' in asked.html
    assert f'value="{right_one.id}"' in asked.html
    assert "Pays it in full." in asked.text
    nothing = sam.post("desk_entry", lost.id, q=word())
    assert "Nothing found for" in nothing.text

    assert "It is matched." in sam.post("desk_match", lost.id, invoice=wrong_one.id).said
    assert stands(wrong, wrong_one)["state"] == "paid"
    assert name not in sam.get("desk_money").text
    late = sam.post("desk_match", lost.id, invoice=right_one.id)
    assert "This entry does not wait to be matched any more." in late.said
    matched = sam.opened("desk_money", state="matched")
    assert f"€1,255.00 from {name}" in matched.text
    unsaid = sam.post("desk_unmatch", lost.id, reason=" ")
    assert unsaid.status == 422
    assert stands(wrong, wrong_one)["state"] == "paid"
    undone = sam.post("desk_unmatch", lost.id, reason="of another seller")
    assert "The match is undone." in undone.said
    assert stands(wrong, wrong_one) == {"state": "sent", "open": 125_500}
    twice = sam.post("desk_unmatch", lost.id, reason="of another seller")
    assert "This entry is not matched with an invoice." in twice.said
    sam.post("desk_match", lost.id, invoice=right_one.id)
    assert stands(right, right_one) == {"state": "paid", "received": 125_500}
    assert codes(wrong) == codes(right) == set()

    with scope(house.id):
        mine = Event.objects.filter(organization_id=house.id, person_id=sam.person.id)
        kinds = list(mine.order_by("id").values_list("kind", flat=True))
    assert kinds == ["organization.visited", "bank.match_undone"]
    assert Visit.objects.filter(staff__person=sam.person, organization=house).count() == 1


def test_what_was_sent_that_is_no_invoice_changes_nothing(at: datetime, clock: Clock) -> None:
    world, outside = in_custody(), found()
    foreign = outside.invoice(at=at)
    (lost,) = bring(told("1255.00", key(), text="thanks"), at=at)
    sam = Agent(world, "Sam", "agent", clock)
    for invoice in ("", "x", key(), str(foreign.id), str(lost.id)):
        assert sam.post("desk_match", lost.id, invoice=invoice).status == 404
    for name in ("desk_entry", "desk_match", "desk_unmatch"):
        assert sam.post(name, foreign.id, invoice=foreign.id, reason="x").status == 404
    assert sam.opened("desk_money", before="x").status == 404
    assert entry(lost.id).state == "queued"
    assert stands(outside, foreign) == {"state": "sent", "open": 125_500}
    set_aside(lost.id, "", who=desk(), at=at)


@in_balance()
def test_who_serves_links_no_money_to_an_own_invoice_and_none_anywhere_else(
    at: datetime,
) -> None:
    world, others = in_custody(), in_custody()
    mine, theirs = world.invoice(at=at), others.invoice(at=at)
    sam = somebody("Sam")
    enlist(sam.email, "agent", at=at)
    Membership.objects.create(
        organization=world.organization, person=sam, roles=["reader"], since=at
    )
    (lost,) = bring(told("1255.00", key(), text="thanks"), at=at)
    who = look_into_money(sam.id, at=at)
    with refused(world, "own_organization"):
        match_entry(lost.id, mine.id, who=who, at=at)
    match_entry(lost.id, mine.id, who=desk(), at=at)
    with refused(world, "own_organization"):
        undo_match(lost.id, "wrong", who=who, at=at)
    undo_match(lost.id, "wrong", who=desk(), at=at)
    match_entry(lost.id, theirs.id, who=who, at=at)
    assert stands(others, theirs)["state"] == "paid"
    elsewhere = visit(sam.id, others.id, "why not", at=at)
    with refused(others, "not_allowed"):
        undo_match(lost.id, "wrong", who=elsewhere, at=at)
    with refused(others, "not_allowed"):
        match_entry(lost.id, theirs.id, who=elsewhere, at=at)


def test_each_way_to_a_sellers_invoice_runs_along_an_index(at: datetime) -> None:
    in_custody().invoice(at=at)
    (function,) = (each for each in CustodyConfig.functions if "open_invoices_of" in each)
    asked = {
        "tokens": "ARRAY['2026-0001']",
        "words": "(ARRAY['daisy', 'duck'])",
        "paid_from": "'FI1410093000123458'::text",
        "amount": "125500::bigint",
        "paid_in": "'EUR'::text",
        "current_organization()": f"'{the_operator().id}'::uuid",
        "most": "5",
    }
    small = {"organizations_organization", "organizations_seller", "numbering_receivingaccount"}
    must_run_along_indexes(function, asked, small=small)


@in_balance()
def test_what_lies_beyond_an_invoice_is_given_back_from_its_page(
    at: datetime, clock: Clock
) -> None:
    world = in_custody()
    invoice = world.invoice(at=at)
    bring(told("1300.00", key(), reference=invoice.payment_reference), at=at)
    sam = Agent(world, "Sam", "agent", clock)
    beyond = sam.opened("desk_money", state="beyond")
    assert "€45.00 beyond invoice 2026-0001" in beyond.text
    its = (world.id, invoice.id)
    assert f'href="{sam.url("desk_invoice", *its)}"' in beyond.html
    assert sam.post("desk_repay", *its, amount="45").path == sam.url("desk_invoice", *its)
    assert stands(world, invoice)["owed_back"] == 4_500
    page = sam.post("desk_visit", world.id, invoice=invoice.id, reason="paid too much")
    assert "€45.00 beyond this invoice lies on the client money account." in page.text
    more = sam.post("desk_repay", *its, amount="45.01")
    assert (more.status, more.error_of("amount")) == (
        422,
        "This is more than is owed back. Enter at most what is owed back.",
    )
    elsewhere = sam.post("desk_repay", *its, amount="45", payee="Sam", account="FI21")
    assert elsewhere.status == 422
    assert stands(world, invoice)["owed_back"] == 4_500
    given = sam.post("desk_repay", *its, amount="45,00")
    assert "It goes back with the next payouts." in given.said
    assert "€45.00 goes back with the next payouts" in given.text
    assert "owed_back" not in stands(world, invoice)
    (row,) = re.findall(r"to-payer/([0-9a-f-]{36})/off/", given.html)
    unsaid = sam.post("desk_off_list", *its, row, reason="")
    assert unsaid.error_of("reason") == "Say why this is reversed."
    assert sam.post("desk_off_list", *its, invoice.id, reason="x").status == 404
    off = sam.post("desk_off_list", *its, row, reason="it was another payer")
    assert "It is owed back again." in off.said
    assert stands(world, invoice)["owed_back"] == 4_500
    assert codes(world) == set()
