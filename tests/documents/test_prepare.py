"""From a draft to what an invoice will say, or to the reasons why it cannot be issued yet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from storno.clients.models import Client, ClientKind
from storno.core.refusals import Blocked
from storno.documents.content import LineInput
from storno.documents.models import Draft, Kind
from storno.documents.prepare import (
    blockers_of,
    days_to_pay,
    draft_content,
    invoice_content,
    on_leaving,
)
from storno.organizations.models import Seller, Settings
from storno.organizations.queries import Circumstances
from storno.tax.category import TaxCategory
from tests.world import line

TODAY = date(2026, 6, 16)
DATED = replace(line(), delivered_on=date(2026, 6, 15))


def circumstances(country: str = "FI", **settings: Any) -> Circumstances:
    seller = Seller(
        country=country,
        name="Alice Example",
        business_id="2077474-0" if country == "FI" else "974760673",
        vat_registered=True,
        street="Mannerheimintie 1",
        postcode="00100",
        city="Helsinki",
        time_zone="Europe/Helsinki",
        account="FI2112345600000785",
    )
    defaults = {"person_term_days": 14, "company_term_days": 10, "vat_on": "payment"}
    return Circumstances(seller, Settings(**(defaults | settings)), TODAY)


def daisy(**more: Any) -> Client:
    fields = {
        "id": uuid4(),
        "kind": ClientKind.PERSON,
        "name": "Daisy Duck",
        "email": "daisy@example.com",
        "street": "Aleksanterinkatu 2",
        "postcode": "00100",
        "city": "Helsinki",
        "country": "FI",
    }
    return Client(**(fields | more))


def draft(**more: Any) -> Draft:
    fields = {"kind": Kind.INVOICE, "channel": "email", "currency": "EUR", "language": "fi"}
    return Draft(**(fields | more))


def codes(
    draft: Draft, lines: list[LineInput], recipient: Client | None, now: Circumstances
) -> list[tuple[str, str]]:
    return [(found.code, found.field) for found in blockers_of(draft, lines, recipient, now)]


def test_a_draft_that_is_ready_has_no_blockers() -> None:
    assert codes(draft(), [DATED], daisy(), circumstances()) == []


@pytest.mark.parametrize("field", ["name", "business_id", "street", "postcode", "city", "account"])
def test_the_law_wants_to_know_the_seller(field: str) -> None:
    now = circumstances()
    setattr(now.seller, field, "")
    assert codes(draft(), [DATED], daisy(), now) == [("organization_incomplete", field)]


def test_norway_asks_for_no_address() -> None:
    now = circumstances("NO")
    now.seller.street = now.seller.postcode = now.seller.city = ""
    company = daisy(kind=ClientKind.COMPANY, business_id="974760673", street="", city="")
    taxed = replace(DATED, tax_rate=Decimal(25))
    assert codes(draft(), [taxed], company, now) == []
    assert codes(draft(), [taxed], daisy(street=""), now) == [("recipient_incomplete", "recipient")]


@pytest.mark.parametrize(
    ("paper", "lines", "recipient", "found"),
    [
        (draft(), [DATED], None, [("recipient_missing", "recipient")]),
        (draft(), [DATED], daisy(postcode=""), [("recipient_incomplete", "recipient")]),
        (draft(), [DATED], daisy(email=""), [("recipient_has_no_email", "deliver_to")]),
        (draft(deliver_to="x@example.com"), [DATED], daisy(email=""), []),
        (draft(channel="none"), [DATED], daisy(email=""), []),
        (draft(), [], daisy(), [("no_lines", "lines")]),
        (draft(due_in_days=5), [DATED], daisy(), [("term_needs_agreement", "due_in_days")]),
        (draft(due_in_days=5, term_agreed=True), [DATED], daisy(), []),
        (draft(due_in_days=5), [DATED], daisy(kind=ClientKind.COMPANY), []),
        (draft(), [], None, [("recipient_missing", "recipient"), ("no_lines", "lines")]),
        (
            draft(),
            [replace(DATED, tax_rate=Decimal(24))],
            daisy(),
            [("rate_not_in_force", "lines.0.tax_rate")],
        ),
    ],
)
def test_what_is_missing(
    paper: Draft, lines: list[LineInput], recipient: Client | None, found: list[tuple[str, str]]
) -> None:
    assert codes(paper, lines, recipient, circumstances()) == found


def test_reverse_charge_names_the_buyer() -> None:
    now = circumstances(reverse_charge_open=True)
    reverse = replace(line(category=TaxCategory.REVERSE_CHARGE), delivered_on=TODAY)
    assert codes(draft(), [reverse], daisy(), now) == [("buyer_id_missing", "recipient")]
    assert codes(draft(), [reverse], daisy(business_id="2077474-0"), now) == []


@pytest.mark.parametrize(
    ("country", "categories", "own", "blocked", "printed"),
    [
        ("FI", ["zero"], "", True, ""),
        ("FI", ["zero"], "  ", True, ""),
        ("FI", ["zero"], "🍰", True, "🍰"),
        ("FI", ["zero"], "AVL 70 §", False, "AVL 70 §"),
        ("FI", ["exempt", "zero"], "", True, "AVL 34 §"),
        ("FI", ["exempt", "zero"], "AVL 34 §, AVL 70 §", False, "AVL 34 §, AVL 70 §"),
        ("FI", ["exempt"], "", False, "AVL 34 §"),
        ("FI", ["exempt"], "\u0301", False, "AVL 34 §"),
        ("FI", ["exempt"], "AVL 35 §", False, "AVL 35 §"),
        ("FI", ["outside_scope"], "", False, "AVL 34 §"),
        ("FI", ["reverse_charge"], "", False, ""),
        ("FI", [], "", False, ""),
        ("NO", ["zero"], "", False, ""),
        ("NO", ["exempt", "zero"], "", False, "AVL 34 §"),
    ],
)
def test_zero_percent_says_why(
    country: str, categories: list[str], own: str, blocked: bool, printed: str
) -> None:
    """The usual reason is that of exempt services; Finland asks for one at 0 % as well."""
    now = circumstances(
        country, zero_rate_open=True, reverse_charge_open=True, exemption_reason="AVL 34 §"
    )
    lines = [
        replace(line(category=TaxCategory(each)), delivered_on=TODAY) for each in categories
    ] or [replace(DATED, tax_rate=Decimal("25.5"))]
    buyer, paper = daisy(business_id="2077474-0"), draft(exemption_reason=own)
    found = [("exemption_reason_missing", "exemption_reason")] if blocked else []
    assert codes(paper, lines, buyer, now) == found
    assert draft_content(paper, lines, buyer, now).parts["exemption_reason"] == printed


@pytest.mark.parametrize(
    ("paper", "recipient", "days"),
    [
        (draft(due_in_days=21), daisy(term_days=30), 21),
        (draft(), daisy(term_days=30), 30),
        (draft(), daisy(term_days=0), 0),
        (draft(), daisy(), 14),
        (draft(), daisy(kind=ClientKind.COMPANY), 10),
        (draft(), None, 14),
    ],
)
def test_days_to_pay(paper: Draft, recipient: Client | None, days: int) -> None:
    assert days_to_pay(paper, recipient, circumstances()) == days


@pytest.mark.parametrize(
    ("moments", "day"),
    [
        ({}, 16),
        ({"issues_at": datetime(2026, 6, 18, 12, 0, tzinfo=UTC)}, 18),
        ({"issues_at": datetime(2026, 6, 18, 20, 50, tzinfo=UTC)}, 19),
        ({"issues_at": datetime(2026, 6, 14, 12, 0, tzinfo=UTC)}, 16),
        ({"goes_at": datetime(2026, 6, 16, 21, 10, tzinfo=UTC)}, 17),
    ],
)
def test_what_leaves_by_itself_is_due_from_that_day_on(
    moments: dict[str, datetime], day: int
) -> None:
    now, paper = circumstances(hold_seconds=1200), draft(**moments)
    assert on_leaving(paper, now).today == date(2026, 6, day)
    content = draft_content(paper, [DATED], daisy(), on_leaving(paper, now))
    assert content.due_on == date(2026, 6, day) + timedelta(days=14)


def test_content_says_who_sells_who_buys_and_what() -> None:
    now = circumstances()
    buyer = daisy(business_id="2077474-0", contact="Donald")
    paper = draft(
        id=uuid4(),
        finalised_by=uuid4(),
        replaces_id=uuid4(),
        buyer_reference="PO 7",
        case_number="2026/118",
        deliver_to="x@example.com",
        opening_text="Hello",
    )
    content = invoice_content(paper, [DATED, replace(DATED, delivered_on=TODAY)], buyer, now)
    assert (content.kind, content.draft_id, content.issued_by) == (
        Kind.INVOICE,
        paper.id,
        paper.finalised_by,
    )
    assert (content.corrects_id, content.replaces_id) == (None, paper.replaces_id)
    assert (content.delivered_on, content.due_on) == (TODAY, date(2026, 6, 30))
    assert content.retain_until == date(2032, 12, 31)
    assert content.payment_account == "FI2112345600000785"
    assert content.seller["tax_id"] == "FI20774740"
    assert content.breakdown.payable_minor == 251_000
    assert content.parts == {
        "buyer": {
            "name": "Daisy Duck",
            "contact": "Donald",
            "street": "Aleksanterinkatu 2",
            "postcode": "00100",
            "city": "Helsinki",
            "country": "FI",
            "business_id": "2077474-0",
        },
        "deliver_to": "x@example.com",
        "buyer_reference": "PO 7",
        "case_number": "2026/118",
        "opening_text": "Hello",
        "closing_text": "",
        "exemption_reason": "",
    }


@pytest.mark.parametrize(("own", "printed"), [("PO 7", "PO 7"), ("", "HR 9")])
def test_the_reference_is_the_draft_s_own_or_the_recipient_s_usual_one(
    own: str, printed: str
) -> None:
    buyer, paper = daisy(buyer_reference="HR 9"), draft(buyer_reference=own)
    content = invoice_content(paper, [DATED], buyer, circumstances())
    assert content.parts["buyer_reference"] == printed


def test_a_seller_outside_the_register_has_no_tax_id() -> None:
    now = circumstances()
    now.seller.vat_registered = False
    untaxed = replace(line(category=TaxCategory.OUTSIDE_SCOPE), delivered_on=TODAY)
    content = invoice_content(draft(), [untaxed], daisy(), now)
    assert (content.seller["tax_id"], content.breakdown.tax_minor) == ("", 0)


@pytest.mark.parametrize(
    ("kind", "late_interest", "frozen"),
    [
        (ClientKind.COMPANY, Decimal("10.50"), "10.5"),
        (ClientKind.COMPANY, Decimal("0.00"), ""),
        (ClientKind.PERSON, Decimal("10.50"), ""),
    ],
)
def test_an_own_late_interest_is_for_companies(
    kind: ClientKind, late_interest: Decimal, frozen: str
) -> None:
    now = circumstances(notice_days=8, late_interest=late_interest)
    content = invoice_content(draft(), [DATED], daisy(kind=kind), now)
    assert (content.seller["notice_days"], content.seller["late_interest"]) == (8, frozen)


def test_the_day_of_the_draft_goes_before_those_of_its_lines() -> None:
    paper = draft(delivered_on=date(2026, 6, 1))
    assert invoice_content(paper, [DATED], daisy(), circumstances()).delivered_on == date(
        2026, 6, 1
    )


def test_content_that_is_not_ready_names_every_reason() -> None:
    with pytest.raises(Blocked) as refused:
        invoice_content(draft(), [], None, circumstances())
    assert [blocker.code for blocker in refused.value.blockers] == [
        "recipient_missing",
        "no_lines",
    ]
