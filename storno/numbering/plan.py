"""Planning how numbers look and where they begin, until the first of their kind has been given.

Nobody must plan: without a row the usual formats hold, each year from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError, Invalid, Refused, invalid
from storno.history.record import Happening, record
from storno.numbering.models import Series, SeriesKind, SeriesPlan
from storno.numbering.take import LONGEST_NUMBER, lock_plans, plan_of
from storno.organizations.kid import agreed_kid
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed
from storno.references.kid import KidForm, KidLayout, digits_of

LARGEST_FIRST = 99_999_999

LONGEST_FORMAT = 40

LAST_YEAR = 9999

ROOM = 999_999
"""So many numbers fit into a series at least."""

_FORMAT = re.compile(
    r"(?!/|.*//|.*/$)"  # no slash at either end nor two together: banks refuse such a message
    r"[A-Za-z0-9._/-]*\{(?:year|number(?::0[1-9])?)\}"
    r"(?:[A-Za-z0-9._/-]*\{(?:year|number(?::0[1-9])?)\})?[A-Za-z0-9._/-]*"
)


class NumbersTooLongForKid(Refused):
    """KIDs are made of the numbers of invoices, and would have no room for these."""

    code = "numbers_too_long_for_kid"
    message = _("KIDs are made of the invoices' numbers, and these would be too long for them.")
    remedy = _("Choose shorter numbers, or agree on a longer KID with your bank.")


class NumbersGiven(Refused):
    """A number of this kind has been given, from its own series or from the shared one.

    The series runs on as it is (AVL 209 e § item 2).
    """

    code = "numbers_already_given"
    message = _("Numbers of this series have been given, so it can no longer be changed.")
    remedy = _("The series runs on; nothing needs to be done.")


@dataclass(frozen=True)
class SeriesPlanned(Happening):
    """It was set how numbers of a kind look and where they begin."""

    kind: ClassVar = "numbering.planned"
    sentence: ClassVar = _("Numbers were set: %(format)s, from %(first_number)s.")
    series: str
    format: str
    first_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanges:
    """What may be set; None leaves it. `share`: credit notes take from the invoices' series.

    A format has `{number}` (or `{number:04}`, filled with zeros) and perhaps `{year}`; the first
    number holds for the first series only, the next year begins at 1.
    """

    invoice_format: str | None = None
    """How the numbers of invoices look, like {year}-{number:04}."""
    first_invoice_number: int | None = None
    """Where the first series of invoices begins: 1 to 99999999."""
    credit_note_format: str | None = None
    """How the numbers of credit notes look, where they have a series of their own."""
    first_credit_note_number: int | None = None
    """Where the first series of credit notes begins: 1 to 99999999."""
    share: bool | None = None
    """Whether credit notes take their numbers from the invoices' series."""


@dataclass(frozen=True, slots=True)
class Plans:
    """How numbers look now, and of which kinds some have been given."""

    invoice: SeriesPlan
    credit_note: SeriesPlan
    begun: frozenset[SeriesKind] = field(default=frozenset())


def plans_of(organization_id: UUID) -> Plans:
    """The plans as they hold, the usual ones where nobody has set any."""
    series = Series.objects.filter(organization_id=organization_id).values_list("kind", flat=True)
    begun = {SeriesKind(kind) for kind in series}
    credit_note = plan_of(SeriesKind.CREDIT_NOTE, organization_id=organization_id)
    if credit_note.shared_number_given:
        begun.add(SeriesKind.CREDIT_NOTE)
    invoice = plan_of(SeriesKind.INVOICE, organization_id=organization_id)
    return Plans(invoice, credit_note, frozenset(begun))


@deed
def plan_numbers(changes: PlanChanges, *, who: Actor, at: datetime) -> Plans:
    """Set how numbers look and begin.

    Raises Invalid, NotAllowed, NumbersGiven, NumbersTooLongForKid.
    """
    who.must(Deed.CHANGE_SETTINGS)
    return write_plans(changes, who=who, at=at)


def write_plans(changes: PlanChanges, *, who: Actor, at: datetime) -> Plans:
    """Write the plans within the caller's transaction.

    Raises Invalid, NumbersGiven, NumbersTooLongForKid.
    """
    lock_plans(who.organization_id)
    plans = plans_of(who.organization_id)
    invoice, credit_note = plans.invoice, plans.credit_note
    changed = [
        *_put(invoice, changes.invoice_format, changes.first_invoice_number, None),
        *_put(
            credit_note,
            changes.credit_note_format,
            changes.first_credit_note_number,
            changes.share,
        ),
    ]
    if errors := [*_errors(invoice, "invoice"), *_errors(credit_note, "credit_note")]:
        raise Invalid(errors)
    if not credit_note.shares_invoices and _signs(invoice) == _signs(credit_note):
        raise invalid(
            "credit_note_format",
            "same_numbers",
            _("Put a letter into one of the formats: the two series would give the same numbers."),
        )
    kid = agreed_kid(seller_of(who.organization_id))
    if kid and kid.length < digits_needed(kid, invoice):
        raise NumbersTooLongForKid
    for plan in changed:
        if SeriesKind(plan.kind) in plans.begun:
            raise NumbersGiven
        plan.save()
        planned = SeriesPlanned(
            series=plan.kind,
            format=(invoice if plan.shares_invoices else plan).format,
            first_number=plan.first_number,
        )
        record(planned, subject_id=who.organization_id, who=who, at=at)
    return plans


def digits_needed(kid: KidForm, plan: SeriesPlan) -> int:
    """How long a KID must be at least for the numbers of a plan; 0 where it bears none."""
    if kid.layout is not KidLayout.INVOICE:
        return 0
    longest = plan.format.format(year=LAST_YEAR, number=plan.first_number + ROOM)
    free_and_check = 2
    return kid.client_digits + len(digits_of(longest)) + free_and_check


def _put(
    plan: SeriesPlan, format_: str | None, first: int | None, share: bool | None
) -> list[SeriesPlan]:
    """Put the changes into a plan; return it if anything is new."""
    before = (plan.format, plan.first_number, plan.shares_invoices)
    plan.format = plan.format if format_ is None else format_.strip()
    plan.first_number = plan.first_number if first is None else first
    plan.shares_invoices = plan.shares_invoices if share is None else share
    return [plan] if (plan.format, plan.first_number, plan.shares_invoices) != before else []


def _errors(plan: SeriesPlan, kind: str) -> Iterator[FieldError]:
    if not 1 <= plan.first_number <= LARGEST_FIRST:
        yield FieldError(
            f"first_{kind}_number",
            "out_of_range",
            _("Between 1 and %(largest)d.") % {"largest": LARGEST_FIRST},
        )
    elif not _is_format(plan.format):
        yield FieldError(
            f"{kind}_format",
            "not_a_format",
            _(
                "Use {number} once, {year} at most once, and letters (A to Z), digits, hyphens, "
                "points and underscores, like {year}-{number:04}, and single slashes between them."
            ),
        )
    elif len(plan.format.format(year=2000, number=plan.first_number + ROOM)) > LONGEST_NUMBER:
        yield FieldError(
            f"{kind}_format",
            "too_long",
            _("A number may have 20 characters at most; this format would grow beyond."),
        )


def _is_format(text: str) -> bool:
    return bool(
        len(text) <= LONGEST_FORMAT
        and _FORMAT.fullmatch(text)
        and text.count("{number") == 1
        and text.count("{year}") <= 1
    )


def _signs(plan: SeriesPlan) -> str:
    """What of a number is no digit: where it differs, two series cannot give the same number."""
    return re.sub(r"[0-9]", "", plan.format.format(year=0, number=0))
