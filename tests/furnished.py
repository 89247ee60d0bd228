"""An organization with a thing of every kind in it, and every address that leads to one.

The addresses come from the resolver, so a new page is walked as soon as it exists. One whose
address names a thing that is not here fails until the thing is added to `furnish`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import product
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from storno.administration.invite import invite_member
from storno.administration.tokens import create_token
from storno.bank.models import Entry
from storno.bank.take_in import take_in
from storno.cases.models import RefundCase
from storno.catalogue.save import ServiceInput, create_service
from storno.clients.consents import TemplateInput, create_template
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Care, ClientKind, WhenThere
from storno.clients.save import ClientInput
from storno.clients.take_in import keep_file
from storno.core.ids import new_id
from storno.corrections.depart import depart_due
from storno.corrections.plan import CreditRequest
from storno.corrections.refund import refund_invoice
from storno.corrections.write_off import write_off_invoice
from storno.diary.book import ActivityInput, SessionInput, book_activity, book_session
from storno.diary.cancel import cancel_booking
from storno.diary.feed import make_feed
from storno.diary.hours.closed import close_days
from storno.diary.hours.keep import keep_other_hours, keep_week
from storno.diary.hours.plan import OFFICE_WEEK
from storno.diary.messages.compose import page_of
from storno.diary.models import Booking, Sight
from storno.diary.series.book import SeriesInput, book_series
from storno.diary.sight import open_diary
from storno.documents.external import ExternalInput, externalise_draft
from storno.documents.models import Dispute, Document, FollowUp, Reason
from storno.documents.send import hand_over
from storno.mailroom.deliver import deliver_next
from storno.mailroom.models import Failure, Letter, LetterState
from storno.mailroom.way_out import way_out
from storno.matching.meet import meet_new
from storno.organizations.links import signed
from storno.organizations.models import HookAddress, LinkKind, Membership, PublicLink
from storno.organizations.scope import scope
from storno.overdue.charge import charges_on
from storno.overdue.dispute import dispute_invoice
from storno.overdue.remind import remind_of_invoice
from storno.payments.models import MoneyKind
from storno.payments.refund import GivenBack
from storno.payouts.models import Payout
from storno.payouts.write import write_payout
from storno.support.files import Upload
from storno.support.models import Attachment
from storno.support.talk import Said, begin
from storno.tax.category import TaxCategory
from storno.worker.rounds import COMPOSERS
from tests.bank.told import statement, told
from tests.deeds import HOLD, hold_credit, hold_draft, pay
from tests.world import VAT, World, found, line

Things = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Address:
    """A name that leads to a page, and the things that its path names."""

    name: str
    route: str
    names: tuple[str, ...]

    @property
    def is_of_organization(self) -> bool:
        """Whether it lies below an organization."""
        return self.route.startswith("o/<slug:slug>/")


@dataclass(frozen=True)
class House:
    """A furnished world: its things by the name that addresses give them."""

    world: World
    things: Things

    def paths(self, address: Address, **other: object) -> list[str]:
        """The address of each thing that it may lead to; `other` puts things in their place."""
        choices = []
        for name in address.names:
            found_ = self.things.get(f"{address.name}.{name}", self.things.get(name))
            assert found_, f"add a {name} for {address.route} to tests/furnished.py"
            choices.append((other[name],) if name in other else found_)
        return [
            reverse(address.name, kwargs=dict(zip(address.names, chosen, strict=True)))
            for chosen in product(*choices)
        ]


@cache
def addresses() -> tuple[Address, ...]:
    """Every address of the web door, each name once."""
    return tuple({each.name: each for each in _walk(get_resolver().url_patterns, "", ())}.values())


def _walk(
    patterns: Iterable[URLPattern | URLResolver], above: str, names: tuple[str, ...]
) -> Iterator[Address]:
    for pattern in patterns:
        route = above + str(pattern.pattern)
        here = (*names, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route, here)
        elif not route.lstrip("^").startswith("api"):
            assert pattern.name, f"{route} has no name"
            yield Address(pattern.name, route, here)


def furnish(at: datetime, world: World | None = None, **settings: object) -> House:
    """An organization with everything: papers in every state, letters, a catalogue, guests."""
    world = world or found("FI", **({"late_charges": "fee"} | settings))
    mine = {"organization_id": world.id}
    late = world.invoice(at=at - timedelta(days=30))
    reminder = remind_of_invoice(late.id, who=world.who(), at=at - timedelta(days=1))
    with scope(world.id):
        charges = tuple(each.charge.id for each in charges_on([late.id], world.id))
    dispute_invoice(late.id, Dispute.QUALITY, who=world.who(), at=at)
    opened, held, credited, paid, given, *stopped = (
        world.invoice(at=at - 2 * HOLD) for _ in range(6)
    )
    hand_over(given.id, who=world.who(), at=at - 2 * HOLD)
    hold_credit(world, given, at=at - 2 * HOLD)
    hold_credit(world, credited, CreditRequest(Reason.CANCELLED), at=at - 2 * HOLD)
    payment = pay(world, paid, 5000, at=at)
    for invoice in stopped:
        hold_credit(world, invoice, at=at - HOLD)
        pay(world, invoice, 100, at=at - HOLD)
    _depart_and_deliver(world, at=at)
    corrected = hold_credit(
        world, held, CreditRequest(Reason.WRONG_PRICE, follow_up=FollowUp.DRAFT), at=at
    )
    assert corrected.corrected is not None
    failing = world.invoice(at=at)
    overpaid = world.invoice(at=at)
    pay(world, overpaid, overpaid.payable_minor + 500, at=at)
    refund = refund_invoice(
        overpaid.id,
        GivenBack(at.date(), MoneyKind.CASH),
        amount_minor=300,
        who=world.who(),
        at=at,
    )
    lost = world.invoice(at=at)
    written = write_off_invoice(lost.id, relieved=True, who=world.who(), at=at)
    beside = add_contact(
        world.daisy.id,
        ClientInput(kind=ClientKind.PERSON, name="Dora Duck", served=False),
        ContactInput(relation="mother"),
        who=world.who(),
        at=at,
    )
    service = ServiceInput(
        name="Carpentry",
        unit_price=Decimal("50.00"),
        tax_category=TaxCategory.STANDARD,
        tax_rate=VAT,
    )
    template = create_template(
        TemplateInput(name="Sharing", statement="We may ask a colleague.", required=True),
        who=world.who(),
        at=at,
    )
    kept = keep_file(b"name;email\nImogen;\nIvo;x@", WhenThere.SKIP, who=world.who(), at=at)
    invited = invite_member(
        email=f"eve-{world.organization.slug}@example.com",
        roles=["office"],
        who=world.who(),
        at=at,
    )
    token = create_token(person_id=world.alice.id, who=world.who(), at=at).token
    over, called_off, activity, series = _diary(world, at=at)
    file, entries = _bank(world, at=at)
    drafts = world.draft(at=at), hold_draft(world, at), corrected.corrected
    records = (
        externalise_draft(world.draft(at=at).id, known, who=world.who(), at=at)
        for known in (ExternalInput(), ExternalInput(paid_by="Cash"))
    )
    with scope(world.id):
        letters = Letter.objects.filter(**mine)
        letters.filter(subject_id=failing.id).update(
            state=LetterState.FAILED, failure=Failure.REFUSED, next_attempt_at=None
        )
        note = Document.objects.get(**mine, corrects_id=credited.id)
        delivered = letters.get(subject_id=opened.id).id
        failed = letters.get(subject_id=failing.id).id
        session_key = page_of(Booking.objects.get(**mine, id=over)).rpartition("/")[2]
        (care_id,) = Care.objects.filter(**mine).values_list("id", flat=True)
    receipt = Said("We paid twice", [Upload("receipt.pdf", b"%PDF-1.7")])
    asked = begin(receipt, invoice_id=paid.id, who=world.who(), at=at)
    with scope(world.id):
        (file_id,) = Attachment.objects.filter(**mine).values_list("id", flat=True)
    link = PublicLink.objects.get(kind=LinkKind.DOCUMENT, subject_id=credited.id)
    invitation_link = PublicLink.objects.get(
        kind=LinkKind.INVITATION, subject_id=invited.invitation.id
    )
    member = Membership.objects.get(**mine, person=world.bob)
    return House(
        world,
        {
            "slug": (world.organization.slug,),
            "invoice_id": (opened.id, held.id, credited.id, paid.id, overpaid.id, late.id, lost.id),
            "document_id": (opened.id, note.id),
            "credit_note.document_id": (note.id,),
            "draft_id": tuple(draft.id for draft in (*drafts, *records)),
            "payment_id": (payment.id,),
            "refund_id": (refund.id,),
            "reminder_id": (reminder.id,),
            "charge_id": charges or (new_id(),),
            "write_off_id": (written.id,),
            "file_id": (file,),
            "entry_id": entries,
            "entry_undoing.entry_id": entries[:1],
            "contact_id": (beside.id,),
            "care_id": (care_id,),
            "person_id": (world.bob.id,),
            "member_id": (member.id,),
            "letter_id": (delivered, failed),
            "letter.letter_id": (delivered,),
            "letter_again.letter_id": (failed,),
            "letter_redirect.letter_id": (failed,),
            "letter_html.letter_id": (delivered,),
            "letter_attachment.letter_id": (delivered,),
            "position": (0,),
            "booking_id": (over, called_off, activity),
            "session_id": (over,),
            "activity_id": (activity,),
            "series_id": (series,),
            "template_id": (template.id,),
            "import_id": (kept.id,),
            "secret": (make_feed(names=False, who=world.who(), at=at).secret,),
            **_hours(world, member.id, at=at),
            "case_id": (a_case(world, paid, at=at),),
            "organization_id": (world.id,),
            "payout_id": (paid_out(world, at=at),),
            "to_payer_id": (new_id(),),
            "client_id": (world.daisy.id,),
            "service_id": (create_service(service, who=world.who(), at=at).id,),
            "token_id": (token.id,),
            "conversation_id": (asked.id,),
            "attachment_id": (file_id,),
            "address_id": (HookAddress.objects.create(organization=world.organization).id,),
            "membership_id": (member.id,),
            "invitation_id": (invited.invitation.id,),
            "credit_note_id": (note.id,),
            "signed": (signed(link),),
            "join.signed": (signed(invitation_link),),
            "key": ("0" * 32,),
            **dict.fromkeys(
                (f"public_session{page}.key" for page in ("", "_cancel", "_calendar")),
                (session_key,),
            ),
            "uidb36": ("1",),
            "pk": (1,),
        },
    )


def _bank(world: World, *, at: datetime) -> tuple[UUID, tuple[UUID, ...]]:
    """A file with an entry that was matched, two that wait and one that was set aside."""
    small = world.invoice(line("10.00"), at=at)
    content = statement(
        told("12.55", "A1", reference=small.payment_reference, day=at.date().isoformat()),
        told("1255.00", "A2", text="Carpentry in June", day=at.date().isoformat()),
        told("7.00", "A3", side="DBIT", party="Shop", day=at.date().isoformat()),
        told("3.00", "A4", party="Landlord", party_account="", day=at.date().isoformat()),
    )
    file = take_in(BytesIO(content), "june.xml", who=world.who(), at=at).file
    while meet_new(world.id, at=at):
        pass
    with scope(world.id):
        entries = Entry.objects.filter(organization_id=world.id).order_by("id")
        return file.id, tuple(entries.values_list("id", flat=True))


def a_case(world: World, invoice: Document, *, at: datetime) -> UUID:
    """The refund case of an invoice."""
    with scope(world.id):
        case = RefundCase.objects.create(
            organization_id=world.id, invoice_id=invoice.id, asked_by=world.alice.id, asked_at=at
        )
    return case.id


def paid_out(world: World, *, at: datetime) -> UUID:
    """A payout on its way, as one of a seller whose clients paid to the operator."""
    payout = Payout(id=new_id(), organization_id=world.id, batch_id=new_id(), amount_minor=73_725)
    payout.currency, payout.account = "EUR", "FI2112345600000785"
    payout.end_to_end, payout.pay_on, payout.made_at = payout.id.hex, at.date(), at
    with scope(world.id):
        return write_payout(payout, at=at).id


def _hours(world: World, membership_id: UUID, *, at: datetime) -> Things:
    """A week, a day away and a closed day."""
    who, new_year = world.who(), date(at.year + 1, 1, 1)
    week = keep_week(membership_id, new_year, OFFICE_WEEK, who=who, at=at)
    away = keep_other_hours(membership_id, new_year, new_year, (), who=who, at=at)
    closed = close_days("Fair", new_year, new_year, who=who, at=at)
    return {
        "week_id": (week.id,),
        "other_hours_id": (away.id,),
        "closed_days_id": (closed.id,),
    }


def _diary(world: World, *, at: datetime) -> tuple[UUID, UUID, UUID, UUID]:
    """A session that is over, one that was cancelled, an activity, a series."""
    who, mine = world.who(), Membership.objects.get(organization_id=world.id, person=world.alice)
    session = ServiceInput(
        name="Advice",
        unit_price=Decimal("80.00"),
        tax_category=TaxCategory.STANDARD,
        tax_rate=VAT,
        minutes=60,
    )
    usual = SessionInput(
        service=create_service(session, who=who, at=at).id,
        client=world.daisy.id,
        practitioner=mine.id,
        starts_at=at - timedelta(hours=2),
    )
    held = book_session(usual, who=who, at=at)
    later = replace(usual, starts_at=at + timedelta(hours=2))
    called_off = cancel_booking(book_session(later, who=who, at=at).id, who=who, at=at)
    reader = Membership.objects.get(organization_id=world.id, person=world.bob)
    open_diary(reader.id, Sight.VIEW, who=who, at=at)
    block = ActivityInput(title="Lunch", practitioner=mine.id, starts_at=at, minutes=30)
    weekly = SeriesInput(
        session=replace(usual, starts_at=at + timedelta(days=30)), rule="FREQ=WEEKLY;COUNT=2"
    )
    series = book_series(weekly, who=who, at=at).series
    return held.id, called_off.id, book_activity(block, who=who, at=at).id, series.id


def _depart_and_deliver(world: World, *, at: datetime) -> None:
    depart_due(world.id, at=at)
    out = way_out()
    while deliver_next(world.id, composers=COMPOSERS, out=out, at=at):
        pass
