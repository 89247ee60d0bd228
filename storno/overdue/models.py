"""Reminders of invoices that were not paid in time. Each is written once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed


class Reminder(Sealed):
    """That a recipient was reminded of an invoice, of what was open of it then, and until when.

    It costs nothing. Its letters, one to each address, are about its invoice and were queued at
    `sent_at`; one `by_hand` is printed and given by a member.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "open_minor", "pay_by", "by_hand"),
            *("sent_on", "sent_at", "sent_by", "form"),
        )
    }

    invoice = TenantForeignKey(Document)
    open_minor = models.BigIntegerField()
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
        ]
