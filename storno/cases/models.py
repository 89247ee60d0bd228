"""Refund cases: a paid invoice whose seller pays the client back, before it is credited.

How far a case is, is no column: it is told by what was confirmed and approved, by the credit note,
and by what is held of the invoice now (`state.py`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel

LONGEST_REASON = 500


class HowEnded(models.TextChoices):
    """Why a case is over without a credit note."""

    DECLINED = "declined", _("declined by customer service")
    WITHDRAWN = "withdrawn", _("taken back")


class RefundCase(TenantModel):
    """That a member wants to give the money of a paid invoice back, and have it credited.

    `version` counts what was done in it, so that of two who act at once one sees the other first.
    """

    rights = Rights.KEPT

    invoice = TenantForeignKey(Document)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    how_ended = models.CharField(max_length=10, choices=HowEnded.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="refund_case_key"),
            TenantReference(field="invoice", name="refund_case_is_of_an_invoice"),
            models.UniqueConstraint(
                fields=["organization", "invoice"],
                condition=Q(ended_at=None),
                name="one_open_refund_case_of_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, how_ended="") | Q(ended_at__isnull=False),
                name="what_has_ended_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice"], name="refund_cases_of_invoice"),
        ]


class RefundedBy(models.TextChoices):
    """How the seller paid the client back, from the seller's own money."""

    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CASH = "cash", _("cash")
    OTHER = "other", _("other")


class Confirmation(Sealed):
    """That the seller has paid the client back: the last one of a case counts.

    `held_minor` is what the client had paid and not got back then, and `deeds` how many deeds there
    had been on the invoice; after another one it counts no more. `message_id` is the message in
    which it was said, with the receipt if there is one. Customer service may record another amount;
    why, stands in a note beside it.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "case_id", "invoice_id", "paid_on", "amount_minor"),
            *("held_minor", "way", "message_id"),
            *("by_desk", "confirmed_at", "confirmed_by", "form"),
        ),
        2: (
            *("id", "organization_id", "case_id", "invoice_id", "paid_on", "amount_minor"),
            *("held_minor", "deeds", "way", "message_id"),
            *("by_desk", "confirmed_at", "confirmed_by", "form"),
        ),
    }

    case = TenantForeignKey(RefundCase)
    invoice = TenantForeignKey(Document)
    paid_on = models.DateField()
    amount_minor = models.BigIntegerField()
    held_minor = models.BigIntegerField()
    deeds = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=15, choices=RefundedBy.choices)
    message_id = models.UUIDField()
    by_desk = models.BooleanField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="confirmation_key"),
            TenantReference(field="case", name="confirmation_is_of_a_case"),
            TenantReference(field="invoice", name="confirmation_is_of_an_invoice"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="confirmation_is_of_a_sum"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "case", "id"], name="confirmations_of_case"),
        ]


class Approval(Sealed):
    """That customer service has checked a confirmation and credited the invoice.

    `press_id` is the credit note's draft; was that taken back or stopped, so was the approval.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "case_id", "invoice_id", "confirmation_id", "press_id"),
            *("approved_at", "approved_by", "form"),
        )
    }

    case = TenantForeignKey(RefundCase)
    invoice = TenantForeignKey(Document)
    confirmation = TenantForeignKey(Confirmation)
    press_id = models.UUIDField()
    approved_at = models.DateTimeField()
    approved_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="approval_key"),
            TenantReference(field="case", name="approval_is_of_a_case"),
            TenantReference(field="invoice", name="approval_is_of_an_invoice"),
            TenantReference(field="confirmation", name="approval_is_of_a_confirmation"),
            models.UniqueConstraint(fields=["organization", "press_id"], name="approved_by_press"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "case", "id"], name="approvals_of_case"),
        ]
