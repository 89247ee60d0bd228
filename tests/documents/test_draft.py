"""Drafts: created, saved anew, copied, thrown away; on hold they restart, gone they are gone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from storno.clients.models import Client, ClientKind
from storno.core.refusals import Invalid
from storno.corrections.credit import Held, credit_invoice
from storno.corrections.depart import depart_due
from storno.corrections.finalise import finalise_draft
from storno.corrections.plan import CreditRequest
from storno.diary.amend import amend_draft, change_draft
from storno.diary.drop import delete_draft
from storno.documents.content import DraftInput, LineInput
from storno.documents.draft import copy_draft, create_draft, entered_in
from storno.documents.models import Document, Draft, FollowUp, Line, Reason
from storno.organizations.models import Channel
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory
from tests.observe import documents, drafts, history, next_numbers, refused
from tests.world import World, found, line

HOLD = timedelta(minutes=20)
FULL = DraftInput(
    recipient_id=None,
    lines=(
        replace(
            line("80.00", "7.5", discount="12.5", description="  Carpentry, doors "),
            unit="h",
            delivered_on=date(2026, 6, 1),
            work="work",
            source_kind="session",
            source_id=uuid4(),
        ),
        line("10.00", gross=True, rate=Decimal("13.5"), description="Book"),
        line("5.00", category=TaxCategory.EXEMPT, description="Care"),
    ),
    due_in_days=21,
    delivered_on=date(2026, 6, 10),
    channel=Channel.NONE,
    deliver_to="accounts@example.com",
    language="nb",
    buyer_reference="PO 7",
    case_number="2026/118",
    opening_text="Thank you.",
    closing_text="See you.\nSoon.",
    exemption_reason="AVL 34 §",
)


def read(world: World, draft: Draft) -> DraftInput:
    with scope(world.id):
        return entered_in(Draft.objects.get(organization_id=world.id, id=draft.id))


def hold(world: World, at: datetime) -> Draft:
    held = finalise_draft(world.draft(at=at).id, who=world.who(), at=at)
    assert isinstance(held, Draft)
    return held


def test_a_draft_keeps_what_was_entered(at: datetime) -> None:
    """The description is trimmed; a line without a day of its own is kept without."""
    world = found()
    entered = replace(FULL, recipient_id=world.daisy.id)
    draft = create_draft(entered, who=world.who(), at=at)
    first, second, third = entered.lines
    tidy = replace(first, description="Carpentry, doors")
    assert read(world, draft) == replace(entered, lines=(tidy, second, third))
    assert (draft.version, draft.goes_at, draft.created_by) == (1, None, world.alice.id)
    assert (draft.created_at, draft.changed_at, draft.currency) == (at, at, "EUR")
    assert history(world, draft.id) == ["draft.saved"]
    assert next_numbers(world) == {}


def test_what_is_left_out_is_the_clients_then_the_organizations(at: datetime) -> None:
    """Daisy reads Finnish; without a client it is the seller's language and the usual channel."""
    world = found()
    for_daisy = world.draft(at=at)
    for_nobody = create_draft(DraftInput(None, ()), who=world.who(), at=at)
    assert (for_daisy.language, for_daisy.channel) == ("fi", "email")
    assert (for_nobody.language, for_nobody.channel, for_nobody.recipient_id) == (
        "en",
        "email",
        None,
    )


def test_delivered_is_usually_on_the_day_of_saving(at: datetime) -> None:
    """Unless all lines have days of their own; what is kept moves no more by itself."""
    world, own = found(), replace(line(), delivered_on=date(2026, 6, 1))
    mixed = create_draft(DraftInput(world.daisy.id, (own, line())), who=world.who(), at=at)
    later = at + timedelta(days=2)
    amend_draft(mixed.id, lambda now: replace(now, buyer_reference="7"), who=world.who(), at=later)
    assert read(world, mixed).delivered_on == date(2026, 6, 16)
    dated = create_draft(DraftInput(world.daisy.id, (own, own)), who=world.who(), at=at)
    assert read(world, dated).delivered_on is None


def test_lines_are_delivered_on_the_draft_s_day_unless_they_have_their_own(at: datetime) -> None:
    world = found(hold_seconds=0)
    own = replace(line("10.00"), delivered_on=date(2026, 6, 1))
    draft = create_draft(DraftInput(world.daisy.id, (own, line())), who=world.who(), at=at)
    day = date(2026, 6, 10)
    amend_draft(draft.id, lambda now: replace(now, delivered_on=day), who=world.who(), at=at)
    invoice = finalise_draft(draft.id, who=world.who(), at=at)
    assert isinstance(invoice, Document)
    assert invoice.delivered_on == day
    with scope(world.id):
        lines = Line.objects.filter(document_id=invoice.id).order_by("position")
        assert [each.delivered_on for each in lines] == [date(2026, 6, 1), day]


def test_a_day_on_which_a_rate_was_not_in_force_is_refused(at: datetime) -> None:
    world = found()
    old = DraftInput(world.daisy.id, (line(rate=Decimal(14)),), delivered_on=date(2025, 12, 30))
    draft = create_draft(old, who=world.who(), at=at)
    before, day = read(world, draft), date(2026, 1, 2)
    with pytest.raises(Invalid) as wrong:
        amend_draft(draft.id, lambda now: replace(now, delivered_on=day), who=world.who(), at=at)
    assert [(error.field, error.code) for error in wrong.value.errors] == [
        ("lines.0.tax_rate", "rate_not_in_force")
    ]
    assert read(world, draft) == before


def test_a_draft_may_be_empty(at: datetime) -> None:
    world = found()
    draft = create_draft(DraftInput(None, ()), who=world.who(), at=at)
    assert read(world, draft).lines == ()


def test_saving_anew_replaces_everything_and_counts(at: datetime) -> None:
    world = found()
    draft = create_draft(replace(FULL, recipient_id=world.daisy.id), who=world.who(), at=at)
    later = at + timedelta(hours=1)
    plain = DraftInput(world.daisy.id, (line("1.00"),))
    changed = change_draft(draft.id, plain, version=1, who=world.who(), at=later)
    assert (changed.version, changed.created_at, changed.changed_at) == (2, at, later)
    now = read(world, draft)
    assert (len(now.lines), now.due_in_days, now.deliver_to, now.opening_text) == (1, None, "", "")
    assert history(world, draft.id) == ["draft.saved", "draft.saved"]


def test_a_part_can_be_amended(at: datetime) -> None:
    world = found()
    entered = replace(FULL, recipient_id=world.daisy.id)
    draft = create_draft(entered, who=world.who(), at=at)
    before = read(world, draft)
    amend_draft(draft.id, lambda now: replace(now, buyer_reference="PO 8"), who=world.who(), at=at)
    assert read(world, draft) == replace(before, buyer_reference="PO 8")


def test_a_line_that_stays_bills_what_it_billed(at: datetime) -> None:
    world, session = found(), uuid4()
    first = replace(line("1.00"), source_kind="session", source_id=session)
    draft = create_draft(DraftInput(world.daisy.id, (first, line("2.00"))), who=world.who(), at=at)
    kept, other = read(world, draft).lines

    def amend(*lines: LineInput) -> DraftInput:
        amend_draft(draft.id, lambda now: replace(now, lines=lines), who=world.who(), at=at)
        return read(world, draft)

    dearer = replace(line("9.00"), id=kept.id)
    now = amend(line("3.00"), dearer).lines
    assert [(each.unit_price, each.source_kind, each.source_id) for each in now] == [
        (Decimal("3.00"), "", None),
        (Decimal("9.00"), "session", session),
    ]
    assert (now[1].id, now[0].id in (kept.id, other.id)) == (kept.id, False)
    for wrong in (
        (dearer, dearer),
        (replace(dearer, id=other.id),),
        (replace(dearer, id=uuid4()),),
    ):
        with pytest.raises(Invalid) as refusal:
            amend(*wrong)
        assert [(each.field, each.code) for each in refusal.value.errors] == [
            (f"lines.{len(wrong) - 1}.id", "unknown_line")
        ]
        assert read(world, draft).lines == now
    copy = read(world, copy_draft(draft.id, who=world.who(), at=at))
    assert copy.lines == tuple(replace(each, source_kind="", source_id=None) for each in now)
    assert {each.id for each in copy.lines}.isdisjoint({each.id for each in now})
    entered = replace(read(world, draft), lines=(now[1],))
    change_draft(draft.id, entered, who=world.who(), at=at)
    assert read(world, draft).lines == (now[1],)
    again = read(world, create_draft(entered, who=world.who(), at=at)).lines
    assert again[0].id != now[1].id


def test_saving_anew_a_line_that_is_gone_is_a_new_one_that_bills_nothing(at: datetime) -> None:
    world, other = found(), found()
    billing = [
        replace(line("1.00"), source_kind="session", source_id=uuid4()) for _each in range(2)
    ]
    draft = world.draft(*billing, at=at)
    kept, gone = read(world, draft).lines
    foreign = read(other, other.draft(at=at)).lines[0]
    amend_draft(draft.id, lambda now: replace(now, lines=(kept,)), who=world.who(), at=at)
    entered = replace(read(world, draft), lines=(gone, kept, kept, foreign))
    change_draft(draft.id, entered, version=2, who=world.who(), at=at)
    now = read(world, draft).lines
    plain = replace(kept, source_kind="", source_id=None)
    assert now == (plain, kept, plain, replace(foreign, source_kind="", source_id=None))
    known = {kept.id, gone.id, foreign.id}
    assert [each.id in known for each in now] == [False, True, False, False]
    assert now[1].id == kept.id


def test_a_stale_page_overwrites_nothing(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    entered = DraftInput(world.daisy.id, (line("1.00"),))
    change_draft(draft.id, entered, version=1, who=world.who(), at=at)
    with refused(world, "draft_changed_meanwhile"):
        change_draft(draft.id, entered, version=1, who=world.who(), at=at)
    with refused(world, "draft_changed_meanwhile"):
        amend_draft(draft.id, lambda now: now, version=1, who=world.who(), at=at)


def test_a_copy_is_a_plain_draft_of_its_own(at: datetime) -> None:
    world = found()
    entered = replace(FULL, recipient_id=world.daisy.id)
    draft = create_draft(entered, who=world.who(), at=at)
    later = at + timedelta(days=1)
    copy = copy_draft(draft.id, who=world.who(), at=later)
    once = read(world, draft)
    lines = tuple(replace(each, source_kind="", source_id=None) for each in once.lines)
    assert read(world, copy) == replace(once, lines=lines)
    assert (copy.version, copy.goes_at, copy.created_at) == (1, None, later)
    assert copy.id != draft.id


def test_a_copy_of_a_held_draft_is_not_held(at: datetime) -> None:
    world = found()
    held = hold(world, at)
    copy = copy_draft(held.id, who=world.who(), at=at)
    assert [draft.goes_at for draft in drafts(world)] == [at + HOLD, None]
    assert copy.finalised_by is None


def test_a_copy_of_a_corrected_draft_corrects_nothing(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    request = CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT)
    held = credit_invoice(invoice.id, request, who=world.who(), at=at)
    assert isinstance(held, Held)
    assert held.corrected is not None
    copy = copy_draft(held.corrected.id, who=world.who(), at=at)
    assert (copy.replaces_id, copy.waits_for_id) == (None, None)


def test_a_deleted_draft_leaves_no_trace_in_the_numbers(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    delete_draft(draft.id, who=world.who(), at=at)
    assert (drafts(world), documents(world), next_numbers(world)) == ([], [], {})
    assert history(world, draft.id) == ["draft.saved", "draft.deleted"]
    with refused(world, "absent"):
        delete_draft(draft.id, who=world.who(), at=at)


def test_a_draft_on_hold_can_be_deleted_until_it_leaves(at: datetime) -> None:
    world = found()
    delete_draft(hold(world, at).id, who=world.who(), at=at + HOLD - timedelta(seconds=1))
    assert depart_due(world.id, at=at + HOLD) == 0
    assert documents(world) == []


def test_saving_a_held_draft_starts_its_hold_anew(at: datetime) -> None:
    world = found()
    held = hold(world, at)
    later = at + timedelta(minutes=15)
    entered = DraftInput(world.daisy.id, (line("990.00"),))
    changed = change_draft(held.id, entered, who=world.who(), at=later)
    assert changed.goes_at == later + HOLD
    assert depart_due(world.id, at=at + HOLD) == 0
    assert depart_due(world.id, at=later + HOLD) == 1
    (invoice,) = documents(world)
    assert (invoice.payable_minor, invoice.issued_at) == (124_245, later + HOLD)


def test_a_held_draft_stays_one_that_can_be_issued(at: datetime) -> None:
    world = found()
    held = hold(world, at)
    with refused(world, "recipient_missing"):
        change_draft(held.id, DraftInput(None, (line(),)), who=world.who(), at=at)
    with refused(world, "no_lines"):
        change_draft(held.id, DraftInput(world.daisy.id, ()), who=world.who(), at=at)
    with refused(world, "recipient_missing"):
        amend_draft(held.id, lambda now: replace(now, recipient_id=None), who=world.who(), at=at)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)])
def test_once_its_time_has_come_it_is_no_draft_even_if_the_worker_sleeps(
    late: timedelta, at: datetime
) -> None:
    world = found()
    held = hold(world, at)
    then = at + HOLD + late
    with refused(world, "already_issued"):
        change_draft(held.id, DraftInput(world.daisy.id, (line(),)), who=world.who(), at=then)
    with refused(world, "already_issued"):
        delete_draft(held.id, who=world.who(), at=then)
    depart_due(world.id, at=then)
    with refused(world, "already_issued"):
        change_draft(held.id, DraftInput(world.daisy.id, (line(),)), who=world.who(), at=then)
    with refused(world, "already_issued"):
        delete_draft(held.id, who=world.who(), at=then)
    with refused(world, "absent"):
        copy_draft(held.id, who=world.who(), at=then)


def test_a_credit_note_on_hold_is_no_draft(at: datetime) -> None:
    world = found()
    invoice = world.invoice(at=at)
    held = credit_invoice(invoice.id, CreditRequest(Reason.CANCELLED), who=world.who(), at=at)
    assert isinstance(held, Held)
    with refused(world, "absent"):
        change_draft(held.draft.id, DraftInput(world.daisy.id, ()), who=world.who(), at=at)
    with refused(world, "absent"):
        copy_draft(held.draft.id, who=world.who(), at=at)
    with refused(world, "absent"):
        delete_draft(held.draft.id, who=world.who(), at=at)
    with refused(world, "absent"):
        finalise_draft(held.draft.id, send_now=True, who=world.who(), at=at)


def test_another_organizations_draft_is_absent(at: datetime) -> None:
    alices, charlies = found(), found()
    draft = alices.draft(at=at)
    entered = DraftInput(None, (line(),))
    with refused(alices, "absent"):
        change_draft(draft.id, entered, who=charlies.who(), at=at)
    with refused(alices, "absent"):
        copy_draft(draft.id, who=charlies.who(), at=at)
    with refused(alices, "absent"):
        delete_draft(draft.id, who=charlies.who(), at=at)
    with refused(charlies, "recipient: unknown_recipient"):
        create_draft(replace(entered, recipient_id=alices.daisy.id), who=charlies.who(), at=at)


def test_a_reader_writes_no_drafts(at: datetime) -> None:
    world = found()
    draft = world.draft(at=at)
    bob = world.who("reader")
    with refused(world, "not_allowed"):
        create_draft(DraftInput(None, ()), who=bob, at=at)
    with refused(world, "not_allowed"):
        change_draft(draft.id, DraftInput(None, ()), who=bob, at=at)
    with refused(world, "not_allowed"):
        amend_draft(draft.id, lambda now: now, who=bob, at=at)
    with refused(world, "not_allowed"):
        copy_draft(draft.id, who=bob, at=at)
    with refused(world, "not_allowed"):
        delete_draft(draft.id, who=bob, at=at)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"language": "sv"}, "language: unknown"),
        ({"deliver_to": "nobody"}, "deliver_to: not_an_email"),
        ({"deliver_to": "a\nBcc: b@example.com"}, "deliver_to: not_an_email"),
        ({"deliver_to": "a@" + "b" * 250 + ".com"}, "deliver_to: too_long"),
        ({"buyer_reference": "x" * 71}, "buyer_reference: too_long"),
        ({"case_number": "x" * 71}, "case_number: too_long"),
        ({"case_number": "a\x00"}, "case_number: unprintable"),
        ({"opening_text": "x" * 1001}, "opening_text: too_long"),
        ({"closing_text": "a\x00b"}, "closing_text: unprintable"),
        ({"exemption_reason": "\ud800"}, "exemption_reason: unprintable"),
        ({"due_in_days": 13}, "due_in_days: term_needs_agreement"),
        ({"due_in_days": -1}, "due_in_days: out_of_range"),
        ({"due_in_days": 366, "term_agreed": True}, "due_in_days: out_of_range"),
        ({"delivered_on": date(2012, 12, 31)}, "delivered_on: out_of_range"),
        ({"delivered_on": date(2030, 1, 1)}, "delivered_on: out_of_range"),
        ({"recipient_id": uuid4()}, "recipient: unknown_recipient"),
    ],
)
def test_what_is_wrong_with_a_draft_is_named(
    wrong: dict[str, object], code: str, at: datetime
) -> None:
    world = found()
    entered = replace(DraftInput(world.daisy.id, (line(),)), **wrong)  # type: ignore[arg-type]
    with refused(world, code):
        create_draft(entered, who=world.who(), at=at)


def test_everything_wrong_is_named_at_once(at: datetime) -> None:
    world = found()
    entered = DraftInput(
        world.daisy.id, (line("-1"), line(quantity="0")), language="sv", due_in_days=1
    )
    with refused(
        world,
        "language: unknown",
        "due_in_days: term_needs_agreement",
        "lines.0.unit_price: negative",
        "lines.1.quantity: not_positive",
    ):
        create_draft(entered, who=world.who(), at=at)


@pytest.mark.parametrize(
    ("kind", "days", "agreed"),
    [
        (ClientKind.PERSON, 14, False),
        (ClientKind.PERSON, 90, False),
        (ClientKind.PERSON, 0, True),
        (ClientKind.PERSON, 365, True),
        (ClientKind.COMPANY, 1, False),
        (ClientKind.COMPANY, 30, False),
        (ClientKind.COMPANY, 90, True),
    ],
)
def test_days_to_pay_within_the_bounds_of_finland(
    kind: ClientKind, days: int, agreed: bool, at: datetime
) -> None:
    world = found()
    with scope(world.id):
        Client.objects.filter(id=world.daisy.id).update(kind=kind)
    invoice = world.invoice(at=at, due_in_days=days, term_agreed=agreed)
    assert invoice.due_on == date(2026, 6, 16) + timedelta(days=days)


def test_a_term_that_the_client_has_outgrown_is_refused_at_issue(at: datetime) -> None:
    """60 days suit a person; Daisy then founded a company, and 60 days need an agreement."""
    world = found()
    draft = world.draft(at=at, due_in_days=60)
    with scope(world.id):
        Client.objects.filter(id=world.daisy.id).update(kind=ClientKind.COMPANY)
    with refused(world, "term_needs_agreement"):
        finalise_draft(draft.id, who=world.who(), at=at)
