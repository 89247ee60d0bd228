"""Issue: number, date, frozen content, transfers, standing, letter and history at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection

from storno.core.canonical import salted_hash
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.documents.content import DraftInput
from storno.documents.draft import create_draft
from storno.documents.models import Document, Kind, Line, Particulars, TaxSubtotal
from storno.documents.seal import seal_of
from storno.ledger.models import Transfer
from storno.ledger.post import seal_of as seal_of_posting
from storno.mailroom.models import Letter
from storno.numbering.models import PaymentReference, Series, SeriesPlan
from storno.organizations.models import Channel, PublicLink, Seller, Settings
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.observe import (
    balances,
    bookings,
    documents,
    drafts,
    history,
    letters,
    numbers,
    refused,
    standing,
    stands,
)
from tests.world import World, found, line


def frozen(world: World, document: Document) -> tuple[list[Line], list[TaxSubtotal], Particulars]:
    with scope(world.id):
        of_it = {"organization_id": world.id, "document_id": document.id}
        return (
            list(Line.objects.filter(**of_it).order_by("position")),
            list(TaxSubtotal.objects.filter(**of_it).order_by("position")),
            Particulars.objects.get(**of_it),
        )


def test_an_invoice_is_issued_whole(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    assert (invoice.number, invoice.sequence, invoice.kind) == ("2026-0001", 1, Kind.INVOICE)
    assert (invoice.issued_at, invoice.issued_on, invoice.due_on) == (
        at,
        date(2026, 6, 16),
        date(2026, 6, 30),
    )
    assert (invoice.net_minor, invoice.tax_minor, invoice.payable_minor) == (
        100_000,
        25_500,
        125_500,
    )
    assert (invoice.currency, invoice.language, invoice.channel) == ("EUR", "fi", "email")
    assert (invoice.issued_by, invoice.recipient_id) == (world.alice.id, world.daisy.id)
    assert invoice.payment_account == "FI2112345600000785"
    assert invoice.retain_until == date(2032, 12, 31)
    assert (invoice.corrects_id, invoice.replaces_id, invoice.effect, invoice.reason) == (
        None,
        None,
        None,
        "",
    )
    assert stands(world, invoice) == {"state": "sent", "open": 125_500}
    assert bookings(world, invoice.id) == [
        ("AR", "SALES[S,25.5]", 100_000),
        ("AR", "VATDEF[25.5]", 25_500),
    ]
    assert letters(world) == [("document", "daisy@example.com")]
    assert history(world, invoice.id) == ["invoice.issued"]
    assert drafts(world) == []


def test_vat_that_is_due_with_the_invoice(at: datetime) -> None:
    world = found(vat_on="invoice")
    invoice = world.invoice(at=at)
    assert bookings(world, invoice.id) == [
        ("AR", "SALES[S,25.5]", 100_000),
        ("AR", "VAT[25.5]", 25_500),
    ]
    assert invoice.vat_on == "invoice"


def test_what_was_written_is_sealed(at: datetime) -> None:
    """The rows as they are read back give the seal, and it names the one before it."""
    world = found()
    first = world.invoice(line("3.35", gross=True), line("10.10", "3"), at=at)
    second = world.invoice(at=at)
    for document in documents(world):
        lines, subtotals, particulars = frozen(world, document)
        assert seal_of(document, lines, subtotals) == bytes(document.seal)
        assert salted_hash(bytes(particulars.salt), particulars.parts) == bytes(document.personal)
        with scope(world.id):
            posted = list(Transfer.objects.filter(posting_id=document.id).order_by("position"))
        assert {bytes(transfer.seal) for transfer in posted} == {seal_of_posting(posted)}
    assert bytes(first.previous_seal) == bytes(32)
    assert bytes(second.previous_seal) == bytes(first.seal)
    with scope(world.id):
        series = Series.objects.get(organization_id=world.id)
    assert bytes(series.head) == bytes(second.seal)


def test_lines_are_frozen_without_their_words(at: datetime) -> None:
    """Words may name somebody, so they lie apart and can be erased."""
    world = found()
    invoice = world.invoice(
        line("80.00", "7.5", discount="12.5", description="Doors for Daisy"),
        line("100.00", gross=True),
        at=at,
    )
    (doors, whole), subtotals, particulars = frozen(world, invoice)
    assert (doors.quantity, doors.unit_price, doors.discount_percent, doors.unit) == (
        Decimal("7.5"),
        Decimal(80),
        Decimal("12.5"),
        "h",
    )
    assert (doors.amount_minor, doors.net_minor) == (52_500, 52_500)
    assert (whole.amount_minor, whole.net_minor, whole.includes_tax) == (10_000, 7_968, True)
    assert [(group.net_minor, group.tax_minor) for group in subtotals] == [
        (52_500, 13_388),
        (7_968, 2_032),
    ]
    assert particulars.parts["lines"] == ["Doors for Daisy", "Carpentry"]
    assert particulars.parts["buyer"]["name"] == "Daisy Duck"


@pytest.mark.parametrize(
    ("country", "moment", "day"),
    [
        ("FI", datetime(2026, 6, 16, 20, 59, 59, tzinfo=UTC), date(2026, 6, 16)),
        ("FI", datetime(2026, 6, 16, 21, 0, tzinfo=UTC), date(2026, 6, 17)),
        ("NO", datetime(2026, 6, 16, 21, 59, 59, tzinfo=UTC), date(2026, 6, 16)),
        ("NO", datetime(2026, 6, 16, 22, 0, tzinfo=UTC), date(2026, 6, 17)),
        ("FI", datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
        ("FI", datetime(2026, 12, 31, 21, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        ("FI", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("FI", datetime(2026, 10, 24, 20, 59, tzinfo=UTC), date(2026, 10, 24)),
        ("FI", datetime(2026, 10, 25, 21, 59, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_date_is_that_of_the_organizations_zone(
    country: str, moment: datetime, day: date
) -> None:
    world = found(country)
    rate = Decimal("25.5") if country == "FI" else Decimal(25)
    invoice = world.invoice(line(rate=rate), at=moment)
    assert invoice.issued_on == day
    assert invoice.due_on == day + timedelta(days=14)
    assert invoice.number == f"{day.year}-0001"
    with scope(world.id):
        assert {transfer.booked_on for transfer in Transfer.objects.all()} == {day}


def test_each_year_has_its_series(at: datetime) -> None:
    world = found()
    new_year = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    for moment in (at, at, new_year, new_year + timedelta(days=1)):
        world.invoice(at=moment)
    assert sorted(numbers(world)) == ["2026-0001", "2026-0002", "2027-0001", "2027-0002"]
    first_of_2027 = next(doc for doc in documents(world) if doc.number == "2027-0001")
    assert bytes(first_of_2027.previous_seal) == bytes(32)


def test_a_later_year_begins_at_1_even_for_those_who_switched(at: datetime) -> None:
    world = found()
    with scope(world.id):
        SeriesPlan.objects.create(
            organization_id=world.id, kind="invoice", format="{year}/{number}", first_number=235
        )
    world.invoice(at=at)
    world.invoice(at=at + timedelta(days=365))
    assert sorted(numbers(world)) == ["2026/235", "2027/1"]


def test_numbers_never_go_back_in_time(at: datetime) -> None:
    """Who read the clock before midnight and got the lock after another is dated after it."""
    world = found()
    late = datetime(2026, 6, 16, 21, 0, 0, 100, tzinfo=UTC)
    early = late - timedelta(microseconds=200)
    first, second = world.invoice(at=late), world.invoice(at=early)
    assert (first.issued_on, second.issued_on) == (date(2026, 6, 17), date(2026, 6, 17))
    assert (second.issued_at, second.due_on) == (late, date(2026, 7, 1))
    assert standing(world, second).due_on == date(2026, 7, 1)


def test_each_invoice_has_a_reference_that_finds_it(at: datetime) -> None:
    world, charlies = found(), found()
    invoices = [world.invoice(at=at), charlies.invoice(at=at), world.invoice(at=at)]
    assert len({invoice.payment_reference for invoice in invoices}) == 3
    for invoice in invoices:
        owner = PaymentReference.objects.get(
            account="FI2112345600000785", reference=invoice.payment_reference
        )
        assert (owner.organization_id, owner.document_id) == (invoice.organization_id, invoice.id)


def test_an_account_abroad_bears_no_finnish_reference(at: datetime) -> None:
    world = found("NO")
    invoice = world.invoice(line(rate=Decimal(25)), at=at)
    assert (invoice.payment_account, invoice.payment_reference) == ("86011117947", "")


def test_an_invoice_over_nothing_is_settled_at_once(at: datetime) -> None:
    world = found()
    invoice = world.invoice(line("0.00"), at=at)
    assert (invoice.number, invoice.payable_minor) == ("2026-0001", 0)
    assert stands(world, invoice) == {"state": "paid"}
    assert bookings(world, invoice.id) == []
    assert invoice.payment_reference == ""
    assert letters(world) == [("document", "daisy@example.com")]


def test_who_delivers_it_himself_sends_no_letter(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at, channel=Channel.NONE)
    assert (invoice.channel, letters(world)) == ("none", [])
    assert not PublicLink.objects.filter(organization_id=world.id).exists()


def test_the_letter_goes_to_the_other_address(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at, deliver_to="accounts@example.com", language="nb")
    assert letters(world) == [("document", "accounts@example.com")]
    with scope(world.id):
        letter = Letter.objects.get(subject_id=invoice.id)
    assert (letter.language, letter.state, letter.queued_at) == ("nb", "queued", at)


def test_the_link_in_the_letter_lasts_until_90_days_after_the_due_day(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    link = PublicLink.objects.get(organization_id=world.id)
    assert (link.subject_id, link.expires_on) == (invoice.id, date(2026, 9, 28))


def test_the_paper_says_what_was_true_when_it_was_issued(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(name="Alice & Co", account="")
        world.daisy.name = "Daisy Drake"
        world.daisy.save()
    (again,) = documents(world)
    _lines, _subtotals, particulars = frozen(world, invoice)
    assert (again.seller["name"], again.payment_account) == ("Alice Example", "FI2112345600000785")
    assert particulars.parts["buyer"]["name"] == "Daisy Duck"


@pytest.mark.parametrize("table", ["document", "line", "taxsubtotal", "particulars"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_issued_is_cut_in_stone(table: str, deed: str, at: datetime) -> None:
    world = found()
    world.invoice(at=at)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        scope(world.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format(f"documents_{table}"))


def test_exempt_sales_bear_no_tax(at: datetime) -> None:
    world = found()
    exempt = line("1200.00", category=TaxCategory.EXEMPT)
    invoice = world.invoice(exempt, at=at)
    assert (invoice.payable_minor, invoice.tax_minor) == (120_000, 0)
    assert balances(world, invoice) == {"AR": 120_000, "SALES[E,0]": -120_000}


def test_a_draft_that_is_not_ready_is_refused_and_stays(at: datetime) -> None:
    world = found()
    draft = create_draft(DraftInput(None, ()), who=world.who(), at=at)
    with refused(world, "recipient_missing", "no_lines"):
        finalise_draft(draft.id, who=world.who(), at=at)
    with refused(world, "recipient_missing", "no_lines"):
        finalise_draft(draft.id, send_now=True, who=world.who(), at=at)


def test_a_seller_whom_the_law_does_not_know_issues_nothing(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    with scope(world.id):
        Seller.objects.filter(organization_id=world.id).update(business_id="", city="")
    with refused(world, "organization_incomplete", "organization_incomplete"):
        finalise_draft(draft.id, who=world.who(), at=at)


def test_a_rate_that_was_closed_meanwhile_is_refused(at: datetime) -> None:
    world = found(zero_rate_open=True)
    draft = world.draft(line(category=TaxCategory.ZERO), at=at, exemption_reason="AVL 70 §")
    with scope(world.id):
        Settings.objects.filter(organization_id=world.id).update(zero_rate_open=False)
    with refused(world, "category_closed"):
        finalise_draft(draft.id, who=world.who(), at=at)


def test_a_rate_that_ends_between_saving_and_issue_stays_that_of_the_supply(at: datetime) -> None:
    """Saved and finalised at 14 % on New Year's Eve, sent twenty minutes into a year of 13.5 %."""
    eve = datetime(2025, 12, 31, 21, 50, tzinfo=UTC)
    world = found()
    draft = world.draft(line("100.00", rate=Decimal(14)), at=eve)
    finalise_draft(draft.id, who=world.who(), at=eve)
    assert depart_due(world.id, at=eve + timedelta(minutes=20)) == 1
    (invoice,) = documents(world)
    assert (invoice.number, invoice.issued_on) == ("2026-0001", date(2026, 1, 1))
    assert (invoice.tax_minor, invoice.delivered_on) == (1_400, date(2025, 12, 31))


def test_an_invoice_of_500_lines(at: datetime) -> None:
    world = found()
    invoice = world.invoice(*[line("0.33", gross=True)] * 250, *[line("0.33")] * 250, at=at)
    lines, subtotals, _particulars = frozen(world, invoice)
    assert [row.position for row in lines] == list(range(500))
    assert sum(row.net_minor for row in lines) == invoice.net_minor
    assert [(row.net_minor, row.tax_minor) for row in subtotals] == [(6_574, 1_676), (8_250, 2_104)]
