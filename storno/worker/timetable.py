"""What runs when, nothing more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.management import call_command

from storno.diary.messages.remind import organizations_with_due_reminders
from storno.documents.files import organizations_without_papers
from storno.documents.queries import organizations_with_due_drafts
from storno.mailroom.queries import organizations_with_due_letters
from storno.matching.meet import organizations_with_new_entries
from storno.notices.remind import organizations_with_due_notices
from storno.online.due import organizations_with_due_checkouts
from storno.organizations.queries import all_organizations
from storno.overdue.automatic import organizations_that_remind
from storno.payouts.to_payers import sellers_with_failed_payers
from storno.worker.rounds import (
    collect,
    deliver,
    depart,
    erase,
    forget,
    forget_counts,
    match,
    owe_back,
    remind,
    remind_clients,
    remind_of_overdue,
    set_papers,
    tell_desk,
)


@dataclass(frozen=True, slots=True)
class Line:
    """Every `seconds`: `find` the organizations that have work, and go to each with `work`.

    `beside` threads do so side by side, as many as need not wait for each other.
    """

    name: str
    seconds: int
    find: Callable[[datetime], list[UUID]]
    work: Callable[[UUID], Iterator[None]]
    beside: int = 1


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do for the whole installation every `seconds`."""

    name: str
    seconds: int
    work: Callable[[], object]


HOUR = 60 * 60
DAY = 24 * HOUR

TIMETABLE: tuple[Line | Chore, ...] = (
    Line("departures", 1, organizations_with_due_drafts, depart),
    Line("cards", 1, organizations_with_due_checkouts, collect, beside=2),
    Line("reminders", 10, organizations_with_due_notices, remind),
    Line("overdue", HOUR // 4, lambda _at: organizations_that_remind(), remind_of_overdue),
    Line("letters", 1, organizations_with_due_letters, deliver, beside=4),
    Line("entries", 5, lambda _at: organizations_with_new_entries(), match),
    Line("payers", 10, lambda _at: sellers_with_failed_payers(), owe_back),
    Line("appointments", 10, organizations_with_due_reminders, remind_clients),
    Line("papers", 5, organizations_without_papers, set_papers),
    Line("memories", HOUR, lambda _at: all_organizations(), forget),
    Line("erasures", DAY, lambda _at: all_organizations(), erase),
    Chore("desk", 60, tell_desk),
    Chore("sessions", HOUR, partial(call_command, "clearsessions")),
    Chore("counts", HOUR, forget_counts),
)
