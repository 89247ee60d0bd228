"""Reminders of invoices that were not paid in time. Each is written once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.payments.models import Refund

_REMINDER = (
    *("id", "organization_id", "invoice_id", "open_minor", "pay_by", "by_hand"),
    *("sent_on", "sent_at", "sent_by", "form"),
)


class Reminder(Sealed):
    """That a recipient was reminded of an invoice, of what was open of it then, and until when.

    `charges_minor` are fees and interest that were open then, what it cost itself among them. Its
    letters, one to each address, are about its invoice and were queued at
    `sent_at`; one `by_hand` is printed and given by a member.
    """

    FORMS: ClassVar = {
        1: _REMINDER,
        2: (*_REMINDER, "charges_minor"),
    }

    invoice = TenantForeignKey(Document)
    open_minor = models.BigIntegerField()
    charges_minor = models.BigIntegerField(default=0)
    pay_by = models.DateField()
    by_hand = models.BooleanField()
    sent_on = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="reminder_key"),
            TenantReference(field="invoice", name="reminder_is_of_an_invoice"),
            models.CheckConstraint(
                condition=Q(open_minor__gt=0), name="reminder_asks_for_something"
            ),
            models.UniqueConstraint(
                fields=["organization", "invoice", "sent_on"], name="reminded_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(charges_minor__gte=0), name="reminder_costs_something_or_nothing"
            ),
        ]

    @property
    def asked_minor(self) -> int:
        """All that it asks for: what was open of the invoice, and of fees and interest."""
        return self.open_minor + self.charges_minor


class ChargeKind(models.TextChoices):
    """What a recipient who pays late is asked for beside the invoice."""

    REMINDER_FEE = "reminder_fee", _("reminder fee")
    LATE_INTEREST = "late_interest", _("late interest")


class Charge(Sealed):
    """A fee or interest that a reminder asks for; interest of the days from `since` to `until`.

    It is no part of the invoice, bears no VAT, and is booked once it is paid.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "reminder_id", "kind", "amount_minor"),
            *("since", "until", "form"),
        )
    }

    invoice = TenantForeignKey(Document)
    reminder = TenantForeignKey(Reminder)
    kind = models.CharField(max_length=15, choices=ChargeKind.choices)
    amount_minor = models.BigIntegerField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="charge_key"),
            TenantReference(field="invoice", name="charge_is_on_an_invoice"),
            TenantReference(field="reminder", name="charge_comes_with_a_reminder"),
            models.UniqueConstraint(
                fields=["organization", "reminder", "kind"], name="charged_once_by_a_reminder"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="charge_is_positive"),
            models.CheckConstraint(
                condition=Q(kind="reminder_fee", since=None, until=None)
                | Q(kind="late_interest", since__isnull=False, until__gte=models.F("since")),
                name="interest_is_of_days",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="charges_of_invoice"),
        ]


class ChargeMet(Sealed):
    """That money beyond the invoice has met a charge: the refund of it says how much."""

    FORMS: ClassVar = {1: ("id", "organization_id", "charge_id", "refund_id", "form")}

    charge = TenantForeignKey(Charge)
    refund = TenantForeignKey(Refund)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="charge_met_key"),
            TenantReference(field="charge", name="what_is_met_is_a_charge"),
            TenantReference(field="refund", name="charge_is_met_by_what_was_owed_back"),
            models.UniqueConstraint(
                fields=["organization", "refund"], name="a_refund_meets_one_charge"
            ),
        ]


class WhyWaived(models.TextChoices):
    """Why a charge is asked for no more."""

    WAIVED = "waived", _("it was given up")
    CREDITED = "credited", _("the invoice was credited")


class Waiver(Sealed):
    """That a charge is asked for no more, for good; what was paid of it is owed back."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "charge_id", "why", "waived_at", "waived_by", "form")
    }

    charge = TenantForeignKey(Charge)
    why = models.CharField(max_length=10, choices=WhyWaived.choices)
    waived_at = models.DateTimeField()
    waived_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="waiver_key"),
            TenantReference(field="charge", name="what_is_waived_is_a_charge"),
            models.UniqueConstraint(fields=["organization", "charge"], name="waived_once"),
        ]
