"""What a client owes: the statement says what the books say, in every door."""

from datetime import date, timedelta

import pytest

from storno.core.refusals import Invalid
from storno.corrections.refund import offset_invoice, refund_invoice
from storno.corrections.settle import reverse_payment
from storno.corrections.write_off import write_off_invoice
from storno.diary.erase import erase_client
from storno.documents.queries import invoice_numbered
from storno.mailroom.mail import Mail
from storno.mailroom.models import Letter
from storno.organizations.queries import circumstances
from storno.organizations.scope import scope
from storno.payments.refund import GivenBack
from storno.printing.layout import layout
from storno.reports.statement import read_statement
from storno.reports.statement_paper import paper_of_statement, pdf_of_statement
from storno.worker.rounds import COMPOSERS
from tests.api.caller import caller
from tests.conftest import Clock
from tests.deeds import credit, pay
from tests.observe import balances, history
from tests.web.papers.member import Member
from tests.world import World, found, line

DAY = timedelta(days=1)


@pytest.fixture
def world(clock: Clock) -> World:
    """Daisy over-pays one, has one credited that was paid, and owes one; another owes as well."""
    world, at = found(hold_seconds=0), clock.now
    first = world.invoice(at=at - 40 * DAY)
    pay(world, first, 130_000, at=at - 30 * DAY)
    second = world.invoice(line("100.00"), at=at - 20 * DAY)
    mistaken = pay(world, second, 12_550, at=at - 19 * DAY)
    reverse_payment(mistaken.id, "of another", who=world.who(), at=at - 18 * DAY)
    third = world.invoice(line("10.00"), at=at - 17 * DAY)
    pay(world, third, 1255, at=at - 16 * DAY)
    credit(world, third, at=at - 15 * DAY)
    given = GivenBack((at - 14 * DAY).date(), "cash")
    refund_invoice(third.id, given, who=world.who(), at=at - 14 * DAY)
    offset_invoice(first.id, second.id, who=world.who(), at=at - 13 * DAY)
    return world


ALL = [
    ("2026-05-07", "issue", "2026-0001", 125_500, 125_500),
    ("2026-05-17", "payment", "2026-0001", -130_000, -4500),
    ("2026-05-27", "issue", "2026-0002", 12_550, 8050),
    ("2026-05-28", "payment", "2026-0002", -12_550, -4500),
    ("2026-05-29", "reversal", "2026-0002", 12_550, 8050),
    ("2026-05-30", "issue", "2026-0003", 1255, 9305),
    ("2026-05-31", "payment", "2026-0003", -1255, 8050),
    ("2026-06-01", "credit", "2026-K1", -1255, 6795),
    ("2026-06-02", "refund", "2026-0003", 1255, 8050),
    ("2026-06-03", "refund", "2026-0001", 4500, 12_550),
    ("2026-06-03", "payment", "2026-0002", -4500, 8050),
]


def test_it_says_what_the_books_say(world: World, clock: Clock) -> None:
    def read(first: date, last: date) -> tuple[int, list[tuple[str, str, str, int, int]], int]:
        with scope(world.id):
            statement = read_statement(world.daisy, first, last, currency="EUR")
        (account,) = statement.accounts
        rows = [
            (str(each.on), each.kind, each.number, each.amount_minor, each.balance_minor)
            for each in account.entries
        ]
        return account.opening_minor, rows, account.closing_minor

    assert read(date(2026, 1, 1), date(2026, 6, 16)) == (0, ALL, 8050)
    owed = balances(world)
    assert owed.get("AR", 0) + owed.get("UNAPPLIED", 0) + owed.get("REFUND", 0) == 8050
    assert read(date(2026, 5, 18), date(2026, 5, 30)) == (-4500, ALL[2:6], 9305)
    assert read(date(2026, 6, 10), date(2026, 6, 16)) == (8050, [], 8050)
    with pytest.raises(Invalid):
        read(date(2026, 6, 16), date(2026, 6, 15))


def test_it_is_shown_printed_and_answered(world: World, clock: Clock) -> None:
    page = Member(world).get("client_statement", world.daisy.id)
    for words in ("Before 1 January 2026: €0.00", "Credit note 2026-K1", "On 16 June 2026: €80.50"):
        assert words in page.text
    assert "2026-0002 €80.50, due 10 June 2026" in page.text
    member = Member(world)
    early = {"from": "2026-05-18", "to": "2026-05-18"}
    page = member.get("client_statement", world.daisy.id, **early)
    assert "On 18 May 2026: €45.00 owed to the recipient" in page.text
    sheet = member.client.get(member.url("client_statement_csv", world.daisy.id))
    rows = sheet.content.decode("utf-8-sig").splitlines()
    assert rows[1:3] == [
        "2026-01-01,opening,,EUR,,0.00",
        "2026-05-07,issue,2026-0001,EUR,1255.00,1255.00",
    ]
    assert rows[-1] == "2026-06-16,closing,,EUR,,80.50"
    body = caller(world).get(f"/clients/{world.daisy.id}/statement?first=2026-06-03").body
    (account,) = body["accounts"]
    assert (account["opening"], account["closing"]) == ("80.50", "80.50")
    assert [entry["amount"] for entry in account["entries"]] == ["45.00", "-45.00"]
    assert account["open_invoices"][0]["open"] == "80.50"
    pdf = caller(world).get(f"/clients/{world.daisy.id}/statement.pdf")
    assert (pdf.status, pdf.raw[:5]) == (200, b"%PDF-")
    other = caller(world).get(f"/clients/{world.daisy.id}/statement.pdf?currency=NOK")
    assert other.status == 404
    with scope(world.id):
        now = circumstances(world.id, clock.now)
        statement = read_statement(world.daisy, date(2026, 6, 1), date(2026, 6, 16), currency="EUR")
        tree = layout(paper_of_statement(statement, statement.accounts[0], now))
        name, _pdf = pdf_of_statement(statement, statement.accounts[0], now, at=clock.now)
    assert (tree["title"], name) == (
        "ASIAKASTILIOTE",
        f"Asiakastiliote-{world.daisy.number}-2026-06-01-2026-06-16.pdf",
    )
    lines = tree["lines"]
    assert isinstance(lines, list)
    assert lines[0]["description"] == "Saldo 1.6.2026"
    assert len(lines) == 5


def test_it_is_mailed_for_its_period_and_once_at_a_time(world: World, clock: Clock) -> None:
    member, period = Member(world), {"first": "2026-06-01", "last": "2026-06-16"}
    sent = caller(world).post(f"/clients/{world.daisy.id}/statement", period)
    assert (sent.status, sent.body["kind"], sent.body["to"]) == (
        202,
        "statement",
        "daisy@example.com",
    )
    page = member.post("client_statement_send", world.daisy.id)
    assert "The statement is on its way to daisy@example.com." in page.said
    with scope(world.id):
        (letter,) = Letter.objects.filter(organization_id=world.id, kind="statement")
        mail = COMPOSERS["statement"](letter)
    assert isinstance(mail, Mail)
    assert mail.subject == "Asiakastiliote, Alice Example"
    assert [each.name for each in mail.attachments] == [
        f"Asiakastiliote-{world.daisy.number}-2026-06-01-2026-06-16.pdf"
    ]
    assert history(world, world.daisy.id)[-1:] == ["client.statement_sent"]
    late = period | {"first": "2026-06-17"}
    assert caller(world).post(f"/clients/{world.daisy.id}/statement", late).status == 422
    with scope(world.id):
        owed = invoice_numbered("2026-0002", world.id)
    write_off_invoice(owed.id, relieved=True, who=world.who(), at=clock.now)
    assert "Not asked for any more" in member.get("client_statement", world.daisy.id).text
    erase_client(world.daisy.id, number=world.daisy.number, who=world.who(), at=clock.now)
    with scope(world.id):
        assert not Letter.objects.filter(organization_id=world.id, kind="statement").exists()
