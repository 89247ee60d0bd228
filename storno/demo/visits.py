"""What becomes of single sessions of the demonstration's practice."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from storno.catalogue.models import Charge
from storno.demo.cast import EMPLOYED, OSLO, Cast, whose_turn
from storno.demo.house import House
from storno.diary.bill import billing_of
from storno.diary.book import SessionInput, book_session
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.drop import delete_draft
from storno.diary.models import Booking, BookingState
from storno.documents.models import Document, FollowUp, Reason
from storno.documents.send import hand_over
from storno.notices.pause import PauseReason, pause_reminders
from storno.notices.plan import days_after
from storno.organizations.models import Method
from storno.organizations.scope import scope

BOOKED_BEFORE = timedelta(weeks=6)

Script = Iterator[datetime]
"""What becomes of a session: until each moment that it yields it waits."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session of the demonstration, in the hands of whose diary it stands in."""

    cast: Cast
    whose: str
    starts_at: datetime
    number: int

    @property
    def house(self) -> House:
        """Who acts."""
        return self.cast.houses[self.whose]

    @property
    def booked_at(self) -> datetime:
        """When it was booked."""
        return self.starts_at - BOOKED_BEFORE

    @property
    def over_at(self) -> datetime:
        """When it is over and written down."""
        return self.starts_at + timedelta(minutes=70)

    def book(self, *, recipient: UUID | None = None, method: Method | None = None) -> Booking:
        """Book it for the client whose turn it is."""
        client = whose_turn(self.number, self.cast.clients)
        entered = SessionInput(
            service=self.cast.service.id,
            client=client.id,
            practitioner=self.cast.members[self.whose],
            starts_at=self.starts_at,
            recipient=recipient,
            method=method,
            place="Rom 2" if self.whose == "nils" else "Rom 1",
        )
        return book_session(entered, who=self.house.who, at=self.booked_at)

    def note(self, session: Booking, state: BookingState) -> None:
        """Note who came."""
        changes = BookingChanges(state=state)
        change_booking(session.id, changes, who=self.house.who, at=self.over_at)

    def bill(self, session: Booking, at: datetime) -> Document:
        """Finalise its draft, and give the invoice to who pays."""
        invoice = self.house.finalise(self.draft_of(session), at=at)
        hand_over(invoice.id, who=self.house.who, at=at)
        return invoice

    def draft_of(self, session: Booking) -> UUID:
        """The draft that bills it."""
        with scope(self.house.who.organization_id):
            draft = billing_of(session).draft
        assert draft is not None, "a session is booked with its draft"
        return draft.id


def comes(visit: Visit) -> Script:
    """Of this week, or later: booked, with its draft."""
    yield visit.booked_at
    visit.book()


def _held(visit: Visit, recipient: UUID | None = None) -> Generator[datetime, None, Document]:
    """Held and invoiced; the invoice is what the generator returns."""
    yield visit.booked_at
    session = visit.book(recipient=recipient)
    yield visit.over_at
    visit.note(session, BookingState.HELD)
    return visit.bill(session, visit.over_at)


def held_and_paid(visit: Visit) -> Script:
    """Held, invoiced, and paid three days later, as most are."""
    invoice = yield from _held(visit)
    paid_at = visit.over_at + timedelta(days=3)
    yield paid_at
    visit.house.pay(invoice, invoice.payable_minor, at=paid_at)


def _unpaid(visit: Visit) -> Script:
    yield from _held(visit)


def _free_of_charge(visit: Visit) -> Script:
    """Held and given away: its invoice says that there is nothing to pay."""
    yield visit.booked_at
    session = visit.book()
    yield visit.over_at
    visit.note(session, BookingState.HELD)
    free = BookingChanges(price=Decimal(0))
    change_booking(session.id, free, who=visit.house.who, at=visit.over_at)
    visit.bill(session, visit.over_at)


def _reminded(visit: Visit) -> Script:
    """Told of the payment, and once more where two weeks have gone by."""
    invoice = yield from _held(visit)
    visit.house.notify(invoice, at=visit.over_at)
    (again_at, *_later) = days_after(visit.over_at, [14], str(OSLO))
    yield again_at
    visit.house.remind(invoice, at=again_at)


def _paused(visit: Visit) -> Script:
    """Told of the payment; then another day was agreed on."""
    invoice = yield from _held(visit)
    visit.house.notify(invoice, at=visit.over_at)
    agreed_at = visit.over_at + timedelta(days=1)
    yield agreed_at
    pause_reminders(invoice.id, PauseReason.AGREED, who=visit.house.who, at=agreed_at)


def goes_out_by_itself(visit: Visit) -> Script:
    """To come, and invoiced by itself after that."""
    yield visit.booked_at
    visit.book(method=Method.AUTOMATIC)


def _part_paid(visit: Visit) -> Script:
    invoice = yield from _held(visit)
    paid_at = visit.over_at + timedelta(days=4)
    yield paid_at
    visit.house.pay(invoice, 50_000, at=paid_at)


def _did_not_come(visit: Visit) -> Script:
    yield visit.booked_at
    session = visit.book()
    yield visit.over_at
    visit.note(session, BookingState.NO_SHOW)
    visit.bill(session, visit.over_at)


def _cancelled_late(visit: Visit) -> Script:
    """Half of the price is charged, by a draft that waits to be finalised."""
    yield visit.booked_at
    session = visit.book()
    called_at = visit.starts_at - timedelta(hours=3)
    yield called_at
    cancel_booking(session.id, Charge.HALF, who=visit.house.who, at=called_at)


def _invoiced_elsewhere(visit: Visit) -> Script:
    yield visit.booked_at
    visit.book(method=Method.EXTERNAL)


def _paid_by_the_employer(visit: Visit) -> Script:
    yield from _held(visit, visit.cast.employer.id)


def _wrong_price(visit: Visit) -> Script:
    """Credited, with a draft that awaits a decision."""
    yield from _credited(visit, Reason.WRONG_PRICE, FollowUp.DRAFT)


def _cancelled_afterwards(visit: Visit) -> Script:
    yield from _credited(visit, Reason.CANCELLED, FollowUp.CANCEL_SESSION)


def _credited(visit: Visit, reason: Reason, then: FollowUp) -> Script:
    invoice = yield from _held(visit)
    credited_at = visit.over_at + timedelta(days=1)
    yield credited_at
    visit.house.credit(invoice, reason, then, at=credited_at)


def _half_credited(visit: Visit) -> Script:
    """Half of an unpaid invoice was credited, as if the session had been cut short."""
    invoice = yield from _held(visit)
    credited_at = visit.over_at + timedelta(days=1)
    yield credited_at
    visit.house.credit_half(invoice, Reason.WRONG_PRICE, at=credited_at)


def _owed_back(visit: Visit) -> Generator[datetime, None, Document]:
    invoice = yield from _held(visit)
    paid_at = visit.over_at + timedelta(days=2)
    yield paid_at
    visit.house.pay(invoice, invoice.payable_minor, at=paid_at)
    credited_at = paid_at + timedelta(days=1)
    yield credited_at
    visit.house.credit(invoice, Reason.CANCELLED, FollowUp.NOTHING, at=credited_at)
    return invoice


def _still_owed_back(visit: Visit) -> Script:
    yield from _owed_back(visit)


def _refunded(visit: Visit) -> Script:
    """Paid, then cancelled, and the money went back a day later."""
    invoice = yield from _owed_back(visit)
    refunded_at = visit.over_at + timedelta(days=4)
    yield refunded_at
    visit.house.refund(invoice, at=refunded_at)


def _without_a_paper(visit: Visit) -> Script:
    """The draft was thrown away, and the session kept."""
    yield visit.booked_at
    session = visit.book()
    yield visit.over_at
    visit.note(session, BookingState.HELD)
    delete_draft(visit.draft_of(session), who=visit.house.who, at=visit.over_at)


STORIES: dict[int, Callable[[Visit], Script]] = {
    1: _reminded,
    3: _did_not_come,
    7: _cancelled_late,
    12: _invoiced_elsewhere,
    EMPLOYED: _paid_by_the_employer,
    18: _wrong_price,
    22: _still_owed_back,
    23: _refunded,
    25: _cancelled_afterwards,
    28: _without_a_paper,
    31: _half_credited,
    33: _part_paid,
    35: _free_of_charge,
    36: _unpaid,
    37: _unpaid,
    38: _paused,
    39: _unpaid,
}
"""What became of single sessions of the past weeks; all others were held and paid."""
