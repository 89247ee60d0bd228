"""Fjord Psykologi: a practice in Norway, outside the VAT register, with two months of diary."""

import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

from storno.administration.seller import SellerChanges
from storno.catalogue.models import Message
from storno.catalogue.save import amend_service
from storno.clients.consents import AnswerInput, TemplateInput, create_template, note_consent
from storno.clients.models import Answer, AnsweredBy
from storno.clients.save import amend_client
from storno.demo.cast import OSLO, Cast, cast_practice, moment
from storno.demo.house import House
from storno.demo.visits import (
    BOOKED_BEFORE,
    STORIES,
    Script,
    Visit,
    comes,
    goes_out_by_itself,
    held_and_paid,
)
from storno.diary.book import ActivityInput, SessionInput, book_activity, book_session
from storno.diary.hours.closed import close_days
from storno.diary.hours.keep import keep_other_hours, keep_week
from storno.diary.hours.plan import read_week
from storno.diary.series.book import SeriesInput, Skip, book_series
from storno.organizations.models import Kid, KidMadeOf

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
    kid_algorithm=Kid.MOD10,
    kid_length=8,
    kid_layout=KidMadeOf.RUNNING,
)

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

OPENED = timedelta(days=88)
"""So long ago the practice began to use Storno."""


TO_COME: dict[int, Callable[[Visit], Script]] = {
    (WEEKS + 1) * len(WEEK): goes_out_by_itself,
    (WEEKS + 1) * len(WEEK) + 1: goes_out_by_itself,
}
"""Single sessions of the weeks to come, the first ones of next week."""


def live_practice(houses: dict[str, House], members: dict[str, UUID], now: datetime) -> None:
    """Kari's and Nils' sessions: exempt from VAT, invoices delivered by hand, some put right.

    `houses` and `members` (their memberships' ids) are by first names.
    """
    cast = cast_practice(houses, members, now - OPENED)
    today = now.astimezone(OSLO).date()
    monday = today - timedelta(days=today.weekday())
    _say_hours(cast, monday, now - OPENED)
    _ask_consents(cast, now - OPENED)
    scripts: list[Script] = []
    numbers = count()
    for week in range(-WEEKS, WEEKS + 1):
        for weekday, hour, minute, whose in WEEK:
            starts_at = moment(monday + timedelta(days=7 * week + weekday), hour, minute)
            visit = Visit(cast, whose, starts_at, next(numbers))
            story = TO_COME.get(visit.number, comes)
            if week < 0:
                story = STORIES.get(visit.number, held_and_paid)
            scripts.append(story(visit))
        scripts.append(_supervision(cast, monday + timedelta(days=7 * week + 2)))
    scripts.append(_every_week(cast, moment(monday + timedelta(days=10), 13), now))
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
        starts_at=moment(day, 7, 30),
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


def _ask_consents(cast: Cast, at: datetime) -> None:
    """What all are asked to agree to; all but the last of the clients have."""
    who = cast.houses["kari"].who
    statement = "Fjord Psykologi kan lagre opplysningene mine så lenge loven krever det."
    entered = TemplateInput(name="Personvern", statement=statement, required=True)
    template = create_template(entered, who=who, at=at)
    given = AnswerInput(Answer.GIVEN, AnsweredBy.PAPER)
    for client in cast.clients[:-1]:
        note_consent(client.id, template.id, given, who=who, at=at)


def _play(scripts: list[Script], now: datetime) -> None:
    """Let all scripts go on in the order of their moments, until now."""
    order = count()
    waiting = [(next(script), next(order), script) for script in scripts]
    heapq.heapify(waiting)
    while waiting:
        wakes_at, _, script = heapq.heappop(waiting)
        if wakes_at <= now and (then := next(script, None)) is not None:
            heapq.heappush(waiting, (then, next(order), script))


def _supervision(cast: Cast, day: date) -> Script:
    """Time that is not free, each Wednesday."""
    starts_at = moment(day, 15)
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
