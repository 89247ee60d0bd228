"""What stands in a practitioner's diary: sessions with clients, and blocks of time."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from storno.catalogue.models import Charge, Service
from storno.clients.models import Client
from storno.core.ids import new_id
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.models import Membership, Method
from storno.organizations.tenant import Rights, TenantModel


class BookingKind(models.TextChoices):
    """A session has one client and is billed; an activity only takes time."""

    SESSION = "session", _("session")
    ACTIVITY = "activity", _("activity")


class BookingState(models.TextChoices):
    """What became of a booking; a cancelled one no longer takes its time."""

    BOOKED = "booked", _("booked")
    HELD = "held", _("held")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("cancelled")


_TIME = Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())

_DAYS = Func(
    "first_on", "last_on", Value("[]"), function="daterange", output_field=DateRangeField()
)

_SESSION = Q(kind="session", client__isnull=False, service__isnull=False, unit_price__gte=0)
_ACTIVITY = Q(kind="activity", client=None, service=None, recipient=None, unit_price=None) & Q(
    state__in=["booked", "cancelled"]
)


class Series(TenantModel):
    """What recurs in one practitioner's diary: a client's sessions, by a rule in local time.

    `rule` is an RRULE (RFC 5545 §3.3.10) whose first day is `first_on`; each day of it begins at
    `begins` in `time_zone`; where clocks show that twice, with `fold` 1 at the second (PEP 495).
    The rest is what its sessions are booked with. A session that says
    otherwise was changed by hand, and keeps that when the series is changed.
    """

    rights = Rights.KEPT

    rule = models.CharField(max_length=200)
    first_on = models.DateField()
    begins = models.TimeField()
    fold = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=64)
    minutes = models.PositiveIntegerField()
    practitioner_id = models.UUIDField()
    client = TenantForeignKey(Client)
    service = TenantForeignKey(Service)
    recipient = TenantForeignKey(Client)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    place = models.CharField(max_length=200, blank=True)
    video = models.CharField(max_length=300, blank=True)

    version = models.PositiveIntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="diary_series_key"),
            TenantReference(field="client", name="series_is_of_a_client"),
            TenantReference(field="service", name="series_is_of_a_service"),
            TenantReference(field="recipient", name="series_is_paid_by_a_client"),
        ]


class Booking(TenantModel):
    """A time in one practitioner's diary, from `starts_at` up to, not including, `ends_at`.

    Sessions and activities are one table, so that one constraint keeps a practitioner from being
    booked twice. `practitioner_id` is a person's. Description, price and VAT are a session's own
    copy of its service: what its next draft will say. While a draft or an invoice bills the session
    that paper's word counts (see `bill.py`), so the two cannot differ. `recipient` null: the client
    pays; `method` empty: the recipient's, or else the organization's. `recurrence_on` is the day of
    its series' rule for which it stands, wherever it was moved (RECURRENCE-ID, RFC 5545 §3.8.4.4);
    one that was given to another practitioner follows its series no more, until it is given back.
    `noted_before` is whether it was held, as noted before it was cancelled. `messages` are what it
    sends; `remind_at` is when the reminder among them is due, while one is still to go; `stood` is
    the hash of what its client knew before the last change of which a letter was queued.
    The row outlives its cancellation: booked hours are documented, held or not
    (bokføringsforskriften § 5-15).
    """

    rights = Rights.KEPT

    kind = models.CharField(max_length=10, choices=BookingKind.choices)
    practitioner_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=BookingState.choices, default=BookingState.BOOKED
    )
    title = models.CharField(_("what"), max_length=100, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    video = models.CharField(_("video link"), max_length=300, blank=True)

    client = TenantForeignKey(Client, null=True)
    service = TenantForeignKey(Service, null=True)
    recipient = TenantForeignKey(Client, null=True)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    description = models.CharField(max_length=300, blank=True)
    unit_price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, null=True)
    price_includes_tax = models.BooleanField(default=False)
    tax_category = models.CharField(max_length=20, blank=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    messages = models.JSONField(default=list)
    remind_at = models.DateTimeField(null=True)
    stood = models.CharField(max_length=64, blank=True, default="")

    series = TenantForeignKey(Series, null=True)
    recurrence_on = models.DateField(null=True)

    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.UUIDField(null=True)
    cancelled_late = models.BooleanField(default=False)
    noted_before = models.CharField(
        max_length=10, choices=BookingState.choices, blank=True, default=""
    )
    charge = models.CharField(max_length=10, choices=Charge.choices, blank=True)

    version = models.PositiveIntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="booking_key"),
            TenantReference(field="client", name="session_is_of_a_client"),
            TenantReference(field="service", name="session_is_of_a_service"),
            TenantReference(field="recipient", name="session_is_paid_by_a_client"),
            TenantReference(field="series", name="session_is_of_a_series"),
            models.UniqueConstraint(
                fields=["organization", "series", "recurrence_on"], name="series_recurs_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(series=None, recurrence_on=None)
                | Q(kind="session", series__isnull=False, recurrence_on__isnull=False),
                name="session_of_a_series_has_its_day",
            ),
            models.CheckConstraint(
                condition=_SESSION | _ACTIVITY, name="session_has_what_it_bills"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="booking_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False) & ~Q(charge="")
                | ~Q(state="cancelled")
                & Q(cancelled_at=None, cancelled_by=None, cancelled_late=False, charge="")
                & Q(noted_before=""),
                name="cancelled_booking_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(remind_at=None) | Q(kind="session", state="booked"),
                name="only_booked_sessions_are_reminded_of",
            ),
            ExclusionConstraint(
                name="nobody_is_booked_twice",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("practitioner_id", RangeOperators.EQUAL),
                    (_TIME, RangeOperators.OVERLAPS),
                ],
                condition=~Q(state="cancelled"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "practitioner_id", "starts_at", "id"], name="diary_by_time"
            ),
            models.Index(
                fields=["organization", "client", "starts_at", "id"],
                condition=Q(kind="session"),
                name="sessions_of_client",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="sessions_to_remind_of",
            ),
            models.Index(
                fields=["organization", "recipient", "id"],
                condition=Q(recipient__isnull=False),
                name="sessions_paid_by_client",
            ),
            models.Index(
                fields=["organization", "practitioner_id", "client"],
                condition=Q(kind="session"),
                name="clients_in_diary",
            ),
            models.Index(
                fields=["organization", "client", "recipient"],
                condition=Q(recipient__isnull=False),
                name="payers_for_client",
            ),
        ]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def follows_series(self) -> bool:
        """Whether what is done with its series is done with it, which is in the same diary."""
        return self.series is not None and self.series.practitioner_id == self.practitioner_id


class Sight(models.TextChoices):
    """What somebody may do in another's diary; without a grant it shows when somebody is busy."""

    VIEW = "view", _("see who comes")
    BOOK = "book", _("see and book")


class Grant(TenantModel):
    """That a practitioner has opened their diary to another member. Both are persons' ids."""

    owner_id = models.UUIDField()
    to_id = models.UUIDField()
    sight = models.CharField(max_length=10, choices=Sight.choices)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="grant_key"),
            models.UniqueConstraint(
                fields=["organization", "owner_id", "to_id"], name="one_grant_to_each"
            ),
            models.CheckConstraint(
                condition=~Q(owner_id=F("to_id")), name="grant_is_to_somebody_else"
            ),
        ]


class WorkingWeek(TenantModel):
    """The usual week of a practitioner from a day on, until another one begins to hold.

    `week` is the spans of its seven days as `hours/plan.py` writes them; of work and of none.
    """

    practitioner_id = models.UUIDField()
    first_on = models.DateField()
    week = models.CharField(max_length=600)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="working_week_key"),
            models.UniqueConstraint(
                fields=["organization", "practitioner_id", "first_on"],
                name="one_week_from_a_day_on",
            ),
        ]


class OtherHours(TenantModel):
    """What a practitioner works on single days instead; without `hours` they are away."""

    practitioner_id = models.UUIDField()
    first_on = models.DateField()
    last_on = models.DateField()
    hours = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="other_hours_key"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")), name="other_hours_end_after_they_begin"
            ),
            ExclusionConstraint(
                name="one_word_for_the_hours_of_a_day",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("practitioner_id", RangeOperators.EQUAL),
                    (_DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]


class ClosedDays(TenantModel):
    """Days on which the house is closed, by a name that its members read."""

    name = models.CharField(max_length=100)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="closed_days_key"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")), name="closed_days_end_after_they_begin"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "last_on"], name="closed_days_by_end")
        ]


class DiaryFeed(models.Model):
    """The secret link to a member's diary, of which only the SHA-256 is kept: it has 256 bits.

    It is read before an organization is known, so it stands in the directory and bears no personal
    data. `names`: the practitioner wants to read in it who comes and where.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    names = models.BooleanField(default=False)
    made_at = models.DateTimeField()
