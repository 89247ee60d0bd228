"""Every way out of the house. A letter's row is its place in the queue, and its receipt."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantKey
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights


class Medium(models.TextChoices):
    """By what a letter travels; an SMS goes to a number in E.164 form."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class LetterState(models.TextChoices):
    """Where a letter is. `sending` holds a lease: a killed sender's letter is taken up again.

    `replaced` is a failed letter in whose place another went to another address, `withdrawn` one
    that was overtaken: what it would have said no longer holds.
    """

    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be delivered")
    REPLACED = "replaced", _("sent to another address instead")
    WITHDRAWN = "withdrawn", _("not sent: it no longer holds")


class Failure(models.TextChoices):
    """Why the last try did not succeed."""

    REFUSED = "refused", _("The recipient's mail server refused the letter.")
    POSTPONED = "postponed", _("The mail server did not take the letter.")
    UNREACHABLE = "unreachable", _("The mail server could not be reached.")
    SMS_REFUSED = "sms_refused", _("The SMS provider refused the message.")
    SMS_POSTPONED = "sms_postponed", _("The SMS provider did not take the message.")
    SMS_UNREACHABLE = "sms_unreachable", _("The SMS provider could not be reached.")
    INTERRUPTED = "interrupted", _("Sending was interrupted.")
    UNWRITTEN = "unwritten", _("The letter could not be written.")


class Letter(Sealed):
    """One e-mail or SMS to one address about one subject; composed when it is sent.

    What it is and to whom is sealed; how far it has come moves on. `failure` and `reply` tell of
    the last try; `reply` is the server's own words without addresses.
    """

    rights = Rights.KEPT

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "kind", "subject_id", "to_address", "language"),
            *("message_id", "queued_at", "form"),
        ),
        2: (
            *("id", "organization_id", "kind", "subject_id", "medium", "to_address", "language"),
            *("message_id", "queued_at", "form"),
        ),
    }

    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    medium = models.CharField(max_length=10, choices=Medium.choices, default=Medium.EMAIL)
    to_address = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    message_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.QUEUED)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, choices=Failure.choices, blank=True)
    reply = models.CharField(max_length=300, blank=True)

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
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "replaced"]) | ~Q(failure=""),
                name="failed_letter_says_why",
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
                fields=["organization", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="letters_under_way_of_one",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(state="failed"),
                name="letters_that_failed",
            ),
        ]
