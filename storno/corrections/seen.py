"""What somebody has seen of an invoice before deciding, so that what is done is what was shown.

A page, or a program that asked for the plan, hands back what it was shown. The deed compares that
under the lock with how the invoice stands by then; where something else would come of it, nothing
is done.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import Blocker, Refused, Words, invalid
from storno.corrections.facts import Case
from storno.documents.models import Standing

_WRITTEN = re.compile(
    r"([0-9]{1,18})\.([0-9]{1,18})\.([01])\.([0-9]{1,9})\.([0-9a-f]{0,16})\.([0-9]{1,18})"
    r"\.([0-9]{1,18})"
)


class NotAsShown(Refused):
    """Since somebody looked, something has changed that decides what would come of the deed."""

    code = "not_as_shown"
    message = _("This has changed since it was shown.")
    remedy = _("Nothing was done. Look at what would come of it now, and decide again.")

    def __init__(self, changes: Iterable[Words]) -> None:
        super().__init__()
        self._changes = tuple(changes)

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """What has changed, a reason each."""
        return tuple(Blocker(self.code, change, self.remedy) for change in self._changes)


@dataclass(frozen=True, slots=True)
class Seen:
    """How an invoice stood before somebody's eyes; amounts in minor units.

    `on_hold`: a credit note was on its way. A credit is decided by more than a payment is: by
    `hold_seconds`, and by `ways`, a digest of what follows and of how the credit note goes.
    """

    credited_minor: int
    received_minor: int
    on_hold: bool
    hold_seconds: int = 0
    ways: str = ""
    returned_minor: int = 0
    written_minor: int = 0

    def __str__(self) -> str:
        """The form in which it is handed out and back."""
        amounts = f"{self.credited_minor}.{self.received_minor}"
        more = f"{self.returned_minor}.{self.written_minor}"
        return f"{amounts}.{self.on_hold:d}.{self.hold_seconds}.{self.ways}.{more}"


def read_seen(text: str) -> Seen | None:
    """What was handed back; None where nothing was. Raises Invalid."""
    if not text:
        return None
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise invalid("seen", "malformed", _("Hand back what the plan said, unchanged."))
    credited, received, on_hold, hold, ways, *more = written.groups()
    return Seen(int(credited), int(received), on_hold == "1", int(hold), ways, *map(int, more))


def seen_by_payer(standing: Standing, *, at: datetime) -> Seen:
    """What decides about a payment; a credit note whose time has come counts as issued."""
    leaves = standing.cancelling_at
    is_due = leaves is not None and leaves <= at
    due_minor = standing.cancelling_minor if is_due else 0
    return Seen(
        credited_minor=standing.credited_minor + due_minor,
        received_minor=standing.received_minor,
        on_hold=leaves is not None and not is_due,
        returned_minor=standing.returned_minor,
        written_minor=standing.written.total_minor,
    )


def seen_by_creditor(case: Case) -> Seen:
    """What decides about a credit, beside what is asked."""
    facts, its = case.facts, case.facts.settings
    ways = json.dumps([its.after_credit, facts.handed_over, *facts.addresses])
    return Seen(
        credited_minor=case.standing.credited_minor,
        received_minor=case.standing.received_minor,
        on_hold=case.standing.cancelling_at is not None,
        hold_seconds=its.hold_seconds,
        ways=hashlib.sha256(ways.encode()).hexdigest()[:16],
        returned_minor=case.standing.returned_minor,
        written_minor=case.standing.written.total_minor,
    )


def changes_since(seen: Seen | None, now: Seen) -> Iterator[Words]:
    """What is different from what was seen, a sentence each; nothing where nothing was seen."""
    if seen is None:
        return
    yield from _money_moved(seen, now)
    if now.credited_minor != seen.credited_minor:
        yield _("A credit note on this invoice was issued meanwhile.")
    if now.on_hold and not seen.on_hold:
        yield _("A credit note on this invoice was put on its way meanwhile.")
    if seen.on_hold and not now.on_hold and now.credited_minor == seen.credited_minor:
        yield _("The credit note on its way was taken back or stopped meanwhile.")
    if now.hold_seconds != seen.hold_seconds:
        yield _("How long a credit note waits was changed in the settings meanwhile.")
    if now.ways != seen.ways:
        yield _("Where the credit note goes, or what usually follows it, has changed meanwhile.")


def _money_moved(seen: Seen, now: Seen) -> Iterator[Words]:
    if now.received_minor > seen.received_minor:
        yield _("Money has come in on this invoice meanwhile.")
    if now.received_minor < seen.received_minor:
        yield _("A payment on this invoice was reversed meanwhile.")
    if now.returned_minor > seen.returned_minor:
        yield _("Money was given back on this invoice meanwhile.")
    if now.returned_minor < seen.returned_minor:
        yield _("A refund on this invoice was reversed meanwhile.")
    if now.written_minor > seen.written_minor:
        yield _("Something on this invoice was written off meanwhile.")
    if now.written_minor < seen.written_minor:
        yield _("What was written off on this invoice was taken back meanwhile.")


def must_be_as_shown(seen: Seen | None, now: Seen) -> None:
    """Raise NotAsShown where something has changed that somebody saw; under the lock."""
    if changes := tuple(changes_since(seen, now)):
        raise NotAsShown(changes)
