"""Numbers of papers are held together on pages."""

from datetime import datetime

import pytest
from django.utils.html import format_html

from storno.web.templatetags.unbroken import unbroken
from tests.conftest import Clock
from tests.web.papers.member import Member
from tests.world import found


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("2026-K1", ["2026-K1"]),
        ("Invoice 2026-0001.", ["2026-0001"]),
        ("Credits invoice 2026/K-7, and A_1.2-b of 3.11.2026", ["2026/K-7", "A_1.2-b"]),
        ("(20260000-00000000000)", ["20260000-00000000000"]),
        ("20260000-000000000000", []),
        ("Anna-Liisa, 3 November 2026, 25.5 %", []),
        ("anna-1@example.com, https://example.com/a-1, O&#x27;Brien", []),
        ("", []),
    ],
)
def test_a_number_in_words_is_held_together(words: str, held: list[str]) -> None:
    expected = str(format_html("{}", words))
    for number in held:
        expected = expected.replace(number, f'<bdi class="nowrap">{number}</bdi>')
    assert unbroken(words) == expected


def test_what_is_typed_is_escaped_and_links_stay_links() -> None:
    assert unbroken("<b>2026-K1</b>") == '&lt;b&gt;<bdi class="nowrap">2026-K1</bdi>&lt;/b&gt;'
    link = format_html('<a href="/o/a-1/{}/">{}</a>', "01a2-b", "2026-K1")
    assert unbroken(link) == '<a href="/o/a-1/01a2-b/"><bdi class="nowrap">2026-K1</bdi></a>'


def test_pages_hold_the_numbers_of_papers_together(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    member = Member(world)
    held = '<bdi class="nowrap">2026-0001</bdi>'
    page = member.get("invoice", invoice.id)
    assert f"<h1>Invoice {held}</h1>" in page.html
    assert f"<span>Invoice {held} was issued.</span>" in page.html
    assert f"<br>{held}</h2>" in page.html
    assert "<title>Invoice 2026-0001 · " in page.html
    for name in ("invoice_credit", "invoice_payment"):
        assert held in member.get(name, invoice.id).html
    assert '<td class="at-under soft nowrap">2026-0001</td>' in member.get("invoices").html
