"""Payment notices: that there is something to pay, said once or on several days."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.tenant import Rights, TenantModel


class NoticeKind(models.TextChoices):
    """The first is a notification, later ones are reminders."""

    NOTIFICATION = "notification", _("payment notification")
    REMINDER = "reminder", _("reminder")


class NoticeState(models.TextChoices):
    """What became of a notice. A paused one waits until somebody resumes it."""

    DUE = "due", _("planned")
    PAUSED = "paused", _("paused")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("not sent")


class Dropped(models.TextChoices):
    """Why a notice that was planned did not go."""

    PAID = "paid", _("nothing was left to pay")
    NO_ADDRESS = "no_address", _("the recipient had no address any more")
    OVERTAKEN = "overtaken", _("a later one went")


class Notice(TenantModel):
    """One payment notice of an invoice, sent or planned: the planned ones are the queue.

    `due_at` is 9:00 of its day in the organization's zone, or when the first was asked for. Its
    letters, one to each address, are about its invoice and were queued at `sent_at`.
    """

    rights = Rights.KEPT

    invoice = TenantForeignKey(Document)
    kind = models.CharField(max_length=15, choices=NoticeKind.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dropped = models.CharField(max_length=15, choices=Dropped.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="notice_key"),
            TenantReference(field="invoice", name="notice_is_of_an_invoice"),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at=None), name="sent_notice_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") ^ Q(dropped=""), name="dropped_notice_says_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="due"), name="notices_due"),
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=Q(state="due"),
                name="notices_due_of_one",
            ),
            models.Index(fields=["organization", "invoice", "due_at"], name="notices_of_invoice"),
        ]
