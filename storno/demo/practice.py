"""Fjord Psykologi: a practice in Norway, outside the VAT register, with two months of diary."""

import heapq
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, product
from uuid import UUID
from zoneinfo import ZoneInfo

from storno.administration.seller import SellerChanges
from storno.catalogue.models import Charge, Message, Service
from storno.catalogue.save import ServiceInput, amend_service, create_service
from storno.clients.contacts import ContactInput, add_contact
from storno.clients.models import Client
from storno.clients.save import amend_client
from storno.demo.house import BERGEN, House
from storno.diary.bill import billing_of
from storno.diary.book import ActivityInput, SessionInput, book_activity, book_session
from storno.diary.book_series import SeriesInput, Skip, book_series
from storno.diary.cancel import cancel_booking
from storno.diary.change import BookingChanges, change_booking
from storno.diary.closed import close_days
from storno.diary.drop import delete_draft
from storno.diary.hours import read_week
from storno.diary.keep_hours import keep_other_hours, keep_week
from storno.diary.models import Booking, BookingState
from storno.documents.models import Document, FollowUp, Reason
from storno.documents.send import hand_over
from storno.notices.pause import PauseReason, pause_reminders
from storno.notices.plan import days_after
from storno.organizations.models import Method
from storno.organizations.scope import scope
from storno.tax.category import TaxCategory

SELLER = SellerChanges(
    name="Fjord Psykologi",
    language="nb",
    business_id="974760673",
    vat_registered=False,
    street="Bryggen 3",
    postcode="5003",
    city="Bergen",
    email="kari@example.com",
    account="86011117947",
)

OSLO = ZoneInfo("Europe/Oslo")

CLIENTS = 40

FIRST = ("Olav", "Ingrid", "Sigurd", "Astrid", "Jonas", "Maria", "Erik", "Solveig")
LAST = ("Berg", "Haugen", "Strand", "Lie", "Moen")
STREETS = ("Strandgaten", "Nygårdsgaten", "Marken", "Øvregaten")

WEEK = (  # weekday, hour, minute, whose
    (0, 9, 0, "kari"),
    (0, 10, 0, "nils"),
    (0, 10, 15, "kari"),
    (1, 9, 0, "kari"),
    (1, 13, 0, "kari"),
    (2, 10, 0, "nils"),
    (2, 13, 0, "nils"),
    (3, 9, 0, "kari"),
    (3, 10, 15, "kari"),
    (4, 9, 0, "nils"),
)
HOURS = {
    "kari": {
        "monday": "9-12, 13-15",
        "tuesday": "9-16",
        "wednesday": "12-17",
        "thursday": "9-12, 13-15",
    },
    "nils": {"monday": "9-15", "wednesday": "9-17", "friday": "8-14"},
}

WEEKS = 4
"""So many weeks lie behind this one, and as many before it."""

BOOKED_BEFORE = timedelta(weeks=6)
OPENED = timedelta(days=88)
"""So long ago the practice began to use Storno."""

Script = Iterator[datetime]
"""What becomes of a session: until each moment that it yields it waits."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works here, who comes, who pays in their stead, and for what."""

    houses: dict[str, House]
    members: dict[str, UUID]
    clients: list[Client]
    employer: Client
    service: Service


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
        client = self.cast.clients[self.number % len(self.cast.clients)]
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


def live_practice(houses: dict[str, House], members: dict[str, UUID], now: datetime) -> None:
    """Kari's and Nils' sessions: exempt from VAT, invoices delivered by hand, some put right.

    `houses` and `members` (their memberships' ids) are by first names.
    """
    cast = _cast(houses, members, now - OPENED)
    today = now.astimezone(OSLO).date()
    monday = today - timedelta(days=today.weekday())
    _say_hours(cast, monday, now - OPENED)
    scripts: list[Script] = []
    numbers = count()
    for week in range(-WEEKS, WEEKS + 1):
        for weekday, hour, minute, whose in WEEK:
            starts_at = _moment(monday + timedelta(days=7 * week + weekday), hour, minute)
            visit = Visit(cast, whose, starts_at, next(numbers))
            story = _TO_COME.get(visit.number, _comes)
            if week < 0:
                story = _STORIES.get(visit.number, _held_and_paid)
            scripts.append(story(visit))
        scripts.append(_supervision(cast, monday + timedelta(days=7 * week + 2)))
    scripts.append(_every_week(cast, _moment(monday + timedelta(days=10), 13), now))
    _play(scripts, now)
    _tell(cast, now)


def _tell(cast: Cast, now: datetime) -> None:
    """From today on clients are told of their sessions; Daisy hears of one by e-mail and SMS."""
    who, tells = cast.houses["kari"].who, tuple(Message)
    daisy = cast.clients[0]
    amend_service(
        cast.service.id, lambda entered: replace(entered, messages=tells), who=who, at=now
    )
    amend_client(
        daisy.id, lambda entered: replace(entered, phone="+47 99 99 99 99"), who=who, at=now
    )
    day = now.astimezone(OSLO).date() + timedelta(days=3)
    entered = SessionInput(
        service=cast.service.id,
        client=daisy.id,
        practitioner=cast.members["kari"],
        starts_at=_moment(day, 7, 30),
        video="https://video.example.com/fjord",
    )
    book_session(entered, who=who, at=now)


def _say_hours(cast: Cast, monday: date, at: datetime) -> None:
    """When both work, a day on which one is away, and one on which the practice is closed."""
    opened = at.astimezone(OSLO).date()
    for whose, house in cast.houses.items():
        keep_week(cast.members[whose], opened, read_week(HOURS[whose]), who=house.who, at=at)
    away, closed = monday + timedelta(days=11), monday + timedelta(days=16)
    keep_other_hours(cast.members["nils"], away, away, (), who=cast.houses["nils"].who, at=at)
    close_days("Fagdag", closed, closed, who=cast.houses["kari"].who, at=at)
    amend_client(
        cast.clients[0].id,
        lambda said: replace(said, time_zone="Europe/Helsinki"),
        who=cast.houses["kari"].who,
        at=at,
    )


def _play(scripts: list[Script], now: datetime) -> None:
    """Let all scripts go on in the order of their moments, until now."""
    order = count()
    waiting = [(next(script), next(order), script) for script in scripts]
    heapq.heapify(waiting)
    while waiting:
        wakes_at, _, script = heapq.heappop(waiting)
        if wakes_at <= now and (then := next(script, None)) is not None:
            heapq.heappush(waiting, (then, next(order), script))


def _cast(houses: dict[str, House], members: dict[str, UUID], at: datetime) -> Cast:
    house = houses["kari"]
    clients = [
        house.client("Daisy Lind", "Nygårdsgaten 5", "daisy@example.com", BERGEN, at=at),
        *(
            house.client(
                f"{first} {last}",
                f"{STREETS[number % len(STREETS)]} {number + 1}",
                f"{first}.{last}@example.com".lower(),
                BERGEN,
                at=at,
            )
            for number, (first, last) in enumerate(product(FIRST, LAST))
            if number < CLIENTS - 1
        ),
    ]
    employer = house.client(
        "Havn Rederi AS", "Vågen 1", "faktura@havn.example.com", BERGEN, "923609016", at=at
    )
    beside = ContactInput(relation="arbeidsgiver", case_number="HR-2041")
    add_contact(clients[EMPLOYED].id, employer.id, beside, who=house.who, at=at)
    entered = ServiceInput(
        name="Konsultasjon 60 min",
        unit_price=Decimal(1190),
        price_includes_tax=True,
        tax_category=TaxCategory.EXEMPT,
        minutes=60,
        late_charge=Charge.HALF,
    )
    service = create_service(entered, who=house.who, at=at)
    return Cast(houses, members, clients, employer, service)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), OSLO)


def _supervision(cast: Cast, day: date) -> Script:
    """Time that is not free, each Wednesday."""
    starts_at = _moment(day, 15)
    yield starts_at - BOOKED_BEFORE
    for whose, house in cast.houses.items():
        entered = ActivityInput(
            title="Veiledning",
            practitioner=cast.members[whose],
            starts_at=starts_at,
            minutes=90,
        )
        book_activity(entered, who=house.who, at=starts_at - BOOKED_BEFORE)


def _every_week(cast: Cast, first_at: datetime, now: datetime) -> Script:
    """A client who comes every week from the next one on, but for closed days."""
    booked_at = now - timedelta(days=2)
    yield booked_at
    session = SessionInput(
        service=cast.service.id,
        client=cast.clients[-1].id,
        practitioner=cast.members["nils"],
        starts_at=first_at,
        place="Rom 2",
    )
    entered = SeriesInput(session=session, rule="FREQ=WEEKLY;COUNT=10", skip=frozenset(Skip))
    book_series(entered, who=cast.houses["nils"].who, at=booked_at)


def _comes(visit: Visit) -> Script:
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


def _held_and_paid(visit: Visit) -> Script:
    invoice = yield from _held(visit)
    paid_at = visit.over_at + timedelta(days=3)
    yield paid_at
    visit.house.pay(invoice, invoice.payable_minor, at=paid_at)


def _unpaid(visit: Visit) -> Script:
    yield from _held(visit)


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


def _goes_out_by_itself(visit: Visit) -> Script:
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


def _owed_back(visit: Visit) -> Script:
    invoice = yield from _held(visit)
    paid_at = visit.over_at + timedelta(days=2)
    yield paid_at
    visit.house.pay(invoice, invoice.payable_minor, at=paid_at)
    credited_at = paid_at + timedelta(days=1)
    yield credited_at
    visit.house.credit(invoice, Reason.CANCELLED, FollowUp.NOTHING, at=credited_at)


def _without_a_paper(visit: Visit) -> Script:
    """The draft was thrown away, and the session kept."""
    yield visit.booked_at
    session = visit.book()
    yield visit.over_at
    visit.note(session, BookingState.HELD)
    delete_draft(visit.draft_of(session), who=visit.house.who, at=visit.over_at)


EMPLOYED = 15
"""The number of the client whose employer pays, and of that session."""

_STORIES: dict[int, Callable[[Visit], Script]] = {
    1: _reminded,
    3: _did_not_come,
    7: _cancelled_late,
    12: _invoiced_elsewhere,
    EMPLOYED: _paid_by_the_employer,
    18: _wrong_price,
    22: _owed_back,
    25: _cancelled_afterwards,
    28: _without_a_paper,
    33: _part_paid,
    36: _unpaid,
    37: _unpaid,
    38: _paused,
    39: _unpaid,
}
"""What became of single sessions of the past weeks; all others were held and paid."""

_TO_COME: dict[int, Callable[[Visit], Script]] = {
    (WEEKS + 1) * len(WEEK): _goes_out_by_itself,
    (WEEKS + 1) * len(WEEK) + 1: _goes_out_by_itself,
}
"""Single sessions of the weeks to come, the first ones of next week."""
