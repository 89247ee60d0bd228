"""What bills a session is known to each deed, whoever pays and whoever may see it."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from storno.catalogue.models import Charge
from storno.clients.models import Client, Contact
from storno.corrections.finalise import finalise_draft
from storno.corrections.refund import offset_invoice, reverse_refund
from storno.diary.amend import amend_draft
from storno.diary.bill import billing_of
from storno.diary.book import book_session
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking, draft_session
from storno.diary.drop import delete_draft
from storno.diary.models import Booking, Sight
from storno.diary.price import price_of
from storno.diary.sight import open_diary
from storno.documents.content import DraftInput, for_recipient
from storno.documents.draft import create_draft
from storno.documents.models import Document, Draft, DraftLine
from storno.documents.queries import thrown_away
from storno.history.models import Event
from storno.organizations.models import Membership
from storno.organizations.roles import Actor
from storno.organizations.scope import scope, scope_of, unlimited
from storno.payments.models import Why
from storno.payments.queries import refunds_on
from storno.payments.reverse_refund import Grounds
from storno.tax.category import TaxCategory
from tests.clients.test_hand_over import AT, TEN, own
from tests.deeds import credit, pay
from tests.diary.practice import Practice, practice
from tests.observe import drafts, refused, stands
from tests.world import line


@dataclass
class House:
    """Daisy is Paula's, who pays is Erik's; Paula sees her own clients only."""

    practice: Practice
    payer: Client
    session: Booking
    membership: Membership
    paula: Actor
    erik: Actor

    def pay_by_stranger(self, draft: Draft) -> None:
        """Let an administrator choose who pays."""
        who = self.practice.world.who()
        amend_draft(draft.id, lambda now: for_recipient(now, self.payer.id), who=who, at=AT)


@pytest.fixture
def house() -> House:
    made = practice()
    erik, as_erik = made.member("erik")
    payer = made.company()
    asked = made.asked(TEN, client=payer.id, practitioner=erik.id)
    book_session(asked, who=as_erik, at=AT)
    session = made.book(TEN, at=AT)
    return House(made, payer, session, erik, own(made.who()), own(as_erik))


def draft_of(house: House) -> Draft:
    draft = house.practice.billing(house.session).draft
    assert draft is not None
    return draft


def test_a_session_is_invoiced_once_whoever_pays(house: House) -> None:
    draft = draft_of(house)
    house.pay_by_stranger(draft)
    invoice = finalise_draft(draft.id, who=house.practice.world.who(), at=AT)
    world = house.practice.world
    with refused(world, "credit_first"):
        changes = BookingChanges(price=Decimal(2000))
        change_booking(house.session.id, changes, who=house.paula, at=AT)
    with refused(world, "billed_already"):
        draft_session(house.session.id, who=house.paula, at=AT)
    with scope_of(house.paula):
        billing = billing_of(house.session)
        assert (billing.invoice and billing.invoice.id, billing.price_locked) == (invoice.id, True)
        assert billing.payer == house.payer


def test_it_stays_invoiced_when_who_pays_stands_beside_the_client_no_more(house: House) -> None:
    world, mine = house.practice.world, house.practice.id
    with scope(mine):
        beside = Contact.objects.create(
            organization_id=mine, client=house.practice.daisy, party=house.payer
        )
    draft = draft_of(house)
    to_payer = house.payer.id
    amend_draft(draft.id, lambda now: for_recipient(now, to_payer), who=house.paula, at=AT)
    invoice = finalise_draft(draft.id, who=house.paula, at=AT)
    with scope(mine):
        Contact.objects.filter(id=beside.id).delete()
        # and the session says another payer now, as after a credit
        Booking.objects.filter(id=house.session.id).update(recipient_id=house.practice.daisy.id)
    with scope_of(house.paula):
        assert Document.objects.get(organization_id=mine).id == invoice.id
    with refused(world, "billed_already"):
        draft_session(house.session.id, who=house.paula, at=AT)


def test_diary_and_draft_say_the_same_whoever_pays(house: House) -> None:
    draft = draft_of(house)
    house.pay_by_stranger(draft)
    changes = BookingChanges(price=Decimal(2000))
    change_booking(house.session.id, changes, who=house.paula, at=AT)
    with scope(house.practice.id):
        (said,) = DraftLine.objects.filter(draft_id=draft.id)
    assert price_of(said) == house.practice.now(house.session).unit_price == Decimal(2000)
    cancel_booking(house.session.id, charge=Charge.NOTHING, who=house.paula, at=AT)
    assert draft.id not in {each.id for each in drafts(house.practice.world)}


def test_deeds_decide_by_what_they_may_not_tell(house: House) -> None:
    """A paper that bills strangers too is hidden; the session is billed all the same."""
    draft = draft_of(house)
    with scope(house.practice.id):
        strangers = Booking.objects.get(client=house.payer)
        ours = DraftLine.objects.get(draft=draft)
        DraftLine.objects.filter(source_id=strangers.id).update(draft=draft, position=1)
    assert ours.source_id == house.session.id
    with scope_of(house.paula):
        assert not billing_of(house.session).is_billed
        with unlimited():
            assert billing_of(house.session).is_billed
        assert not Draft.objects.filter(id=draft.id).exists()
    with refused(house.practice.world, "billed_already"):
        draft_session(house.session.id, who=house.paula, at=AT)


def test_who_pays_and_is_in_sight_can_be_chosen_for_a_plain_draft(house: House) -> None:
    mine = house.practice.id
    with scope(mine):
        Contact.objects.create(organization_id=mine, client=house.practice.daisy, party=house.payer)
    entered = DraftInput(
        recipient_id=house.practice.daisy.id, lines=(line(category=TaxCategory.OUTSIDE_SCOPE),)
    )
    draft = create_draft(entered, who=house.paula, at=AT)
    to_payer = house.payer.id
    amend_draft(draft.id, lambda now: for_recipient(now, to_payer), who=house.paula, at=AT)
    second = create_draft(replace(entered, recipient_id=to_payer), who=house.paula, at=AT)
    with scope_of(house.paula):
        seen = set(Draft.objects.filter(recipient=house.payer).values_list("id", flat=True))
    assert seen == {draft.id, second.id}


def test_a_draft_out_of_sight_is_absent_before_its_session_is_looked_at(house: House) -> None:
    draft = draft_of(house)
    for _opened in (False, True):
        for session in ("cancel", "keep"):
            with refused(house.practice.world, "absent"):
                delete_draft(draft.id, session=session, who=house.erik, at=AT)
        open_diary(house.membership.id, Sight.BOOK, who=house.practice.who(), at=AT)


def test_whoever_drafted_a_paper_keeps_it_in_sight_and_the_draft_that_was_deleted() -> None:
    """Who stands beside an own client pays it; an administrator issues the one, drops the other."""
    house = practice()
    _erik, as_erik = house.member("erik")
    house.book(TEN, at=AT)
    payer, who, other = house.company(), own(house.who()), own(as_erik)
    with scope(house.id):
        Contact.objects.create(organization_id=house.id, client=house.daisy, party=payer)
    book_session(house.asked(TEN, client=payer.id, practitioner=_erik.id), who=as_erik, at=AT)
    entered = DraftInput(recipient_id=payer.id, lines=(line(category=TaxCategory.OUTSIDE_SCOPE),))
    issued, dropped = (create_draft(entered, who=who, at=AT) for _each in range(2))
    invoice = finalise_draft(issued.id, who=house.world.who(), at=AT)
    delete_draft(dropped.id, who=house.world.who(), at=AT)
    seen = {}
    for each in (who, other, replace(other, clients_of=other.organization_id)):
        with scope_of(each):
            papers = Document.objects.filter(organization_id=house.id, id=invoice.id)
            gone = thrown_away(dropped.id, house.id)
            drafted = Event.objects.filter(organization_id=house.id, subject_id=issued.id)
            seen[each.clients_of] = papers.exists(), gone is not None, drafted.exists()
    assert seen == {
        who.clients_of: (True, True, True),
        other.clients_of: (True, True, True),  # whose client pays
        house.id: (False, False, False),
    }


def test_who_saw_the_draft_of_a_session_is_told_that_it_was_deleted() -> None:
    house = practice()
    _erik, as_erik = house.member("erik")
    draft = house.billing(house.book(TEN, at=AT)).draft
    assert draft is not None
    delete_draft(draft.id, session="keep", who=house.world.who(), at=AT)
    told = []
    for each in (house.who(), as_erik):
        with scope_of(own(each)):
            told.append(thrown_away(draft.id, house.id) is not None)
    assert told == [True, False]


def test_who_is_forgotten_is_not_everybodys() -> None:
    house = practice()
    _erik, as_erik = house.member("erik")
    gone = house.company()
    with scope_of(own(as_erik)):
        assert Client.objects.filter(id=gone.id).exists()
    with scope(house.id):
        Client.objects.filter(id=gone.id).update(archived_at=AT, erasing_at=AT, forgotten_at=AT)
    for who, sees in ((as_erik, False), (house.world.who(), True)):
        with scope_of(own(who) if who is as_erik else who):
            assert Client.objects.filter(id=gone.id).exists() == sees


def test_money_between_invoices_is_moved_by_who_sees_both(house: House) -> None:
    """Paula sees the one invoice of the payer and Erik the other; an offset is of both."""
    world, mine = house.practice.world, house.practice.id
    house.pay_by_stranger(draft_of(house))
    ours = draft_of(house)
    (strangers,) = (draft for draft in drafts(world) if draft.id != ours.id)
    one = finalise_draft(ours.id, who=world.who(), at=AT)
    other = finalise_draft(strangers.id, who=world.who(), at=AT)
    assert isinstance(one, Document)
    assert isinstance(other, Document)
    pay(world, one, one.payable_minor, at=AT)
    credit(world, one, at=AT)
    with refused(world, "absent"):
        offset_invoice(one.id, other.id, who=house.paula, at=AT)
    refund = offset_invoice(one.id, other.id, who=world.who(), at=AT)
    with scope_of(house.paula):
        (row,) = refunds_on([one.id], mine)
        assert (row.refund.id, row.paid) == (refund.id, None)
    grounds = Grounds(Why.MISTAKE, "Wrong invoice")
    for who, code in ((house.paula, "paid_unseen"), (house.erik, "absent")):
        with refused(world, code):
            reverse_refund(refund.id, grounds, who=who, at=AT)
    reverse_refund(refund.id, grounds, who=world.who(), at=AT)
    assert stands(world, other) == {"state": "sent", "open": other.payable_minor}
