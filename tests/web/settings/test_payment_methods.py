"""The page on which payment methods are named, ordered and added to."""

import re
from datetime import datetime
from decimal import Decimal

from storno.documents.external import externalise_draft
from tests.web.papers.member import Member
from tests.world import found, line

USUAL = {
    **{f"name-{place}": "" for place in range(5)},
    **{f"place-{place}": str(place + 1) for place in range(5)},
    **{f"offered-{place}": "on" for place in range(5)},
}


def test_the_list_is_changed_on_its_page(at: datetime) -> None:
    world = found("NO", wording="practice")
    alice = Member(world)
    seen = alice.get("settings_payment_methods")
    assert "Vipps" in seen.html
    changed = USUAL | {"name-1": "Till", "place-3": "1", "place-0": "2"}
    changed |= {"name-3": "Vipps", "new_name": "Gift card", "new_kind": "other"}
    del changed["offered-4"]
    saved = alice.post("settings_payment_methods", **changed)
    assert "The payment methods are saved." in saved.html
    dialog = alice.get("invoice_payment", world.invoice(line(rate=Decimal(25)), at=at).id).html
    ways = re.findall(r'<option value="([a-z_-]+)"', dialog)
    assert ways == ["vipps", "bank_transfer", "cash", "terminal", "gift-card"]


def test_a_name_that_stands_twice_is_refused_beside_its_field() -> None:
    alice = Member(found("NO", wording="practice"))
    mine = USUAL | {"name-3": "Vipps"}
    added = alice.post("settings_payment_methods", **mine, new_name="vipps", new_kind="other")
    assert added.error_of("new_name") == "Another payment method is called the same."
    moved = alice.post("settings_payment_methods", **mine | {"name-0": "Till", "name-1": "till"})
    assert moved.error_of("name-1") == "Another payment method is called the same."


def test_at_least_one_remains_and_a_reader_only_reads() -> None:
    world = found("NO")
    alice, bob = Member(world), Member(world, world.bob)
    none = {name: value for name, value in USUAL.items() if not name.startswith("offered")}
    refused = alice.post("settings_payment_methods", **none)
    assert refused.status == 422
    assert "At least one payment method must remain." in refused.text
    assert "Only administrators change this." in bob.get("settings_payment_methods").text
    assert bob.post("settings_payment_methods", **USUAL).status == 403


def test_what_is_paid_elsewhere_is_offered_the_same_words(at: datetime) -> None:
    world = found("NO")
    draft = world.draft(line(rate=Decimal(25)), at=at)
    externalise_draft(draft.id, who=world.who(), at=at)
    html = Member(world).get("draft_external_details", draft.id).html
    ways = re.findall(r'<option value="([^"]+)"></option>', html)
    assert ways == ["Bank transfer", "Cash", "Card terminal", "Vipps", "Other"]
