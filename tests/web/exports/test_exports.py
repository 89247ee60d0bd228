"""The accountant's files: to the cent, by number, within one organization."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from storno.corrections.credit import credit_invoice
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import offset_invoice, refund_invoice, reverse_refund
from storno.corrections.settle import register_payment, reverse_payment
from storno.corrections.write_off import reverse_write_off, write_off_invoice
from storno.documents.models import Document, Reason
from storno.payments.models import MoneyKind, Payment, Why
from storno.payments.refund import GivenBack
from storno.payments.register import PaymentInput
from storno.payments.reverse_refund import Grounds
from storno.tax.category import TaxCategory
from tests.conftest import Clock
from tests.observe import balances
from tests.web.cast import member_as, nobody, row_of, stranger
from tests.web.papers.member import Member
from tests.world import World, found, line

JUNE = {"first": "2026-06-01", "last": "2026-06-30", "style": "plain"}


def rows(member: Member, name: str, **query: str) -> list[str]:
    """The lines of a file."""
    response = member.client.get(member.url(name), JUNE | query)
    assert response.status_code == 200
    content = b"".join(response)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    return content.decode("utf-8-sig").split("\r\n")[:-1]


def pay(world: World, invoice: Document, amount_minor: int, at: datetime) -> None:
    entered = PaymentInput(amount_minor, at.date(), MoneyKind.BANK_TRANSFER)
    register_payment(invoice.id, entered, who=world.who(), at=at)


def test_documents_line_by_line(clock: Clock) -> None:
    world = found(hold_seconds=0, exemption_reason="AVL 34 §")
    invoice = world.invoice(
        line("1000.00"),
        line("10.00", gross=True),
        line("100.00", rate=Decimal("13.5")),
        line("50.00", rate=None, category=TaxCategory.EXEMPT),
        at=clock.now,
    )
    credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=clock.now)
    world.invoice(line("1.00"), at=clock.now + timedelta(days=15))
    assert rows(Member(world), "export_documents") == [
        (
            "kind,number,date,corrects,client,currency,net,tax,gross,"
            "net_25.5,tax_25.5,net_13.5,tax_13.5,net_exempt,tax_exempt"
        ),
        (
            "invoice,2026-0001,2026-06-16,,1,EUR,1157.97,270.53,1428.50,"
            "1007.97,257.03,100.00,13.50,50.00,0.00"
        ),
        (
            "credit_note,2026-K1,2026-06-16,2026-0001,1,EUR,-1157.97,-270.53,-1428.50,"
            "-1007.97,-257.03,-100.00,-13.50,-50.00,0.00"
        ),
    ]


def test_the_nordic_way_of_writing(clock: Clock) -> None:
    world = found()
    world.invoice(at=clock.now)
    assert rows(Member(world), "export_documents", style="nordic") == [
        "kind;number;date;corrects;client;currency;net;tax;gross;net_25.5;tax_25.5",
        "invoice;2026-0001;2026-06-16;;1;EUR;1000,00;255,00;1255,00;1000,00;255,00",
    ]


def test_payments_and_reversals_on_their_days(clock: Clock) -> None:
    world = found()
    invoice = world.invoice(at=clock.now)
    pay(world, invoice, 125500, clock.now)
    payment: Payment = row_of(Payment, world)
    later = datetime.fromisoformat("2026-06-30T21:30:00+00:00")  # 1 July in Helsinki
    reverse_payment(payment.id, "typed twice", who=world.who(), at=later)
    paid = f"payment,2026-06-16,2026-0001,1,bank_transfer,EUR,1255.00,{payment.id}"
    header = "kind,date,invoice,client,method,currency,amount,id"
    assert rows(Member(world), "export_payments") == [header, paid]
    (_, back) = rows(Member(world), "export_payments", first="2026-07-01", last="2026-07-01")
    assert back.startswith("reversal,2026-07-01,2026-0001,1,bank_transfer,EUR,-1255.00,")


def test_what_went_back_is_negative_and_offsets_add_up_to_nothing(clock: Clock) -> None:
    """1255.00 came in on a cancelled invoice; 1000.00 pays another one, the rest goes, twice."""
    world, at = found(hold_seconds=0), clock.now
    wrong, right = world.invoice(at=at), world.invoice(line("1000.00", gross=True), at=at)
    pay(world, wrong, 125500, at)
    credit_invoice(wrong.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)
    used = offset_invoice(wrong.id, right.id, who=world.who(), at=at)
    given = GivenBack(at.date(), MoneyKind.CASH)
    lost = refund_invoice(wrong.id, given, who=world.who(), at=at)
    bounced = Grounds(Why.CAME_BACK, "Account closed")
    back = reverse_refund(lost.id, bounced, who=world.who(), at=at)
    gone = refund_invoice(wrong.id, given, who=world.who(), at=at)
    row = write_off_invoice(world.invoice(at=at).id, relieved=True, who=world.who(), at=at)
    again = reverse_write_off(row.id, "Too early", who=world.who(), at=at)
    paid, moved = (row_of(Payment, world, invoice=each) for each in (wrong, right))
    on = "2026-06-16"
    assert rows(Member(world), "export_payments")[1:] == [
        f"payment,{on},2026-0001,1,bank_transfer,EUR,1255.00,{paid.id}",
        f"payment,{on},2026-0002,1,offset,EUR,1000.00,{moved.id}",
        f"refund,{on},2026-0001,1,offset,EUR,-1000.00,{used.id}",
        f"refund,{on},2026-0001,1,cash,EUR,-255.00,{lost.id}",
        f"refund,{on},2026-0001,1,cash,EUR,-255.00,{gone.id}",
        f"refund_reversal,{on},2026-0001,1,cash,EUR,255.00,{back.id}",
        f"write_off,{on},2026-0003,1,bad_debt_relieved,EUR,1255.00,{row.id}",
        f"write_off_reversal,{on},2026-0003,1,bad_debt_relieved,EUR,-1255.00,{again.id}",
    ]
    assert balances(world)["BANK"] == 100000


def test_names_stay_at_home_and_others_too(clock: Clock) -> None:
    world, other = found(), found()
    world.invoice(at=clock.now)
    other.invoice(line("7.00"), at=clock.now)
    lines = rows(Member(world), "export_documents")
    assert len(lines) == 2
    assert "Daisy" not in "".join(lines)


def test_no_number_is_a_formula(clock: Clock) -> None:
    world = found()
    Member(world).post(
        "settings_numbers",
        invoice_format="-{number}",
        first_invoice_number="1",
        credit_note_format="K{number}",
        first_credit_note_number="1",
    )
    world.invoice(at=clock.now)
    assert rows(Member(world), "export_documents")[1].startswith("invoice,'-1,2026-06-16")


def test_an_empty_period_has_its_columns(clock: Clock) -> None:
    lines = rows(Member(found()), "export_documents")
    assert lines == ["kind,number,date,corrects,client,currency,net,tax,gross"]


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"first": ""}, "first", "This field is required."),
        ({"first": "31.31.2026"}, "first", "Enter a valid date."),
        ({"last": "2026-05-31"}, "last", "This day is before the first."),
        ({"first": "1000-01-01"}, "last", "Choose a period of at most eleven years."),
        ({"style": "xls"}, "style", "Select a valid choice. xls is not one of the available"),
    ],
)
def test_a_wrong_period_is_said(wrong: dict[str, str], field: str, says: str, clock: Clock) -> None:
    seen = Member(found()).get("export_documents", **(JUNE | wrong))
    assert seen.status == 422
    assert seen.error_of(field).startswith(says)


def test_the_page_begins_with_last_month(clock: Clock) -> None:
    seen = Member(found()).get("exports")
    assert (seen.field("first"), seen.field("last")) == ("2026-05-01", "2026-05-31")
    assert "first=2026-01-01&amp;last=2026-03-31" in seen.html  # the last quarter
    seen = Member(found()).get("exports", first="2026-01-01", last="2026-03-31")
    assert (seen.field("first"), seen.field("last")) == ("2026-01-01", "2026-03-31")


def test_who_may_take_the_books_out(clock: Clock) -> None:
    world = found()
    world.invoice(at=clock.now)
    for role in ("practitioner", "office"):
        assert len(rows(member_as(world, role), "export_documents")) == 2
    reader = member_as(world, "reader")
    assert "Your role does not let you take the books out." in reader.get("exports").text
    assert "/exports/" not in reader.get("home").html
    for name in ("export_documents", "export_payments"):
        assert reader.get(name, **JUNE).status == 403
        assert stranger(world).get(name, **JUNE).status == 404
        assert nobody().get(Member(world).url(name), JUNE).status_code == 302
