"""Changing how an organization works; what binds its members only the operator changes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storno.core.entered import is_finer, text_errors, tidy
from storno.core.refusals import FieldError, Invalid
from storno.history.record import Happening, record_all
from storno.organizations.countries import COUNTRIES
from storno.organizations.methods import (
    method_errors,
    minutes_errors,
    overdue_errors,
    schedule_errors,
)
from storno.organizations.models import (
    AfterCredit,
    AutomaticAt,
    Channel,
    ClientShownAs,
    LateCharges,
    MessageBy,
    Method,
    Organization,
    PaidCredit,
    Settings,
    VatOn,
    Wording,
)
from storno.organizations.once import deed
from storno.organizations.queries import seller_of
from storno.organizations.roles import Actor, Deed

IN_THE_DIRECTORY = ("office_may_credit", "own_clients")
"""Settings of `Organization`: they decide what an actor may do and see."""

LONGEST_HOLD = 86_400
"""Seconds: a day."""

LONGEST_NOTICE = 90
"""Days within which errors in an invoice shall be told."""

LONGEST_CLIENT_YEARS = 30
"""For how many years without anything a client may be kept."""

MOST_SETTLED_CENTS = 1000
"""Hundredths: what is more than 10.00 is no difference, but a debt."""

HIGHEST_INTEREST = Decimal("99.99")
"""Percent a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanges:
    """What members may set; None leaves it as it is.

    Terms in days, the hold in seconds, late interest in percent a year.
    """

    hold_seconds: int | None = None
    """How long an invoice or a credit note waits before it leaves: 0 to 86400 seconds."""
    after_credit: AfterCredit | None = None
    """What is preselected to follow a credit."""
    wording: Wording | None = None
    """The words of the pages: customers who are sent invoices, or clients of a practice."""
    default_channel: Channel | None = None
    """How documents usually reach their recipients."""
    vat_on: VatOn | None = None
    """When VAT falls due: at the invoice, or as the money comes in."""
    method: Method | None = None
    """How sessions are usually invoiced; `einvoice` is not open."""
    draft_at_booking: bool | None = None
    """Whether booking a session that is invoiced by hand makes its draft."""
    automatic_at: AutomaticAt | None = None
    """When an invoice that goes out by itself is issued: right after booking, or after the session.
    """
    automatic_minutes: int | None = None
    """How many minutes after the session; 0 to 10080."""
    notification_days: list[int] | None = None
    """On which days payment notifications go, from the first one: 0 and up to five, to day 42."""
    overdue_days: list[int] | None = None
    """How many days after the due day reminders go by themselves: up to five, day 5 to 90; or none.
    """
    client_shown_as: ClientShownAs | None = None
    """What a document to another recipient says of who was served: initials, or the number."""
    closed_on_holidays: bool | None = None
    """Whether nobody works on the country's public holidays; booking then only warns."""
    message_by: MessageBy | None = None
    """By what sessions are told of: e-mail, SMS, or both, to each address that is there."""
    office_may_credit: bool | None = None
    """Whether the role office may credit."""
    own_clients: bool | None = None
    """Whether practitioners see the clients that they look after, and no others."""
    client_years: int | None = None
    """After how many years without a session or a paper clients are to be erased: 1 to 30."""
    person_term_days: int | None = None
    """Days to pay for persons, within the country's bounds."""
    company_term_days: int | None = None
    """Days to pay for companies, within the country's bounds."""
    notice_days: int | None = None
    """Within how many days errors shall be told; 0 to 90, with 0 documents say nothing of it."""
    late_interest: Decimal | None = None
    """Percent a year asked of companies; 0 to 99.99, with 0 the law's."""
    late_charges: LateCharges | None = None
    """What reminders ask for beside the invoice, within the limits of the law."""
    settled_cents: int | None = None
    """Up to how many hundredths of the currency are settled as a cent difference; 0 to 1000."""
    exemption_reason: str | None = None
    """Why there is no VAT, printed where a line is exempt and says no reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """What binds a member to customer service, so only the operator sets it; None leaves it."""

    paid_credit: PaidCredit | None = None
    """Who credits an invoice on which money has come in."""
    zero_rate_open: bool | None = None
    """Whether lines may bear 0 % VAT."""
    reverse_charge_open: bool | None = None
    """Whether lines may be under reverse charge."""
    support_contact: str | None = None
    """How customer service is reached, where something waits for them."""


@dataclass(frozen=True)
class SettingChanged(Happening):
    """A setting got another value; free texts are not repeated."""

    kind: ClassVar = "organization.setting_changed"
    sentence: ClassVar = _("Setting changed: %(setting)s = %(value)s.")
    setting: str
    value: str


@deed
def change_settings(changes: SettingsChanges, *, who: Actor, at: datetime) -> Settings:
    """Change how the organization works, at once in all processes. Raises Invalid, NotAllowed."""
    who.must(Deed.CHANGE_SETTINGS)
    return write_settings(changes, who=who, at=at)


def write_settings(
    changes: SettingsChanges | OperatorSettings, *, who: Actor, at: datetime
) -> Settings:
    """Write settings within the caller's transaction; return them. Raises Invalid."""
    mine = who.organization_id
    settings = Settings.objects.select_for_update().get(organization_id=mine)
    changed = put_settings(changes, settings, country=seller_of(mine).country)
    settings.save(force_update=True)
    changed |= _widen_and_narrow(mine, changes)
    record_all(
        [
            (mine, SettingChanged(setting=name, value=value))
            for name, value in sorted(changed.items())
        ],
        who=who,
        at=at,
    )
    return settings


def put_settings(
    changes: SettingsChanges | OperatorSettings, settings: Settings, *, country: str
) -> dict[str, str]:
    """Put settings into their row; return what is new, as history tells it. Raises Invalid.

    What stands in the directory is left out.
    """
    if errors := list(_errors(changes, country=country)):
        raise Invalid(errors)
    changed: dict[str, str] = {}
    for field in fields(changes):
        value = getattr(changes, field.name)
        if field.name in IN_THE_DIRECTORY or value is None:
            continue
        free_text = field.name in ("exemption_reason", "support_contact")
        if free_text:
            value = tidy(value)
        if value != getattr(settings, field.name):
            setattr(settings, field.name, value)
            changed[field.name] = "…" if free_text else str(value)
    return changed


def _widen_and_narrow(
    organization_id: UUID, changes: SettingsChanges | OperatorSettings
) -> dict[str, str]:
    """Write the settings that stand in the directory; return what is new."""
    changed = {}
    for name in IN_THE_DIRECTORY:
        value = getattr(changes, name, None)
        others = Organization.objects.filter(id=organization_id).exclude(**{name: value})
        if value is not None and others.update(**{name: value}):
            changed[name] = str(value)
    return changed


def _errors(changes: SettingsChanges | OperatorSettings, *, country: str) -> Iterator[FieldError]:
    if isinstance(changes, OperatorSettings):
        yield from text_errors("support_contact", tidy(changes.support_contact or ""), longest=200)
        return
    yield from text_errors("exemption_reason", tidy(changes.exemption_reason or ""), longest=200)
    if changes.hold_seconds is not None and not 0 <= changes.hold_seconds <= LONGEST_HOLD:
        yield FieldError(
            "hold_seconds",
            "out_of_range",
            _("Between 0 and %(longest)d seconds.") % {"longest": LONGEST_HOLD},
        )
    if changes.notice_days is not None and not 0 <= changes.notice_days <= LONGEST_NOTICE:
        yield FieldError(
            "notice_days",
            "out_of_range",
            _("Between %(shortest)d and %(longest)d days.")
            % {"shortest": 0, "longest": LONGEST_NOTICE},
        )
    if changes.settled_cents is not None and not 0 <= changes.settled_cents <= MOST_SETTLED_CENTS:
        words = _("Between 0 and %(longest)d cents.") % {"longest": MOST_SETTLED_CENTS}
        yield FieldError("settled_cents", "out_of_range", words)
    if changes.client_years is not None and not 1 <= changes.client_years <= LONGEST_CLIENT_YEARS:
        words = _("Between 1 and %(longest)d years.") % {"longest": LONGEST_CLIENT_YEARS}
        yield FieldError("client_years", "out_of_range", words)
    if changes.late_interest is not None:
        yield from _interest_errors(changes.late_interest)
    yield from method_errors("method", changes.method)
    yield from minutes_errors("automatic_minutes", changes.automatic_minutes)
    yield from schedule_errors("notification_days", changes.notification_days)
    yield from overdue_errors("overdue_days", changes.overdue_days)
    rules = COUNTRIES[country]
    for field, days, terms in (
        ("person_term_days", changes.person_term_days, rules.person_terms),
        ("company_term_days", changes.company_term_days, rules.company_terms),
    ):
        if days is not None and not terms.shortest <= days <= terms.longest:
            yield FieldError(
                field,
                "out_of_range",
                _("Between %(shortest)d and %(longest)d days.")
                % {"shortest": terms.shortest, "longest": terms.longest},
            )


def _interest_errors(percent: Decimal) -> Iterator[FieldError]:
    if not percent.is_finite() or not 0 <= percent <= HIGHEST_INTEREST:
        bounds = {"highest": number_format(HIGHEST_INTEREST)}
        text = _("Between 0 and %(highest)s percent.") % bounds
        yield FieldError("late_interest", "out_of_range", text)
    elif is_finer(percent, 2):
        yield FieldError("late_interest", "too_many_decimals", _("At most 2 decimals."))
