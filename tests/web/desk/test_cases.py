"""Refund cases at the desk: checked, declined, recorded from a message; two of them at once."""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from storno.cases.ask import ask_for_refund
from storno.cases.confirm import PaidBack, confirm_refund
from storno.cases.models import Approval, Confirmation, RefundCase, RefundedBy
from storno.cases.state import CaseNow, CaseState, read_case
from storno.corrections.depart import depart_credit
from storno.history.models import Event
from storno.organizations.scope import scope
from storno.support.files import Upload
from storno.support.talk import Said, begin
from tests.cases.test_cases import ALL, DAY, paid
from tests.conftest import Clock
from tests.deeds import HOLD
from tests.observe import everything
from tests.web.desk.agent import Agent
from tests.web.papers.member import Member
from tests.world import World

RECEIPT = [Upload("receipt.pdf", b"%PDF-1.7 paid")]


def now_of(world: World, case: CaseNow) -> CaseNow:
    with scope(world.id):
        return read_case(RefundCase.objects.get(organization_id=world.id, id=case.case.id))


def what_happened(world: World) -> list[str]:
    with scope(world.id):
        mine = Event.objects.filter(organization_id=world.id, kind__startswith="refund_case")
        return list(mine.order_by("id").values_list("kind", flat=True))


def test_a_case_is_checked_beside_who_had_paid_and_can_be_taken_back(
    at: datetime, clock: Clock
) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    sam = Agent(world, "Sam", "agent", clock)
    slug = world.organization.slug
    assert f"{slug} Asked: the seller pays the money back" in sam.get("desk_cases").text
    asked = sam.get("desk_case", case.case.id)
    assert "To pay back €1,255.00 Withheld for taxes €455.00" in asked.text
    assert "Who had paid Daisy Duck FI14 1009 3000 1234 58" in asked.text
    assert "credit the invoice" not in asked.text
    assert "Record what was said" not in asked.text

    confirm_refund(case.case.id, ALL, receipt=RECEIPT, who=world.who(), at=at)
    assert f"{slug} Paid back: to be checked confirmed today" in sam.get("desk_cases").text
    shown = sam.get("desk_case", case.case.id)
    assert "What was confirmed €1,255.00 16 June 2026 · Bank transfer receipt.pdf" in shown.text
    approved = sam.post("desk_case_approval", case.case.id, version=shown.field("version"))
    assert "Checked: the credit note goes out soon Checked by: You" in approved.text
    assert slug not in sam.get("desk_cases").text
    assert now_of(world, case).state == CaseState.CHECKED
    again = sam.post("desk_case_approval", case.case.id, version=shown.field("version"))
    assert again.said == ""

    back = sam.post("desk_case_undo", case.case.id)
    assert now_of(world, case).state == CaseState.CONFIRMED
    sam.post("desk_case_approval", case.case.id, version=back.field("version"))
    depart_credit(invoice.id, organization_id=world.id, at=at + HOLD)
    assert now_of(world, case).state == CaseState.CREDITED
    done = sam.post("desk_case_undo", case.case.id)
    assert "This refund case is not at that step any more." in done.said
    assert "credited: the taxes go with the next payout" in done.text.replace("C", "c")
    assert what_happened(world) == [
        "refund_case.asked",
        "refund_case.confirmed",
        "refund_case.approved",
        "refund_case.approval_undone",
        "refund_case.approved",
    ]


def test_of_two_who_decide_the_second_reads_it_and_keeps_what_was_typed(
    at: datetime, clock: Clock
) -> None:
    world, invoice = paid(at, "hold_seconds=1200")
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    confirm_refund(case.case.id, ALL, who=world.who(), at=at)
    sam, tess = (Agent(world, name, "agent", clock) for name in ("Sam", "Tess"))
    versions = [each.get("desk_case", case.case.id).field("version") for each in (sam, tess)]
    sam.post("desk_case_approval", case.case.id, version=versions[0])
    before = everything(world)
    late = tess.post(
        "desk_case_refusal", case.case.id, version=versions[1], reason="Nobody was paid"
    )
    assert late.status == 422
    assert "This refund case is not at that step any more. Look at it as it is now." in late.text
    assert "Nobody was paid</textarea>" in late.html
    assert "Checked by: Sam" in late.text
    slow = tess.post("desk_case_approval", case.case.id, version=versions[1])
    assert "Something was done in this refund case meanwhile." in slow.said
    assert everything(world) == before
    with scope(world.id):
        assert Approval.objects.filter(organization_id=world.id).count() == 1


def test_a_case_is_declined_with_a_reason_and_opened_again(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    sam = Agent(world, "Sam", "agent", clock)
    version = sam.get("desk_case", case.case.id).field("version")
    unsaid = sam.post("desk_case_refusal", case.case.id, version=version, reason=" ")
    assert (unsaid.status, unsaid.error_of("reason")) == (
        422,
        "Say why, so that they know what to do.",
    )
    declined = sam.post(
        "desk_case_refusal", case.case.id, version=version, reason="Part of it is a <b>deposit</b>"
    )
    assert "Declined Part of it is a <b>deposit</b>" in declined.text
    assert "Part of it is a" in Member(world).get("refund_case", case.case.id).text
    opened = sam.post("desk_case_open", case.case.id)
    assert now_of(world, case).state == CaseState.ASKED
    assert "Asked: the seller pays the money back" in opened.text


def test_a_confirmation_is_recorded_from_a_message(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    sam = Agent(world, "Sam", "agent", clock)
    talk = begin(
        Said("I have paid it back", RECEIPT), invoice_id=invoice.id, who=world.who(), at=at
    )
    sam.post("desk_case_new", talk.id)
    with scope(world.id):
        case = read_case(RefundCase.objects.get(organization_id=world.id))
    shown = sam.get("desk_case", case.case.id)
    assert "I have paid it back" in shown.text
    assert "Refund case" in sam.get("desk_conversation", talk.id).text
    form = shown.filled
    typed = form | {"amount": "1255.01", "way": "cash", "reason": ""}
    wrong = sam.post("desk_case_confirmation", case.case.id, **typed)
    assert (wrong.status, "neither more nor less" in wrong.error_of("amount")) == (422, True)
    assert 'value="1255.01"' in wrong.html
    tampered = sam.post("desk_case_confirmation", case.case.id, **typed | {"said_in": "x"})
    assert tampered.status == 422
    assert now_of(world, case).confirmed is None
    said = sam.post("desk_case_confirmation", case.case.id, **typed | {"reason": "a cent too much"})
    assert "€1,255.01 · not all of what was paid" in said.text
    assert "receipt.pdf" in said.text
    stale = sam.post("desk_case_confirmation", case.case.id, **typed | {"amount": "1255.00"})
    assert "Something was done in this refund case meanwhile." in stale.text
    with scope(world.id):
        kept = Confirmation.objects.get(organization_id=world.id)
    assert (kept.amount_minor, kept.way, kept.by_desk) == (125_501, "cash", True)


def test_money_that_came_meanwhile_is_said(at: datetime, clock: Clock) -> None:
    from tests.custody.house import came

    world, invoice = paid(at)
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    confirm_refund(case.case.id, PaidBack(DAY, 125_500, RefundedBy.CASH), who=world.who(), at=at)
    came(world, invoice, 100, at=at)
    sam = Agent(world, "Sam", "agent", clock)
    shown = sam.get("desk_case", case.case.id)
    assert "Money has come or gone since it was confirmed." in shown.text
    assert "credit the invoice" not in shown.text
    refused = sam.post("desk_case_approval", case.case.id, version=shown.field("version"))
    assert "It is not confirmed that what was paid went back." in refused.said


def test_a_file_or_a_stranger_opens_nothing(at: datetime, clock: Clock) -> None:
    world, invoice = paid(at)
    case = ask_for_refund(invoice.id, who=world.who(), at=at)
    alice = Member(world)
    for name in ("", "approval/", "refusal/", "confirmation/", "undo/", "open/"):
        path = f"/desk/refund-cases/{case.case.id}/{name}"
        assert alice.client.get(path).status_code in {404, 405}
        assert alice.client.post(path).status_code in {404, 405}
    program = SimpleUploadedFile("x.pdf", b"<html>")
    sam = Agent(world, "Sam", "agent", clock)
    answer = sam.client.post(
        f"/desk/refund-cases/{case.case.id}/confirmation/", {"receipt": program}
    )
    assert answer.status_code == 422
    assert now_of(world, case).state == CaseState.ASKED
