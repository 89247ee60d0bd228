"""Jumping leads to pages, invoices, clients and the beginnings of deeds, as the member may."""

import re
from datetime import datetime

from tests.conftest import Clock
from tests.web.cast import member_as
from tests.web.papers.member import Member, Seen, words
from tests.world import found


def places(page: Seen) -> list[tuple[str, str]]:
    """Where it leads: each place in words, and its address below the organization's."""
    shown = page.html.split('id="jumps"')[1].split("</main>")[0]
    found_ = re.findall(r'<a class="item" href="([^"]+)">(.*?)</a>', shown, re.DOTALL)
    return [(words(told), re.sub("^/o/[^/]+/", "", url)) for url, told in found_]


def test_without_a_word_deeds_and_pages_are_offered(clock: Clock) -> None:
    world = found()
    offered = places(Member(world).get("jump"))
    assert offered[:4] == [
        ("New invoice", "drafts/new/"),
        ("New customer", "clients/new/"),
        ("New service or product", "catalogue/new/"),
        ("Invite somebody", "members/invite/"),
    ]
    assert ("Customers", "clients/") in offered
    assert ("Your account", "/account/") in offered
    assert offered[-1] == ("Help", "help/")


def test_a_reader_is_offered_no_deed(clock: Clock) -> None:
    world = found()
    offered = [label for label, _url in places(Member(world, world.bob).get("jump"))]
    assert not {"New invoice", "New customer", "Accountant"} & set(offered)
    office = [label for label, _url in places(member_as(world, "office").get("jump"))]
    assert office[:3] == ["New invoice", "New customer", "New service or product"]
    assert "Invite somebody" not in office


def test_an_invoice_is_found_by_number_and_a_client_by_name(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    to_invoice = ("2026-0001 Daisy Duck · Sent", f"invoices/{invoice.id}/")
    assert places(member.get("jump", q="2026-0001")) == [to_invoice]
    assert places(member.get("jump", q="dais")) == [
        to_invoice,
        (f"Daisy Duck {world.daisy.city}", f"clients/{world.daisy.id}/"),
    ]
    assert places(member.get("jump", q="new inv")) == [("New invoice", "drafts/new/")]
    nothing = member.get("jump", q="nobody \x00")
    assert (places(nothing), "Nothing was found." in nothing.text) == ([], True)
