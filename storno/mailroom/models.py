"""Every way out of the house. A letter's row is its place in the queue, and its receipt."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantKey
from storno.organizations.tenant import TenantModel


class LetterState(models.TextChoices):
    """Where a letter is. `sending` holds a lease: a killed sender's letter is taken up again."""

    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be delivered")


class Letter(TenantModel):
    """One e-mail to one address about one subject; composed when it is sent, from frozen data."""

    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    to_address = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="letter_key"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"]) ^ Q(next_attempt_at=None),
                name="letter_under_way_has_a_next_attempt",
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at=None), name="sent_letter_has_its_moment"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id"], name="letters_of_subject"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="letters_under_way",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(state="failed"),
                name="letters_that_failed",
            ),
        ]
