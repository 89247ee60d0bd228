"""The list of invoices: by state, found, narrowed, in pages, summed, as a file."""

import csv
import io
import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from storno.clients.models import Client
from storno.clients.save import ClientInput, archive_client, create_client
from storno.corrections.credit import credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.settle import register_payment
from storno.documents.find import MOST_NAMED
from storno.documents.models import Document
from storno.documents.queries import Filter, list_invoices
from storno.organizations.scope import scope
from storno.payments.models import MoneyKind
from storno.payments.register import PaymentInput
from storno.people.profile import change_profile
from tests.conftest import Clock
from tests.deeds import CANCELLED, hold_draft
from tests.web.papers.member import Member, Seen, id_in, words
from tests.world import World, found, line

DAY = timedelta(days=1)
TOO_MANY = "More than 99 names fit; the invoices of the first 99 are shown. Type more of the name."


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def client(world: World, name: str, at: datetime) -> Client:
    entered = ClientInput(
        kind="person",  # type: ignore[arg-type]
        name=name,
        email="somebody@example.com",
        street="Kauppakatu 3",
        postcode="40100",
        city="Jyväskylä",
    )
    return create_client(entered, who=world.who(), at=at)


def tabs(page: Seen) -> dict[str, str]:
    """The tabs with their counts."""
    shown = page.part(r'<nav class="tabs".*?</nav>')
    return dict(re.findall(r"([A-Z][a-z ]+?) (\d+\+?)", shown))


def rows(page: Seen) -> list[str]:
    """The numbers of the rows, from top to bottom."""
    return re.findall(r'class="at-under[^"]*">([^<]*)<', page.html)


def menu_of(page: Seen, subject: str) -> str:
    """The words of one menu."""
    found = re.search(
        rf"What can be done: {re.escape(subject)}</span>.*?</details>", page.html, re.DOTALL
    )
    assert found
    return words(found[0].split("</summary>")[1])


def test_each_state_has_its_tab_with_its_count(at: datetime, clock: Clock) -> None:
    world = found()
    overdue = world.invoice(line("10.00"), at=at - 20 * DAY)
    paid, cancelling, cancelled, owed = (world.invoice(at=at - DAY) for _ in range(4))
    pay(world, paid, 125_500, at)
    pay(world, owed, 130_000, at)
    credit_invoice(cancelled.id, CANCELLED, who=world.who(), at=at - DAY)
    depart_due(world.id, at=at)
    credit_invoice(cancelling.id, CANCELLED, who=world.who(), at=at)
    world.draft(at=at)
    hold_draft(world, at)
    member = Member(world)
    assert tabs(member.get("invoices")) == {
        "All": "5",
        "Drafts": "1",
        "Processing": "1",
        "Unpaid": "2",
        "Overdue": "1",
        "Being cancelled": "1",
        "Paid": "2",
        "Cancelled": "1",
        "Owed back": "1",
    }
    by_state = {
        state: member.get("invoices", state=state)
        for state in ("overdue", "owed_back", "cancelling", "credited", "drafts", "processing")
    }
    assert rows(by_state["overdue"]) == [overdue.number]
    assert rows(by_state["owed_back"]) == [owed.number]
    assert rows(by_state["cancelling"]) == [cancelling.number]
    assert rows(by_state["credited"]) == [cancelled.number]
    assert rows(by_state["drafts"]) == rows(by_state["processing"]) == [""]
    assert "Daisy Duck Carpentry Draft €1,255.00" in by_state["drafts"].text
    assert "Change Price Change Recipient" in menu_of(by_state["drafts"], "Daisy Duck")
    assert "Overdue by 6 days" in by_state["overdue"].text
    assert "Being cancelled until 12:32" in by_state["cancelling"].text
    assert "Processing until 12:32" in by_state["processing"].text


def test_the_shown_rows_are_summed(at: datetime, clock: Clock) -> None:
    world = found()
    pay(world, world.invoice(line("100.00"), at=at), 2_550, at)
    world.invoice(line("1000.00"), at=at)
    page = Member(world).get("invoices")
    assert page.part(r"<tfoot>.*?</tfoot>") == "2 invoices shown €1,355.00 €1,380.50"


def test_a_search_takes_number_name_amount_and_reference(at: datetime, clock: Clock) -> None:
    world = found()
    first = world.invoice(at=at)
    second = world.invoice(line("20.00"), at=at, recipient=client(world, "Café Pulla", at))
    member = Member(world)
    for text, numbers in (
        ("2026-0001", [first.number]),
        ("2026", [second.number, first.number]),
        ("pulla", [second.number]),
        ("CAFE", [second.number]),
        ("daisy", [first.number]),
        ("1255,00", [first.number]),
        ("25.10", [second.number]),
        (second.payment_reference, [second.number]),
        ("nobody at all", []),
    ):
        assert rows(member.get("invoices", q=text)) == numbers, text
    assert "Nothing was found." in member.get("invoices", q="nobody at all").text


def test_a_search_keeps_to_the_tab_and_the_period(at: datetime, clock: Clock) -> None:
    world = found()
    may, june, paid = (world.invoice(at=day) for day in (at - 30 * DAY, at, at))
    pay(world, paid, 125_500, at)
    member = Member(world)
    for text in ("daisy", "2026", "1255,00"):
        assert rows(member.get("invoices", q=text)) == [paid.number, june.number, may.number]
        overdue = member.get("invoices", q=text, state="overdue")
        assert rows(overdue) == [may.number]
        assert overdue.part(r"<tfoot>.*?</tfoot>") == "1 invoice shown €1,255.00 €1,255.00"
        assert rows(member.get("invoices", q=text, **{"from": "2026-06-01"})) == [
            paid.number,
            june.number,
        ]
        assert rows(member.get("invoices", q=text, state="paid", to="2026-06-15")) == []
    # A count of all beside a part of them would say what is not so.
    assert tabs(member.get("invoices", q="daisy")) == {}
    page = member.get("invoices", q="daisy", state="paid")
    assert page.part(r'<a href="[^"]*q=daisy" aria-current="page">.*?</a>') == "Paid"
    assert 'state=overdue&amp;q=daisy"' in page.html
    assert re.findall(
        r'type="hidden" name="(\w+)" value="(\w+)"',
        re.findall(r"<details[^>]*id=.period.*?<.details>", page.html, re.DOTALL)[0],
    ) == [
        ("state", "paid"),
        ("q", "daisy"),
    ]


def test_a_search_has_pages_in_which_each_invoice_stands_once(at: datetime, clock: Clock) -> None:
    world = found()
    pulla = client(world, "Café 2026", at)
    named = [world.invoice(line("1.00"), at=at, recipient=pulla).number for _ in range(3)]
    priced = [world.invoice(line("1614.34"), at=at).number for _ in range(2)]
    seen: list[list[str]] = []
    before = None
    with scope(world.id):
        while True:
            asked = Filter(text="2026")
            page = list_invoices(world.id, asked, today=at.date(), before=before, limit=2)
            seen.append([row.document.number for row in page.rows])
            before = page.next
            if before is None:
                break
    newest = sorted([*named, *priced], reverse=True)
    assert seen == [newest[:2], newest[2:4], newest[4:]]


def test_what_a_text_may_stand_for_comes_one_after_the_other(at: datetime, clock: Clock) -> None:
    world = found()
    referred = world.invoice(line("2.00"), at=at)
    reference = referred.payment_reference
    called = client(world, f"Café {reference}", at)
    named = [world.invoice(line("1.00"), at=at, recipient=called) for _ in range(2)]
    with scope(world.id):
        every = [
            list_invoices(world.id, Filter(text=reference), today=at.date(), before=before, limit=1)
            for before in (None, referred.id, named[1].id)
        ]
    assert [[row.document.id for row in page.rows] for page in every] == [
        [referred.id],
        [named[1].id],
        [named[0].id],
    ]
    assert [page.next for page in every] == [referred.id, named[1].id, None]


def test_a_search_finds_invoices_of_clients_in_the_archive(at: datetime, clock: Clock) -> None:
    world = found()
    pulla = client(world, "Café Pulla", at)
    numbers = [world.invoice(at=at, recipient=pulla).number for _ in range(2)]
    archive_client(pulla.id, who=world.who(), at=at)
    seen = Member(world).get("invoices", q="pulla")
    assert rows(seen) == numbers[::-1]
    assert TOO_MANY not in seen.text


def test_a_search_by_name_says_that_more_names_fit(at: datetime, clock: Clock) -> None:
    world = found()
    called = [client(world, f"Café {number:03}", at) for number in range(MOST_NAMED + 1)]
    first, *_others, last = called
    shown = world.invoice(at=at, recipient=first).number
    world.invoice(at=at, recipient=last)
    member = Member(world)
    seen = member.get("invoices", q="cafe")
    assert (rows(seen), TOO_MANY in seen.text) == ([shown], True)
    file = member.get("invoices_csv", q="cafe")
    assert (file.status, member.get("invoices", q="cafe").said) == (302, TOO_MANY)
    archive_client(last.id, who=world.who(), at=at)
    seen = member.get("invoices", q="cafe")
    assert (len(rows(seen)), TOO_MANY in seen.text) == (2, False)
    assert member.get("invoices_csv", q="cafe").status == 200


def test_a_list_is_narrowed_to_a_recipient_and_a_period(at: datetime, clock: Clock) -> None:
    world = found()
    pulla = client(world, "Café Pulla", at)
    may = world.invoice(at=at - 30 * DAY)
    june = world.invoice(at=at, recipient=pulla)
    member = Member(world)
    of_pulla = member.get("invoices", recipient=str(pulla.id))
    assert (rows(of_pulla), "of Café Pulla" in of_pulla.text) == ([june.number], True)
    assert rows(member.get("invoices", **{"from": "2026-06-01"})) == [june.number]
    assert rows(member.get("invoices", **{"from": "2026-05-01", "to": "2026-05-31"})) == [
        may.number
    ]
    nothing = member.get("invoices", **{"from": "2027-01-01"})
    assert "Nothing in this selection." in nothing.text


def test_drafts_are_found_by_their_recipients(at: datetime, clock: Clock) -> None:
    world = found()
    pulla = client(world, "Café Pulla", at)
    daisys = [world.draft(at=at) for _ in range(2)]
    pullas = world.draft(at=at, recipient=pulla)
    finalise_draft(daisys[1].id, who=world.who(), at=at)
    member = Member(world)

    def found_by(**asked: str) -> list[UUID]:
        links = re.findall(r'class="row-link" href="([^"]*)"', member.get("invoices", **asked).html)
        return [id_in(link) for link in links]

    assert found_by(state="drafts") == [pullas.id, daisys[0].id]
    assert found_by(state="drafts", q="pul") == [pullas.id]
    assert found_by(state="drafts", q="daisy@") == [daisys[0].id]
    assert found_by(state="processing", q="daisy") == [daisys[1].id]
    assert found_by(state="processing", q="pulla") == []
    assert found_by(state="drafts", q="daisy", recipient=str(pulla.id)) == []
    archive_client(pulla.id, who=world.who(), at=at)
    assert found_by(state="drafts", q="cafe") == [pullas.id]
    nobody = member.get("invoices", state="drafts", q="1255.00")
    assert (
        "Nothing was found. Search by the beginning of a name, an e-mail address or a number."
    ) in nobody.text
    in_june = member.get("invoices", state="drafts", **{"from": "2027-06-01"})
    assert "A part of the invoices is shown." not in in_june.text
    assert "A part of the invoices is shown." in nobody.text


def test_what_makes_no_sense_in_an_address_narrows_nothing(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    query = {"state": "nonsense", "recipient": "x", "from": "yesterday", "to": "2026-13-01"}
    page = Member(world).get("invoices", **query, before="1", q="\x00")
    assert (page.status, rows(page)) == (200, [invoice.number])


def test_pages_follow_by_key(at: datetime, clock: Clock) -> None:
    world = found()
    issued = [world.invoice(line("1.00"), at=at).number for _ in range(51)]
    member = Member(world)
    first = member.get("invoices")
    assert rows(first) == issued[:0:-1]
    older = re.search(r'href="[^"]*before=([0-9a-f-]+)" rel="next"', first.html)
    assert older
    assert rows(member.get("invoices", before=older[1])) == [issued[0]]


def test_an_empty_list_teaches(at: datetime, clock: Clock) -> None:
    member = Member(found())
    assert "No invoices yet." in member.get("invoices").text
    assert "No overdue invoices. Well done." in member.get("invoices", state="overdue").text
    assert "You owe nobody anything." in member.get("invoices", state="owed_back").text


def test_a_row_has_the_menu_of_its_page(at: datetime, clock: Clock) -> None:
    world = found(paid_credit="desk", support_contact="+358 9 123 456")
    sent, paid, cancelling = (world.invoice(at=at) for _ in range(3))
    pay(world, paid, 125_500, at)
    credit_invoice(cancelling.id, CANCELLED, who=world.who(), at=at)
    member = Member(world)
    page = member.get("invoices")
    menus = {each.number: menu_of(page, each.number) for each in (sent, paid, cancelling)}
    everything = "PDF Send Mark as disputed Register payment Write off Open chat Cancel the invoice"
    assert menus[sent.number] == everything
    assert menus[paid.number] == (
        "PDF Send Register payment Open chat Ask for a refund case Cancel the invoice This invoice "
        "has been paid. Paid invoices are cancelled by customer service. +358 9 123 456"
    )
    assert menus[cancelling.number] == (
        "PDF Send Mark as disputed Register payment Write off A credit note on this invoice is on "
        "its way. Take it back first, if you want to write off what is open. Open chat "
        "Cancel refund"
    )
    for invoice in (sent, paid, cancelling):
        own = menu_of(member.get("invoice", invoice.id), f"Invoice {invoice.number}")
        assert own == menus[invoice.number]


def test_a_reader_sees_what_is_not_allowed_and_why(at: datetime, clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=at)
    listed = Member(world, world.bob).get("invoices")
    assert "New invoice" not in listed.text
    menu = menu_of(listed, invoice.number)
    assert menu == (
        "PDF Send Your role does not allow this. Ask an administrator of your organization. "
        "Register payment Your role does not allow this. Ask an administrator of your "
        "organization. Cancel the invoice Your role does not allow cancelling invoices. Ask an "
        "administrator of your organization."
    )


def test_a_longer_list_takes_no_more_statements(at: datetime, clock: Clock) -> None:
    world = found()
    member = Member(world)
    counts = []
    for _ in range(2):
        for _ in range(3):
            world.invoice(at=at)
            world.draft(at=at)
        for state in ("", "drafts"):
            with CaptureQueriesContext(connection) as asked:
                member.get("invoices", state=state)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_the_file_holds_what_is_shown_and_runs_no_formula(at: datetime, clock: Clock) -> None:
    world = found()
    evil = client(world, "=HYPERLINK(A1)", at)
    world.invoice(at=at - 30 * DAY)
    invoice = world.invoice(line("1000.00"), at=at, recipient=evil)
    pay(world, invoice, 50_000, at)
    answer = Member(world).get("invoices_csv", **{"from": "2026-06-01"})
    assert answer.response["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.html.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))
    assert table == [
        ["Number", "Customer", "State", "Issued", "Due", "Currency", "Amount", "Open", "Owed back"],
        [
            "2026-0002",
            "'=HYPERLINK(A1)",
            "Part paid",
            "2026-06-16",
            "2026-06-30",
            "EUR",
            "1255.00",
            "755.00",
            "0.00",
        ],
    ]


def test_the_file_speaks_the_language_of_who_reads_it(at: datetime, clock: Clock) -> None:
    world = found()
    world.invoice(at=at)
    member = Member(world)
    change_profile(world.alice, name="Alice", language="nb")
    answer = member.get("invoices_csv")
    assert answer.html == (
        "\ufeffNummer;Kunde;Status;Utstedt;Forfall;Valuta;Beløp;Gjenstår;Skal tilbakebetales\r\n"
        "2026-0001;Daisy Duck;Sendt;2026-06-16;2026-06-30;EUR;1255,00;1255,00;0,00\r\n"
    )
