"""Conversations of members with customer service.

`Waiting`, `Reply` and `Service` are directory tables, for customer service is one for all: the
queue, which bears ids and moments only, what is answered often, and when somebody answers.
"""

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.models import Country, Organization
from storno.organizations.tenant import Rights, TenantModel
from storno.staff.models import Staff
from storno.support.hours import WEEKDAYS

LONGEST_MESSAGE = 4_000
LONGEST_NAME = 100


class Conversation(TenantModel):
    """What is talked about, begun by a member; `invoice_id` is what it is about, if anything.

    `version` counts what was said and done in it, so that of two who answer at once one sees the
    other first.
    """

    rights = Rights.KEPT

    invoice_id = models.UUIDField(null=True)
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="conversation_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "-last_at", "id"], name="conversations_by_last"),
        ]


class Side(models.TextChoices):
    """Who says something; a note is between those of customer service."""

    MEMBER = "member", _("you")
    STAFF = "staff", _("customer service")
    NOTE = "note", _("internal note")


class Message(TenantModel):
    """Something that was said, never changed; its words are emptied when the law lets them go.

    It bears who began the conversation, so that nobody else's is in the sight of who sees their
    own clients only.
    """

    rights = Rights.WRITE_ONCE

    conversation = TenantForeignKey(Conversation)
    begun_by = models.UUIDField()
    side = models.CharField(max_length=10, choices=Side.choices)
    said_by = models.UUIDField()
    said_at = models.DateTimeField()
    text = models.CharField(max_length=LONGEST_MESSAGE, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="message_key"),
            TenantReference(field="conversation", name="message_is_of_a_conversation"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "conversation", "id"], name="messages_in_order"),
        ]


class Attachment(TenantModel):
    """A file that was sent with a message, as it came; `media_type` is what its content is."""

    rights = Rights.WRITE_ONCE

    message = TenantForeignKey(Message)
    begun_by = models.UUIDField()
    name = models.CharField(max_length=LONGEST_NAME)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="attachment_key"),
            TenantReference(field="message", name="attachment_is_of_a_message"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "message"], name="attachments_of_message"),
        ]


class ReadMark(TenantModel):
    """How far a person has read a conversation: to the last message that was shown, by its id.

    Messages are given their ids under the conversation's lock, so a later one has a larger id; the
    moment of one that took long to send lies before what was said and read meanwhile.
    """

    rights = Rights.KEPT

    conversation = TenantForeignKey(Conversation)
    person_id = models.UUIDField()
    read_to = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="read_mark_key"),
            TenantReference(field="conversation", name="read_mark_is_of_a_conversation"),
            models.UniqueConstraint(
                fields=["organization", "conversation", "person_id"], name="one_mark_a_person"
            ),
        ]


class Waiting(models.Model):
    """A conversation in the queue of customer service, by its id.

    `waits_since`: since when a member waits for an answer; null once there is one. `told_at`: when
    customer service was told last that one waits. `closed_at`: it is over, and out of the queue.
    `staff` has it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    waits_since = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    staff = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")

    @property
    def has_it(self) -> Staff | None:
        """Who has it; nobody if they do not serve any more."""
        return None if self.staff is None or self.staff.ended_at is not None else self.staff

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["waits_since", "id"], name="those_who_wait"),
            models.Index(fields=["staff", "closed_at"], name="waiting_by_staff"),
        ]


class Reply(models.Model):
    """What customer service answers often, ready to be changed and sent; it names nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=LONGEST_NAME, unique=True)
    text = models.CharField(max_length=LONGEST_MESSAGE)


def weekdays() -> list[int]:
    """Monday to Friday, as ISO counts days."""
    return list(WEEKDAYS)


class Service(models.Model):
    """When customer service answers, and whether it is mailed; one row, if any is set.

    `days` of the week as ISO counts them (Monday is 1); `closed` beside the holidays of the
    `country` in which it is, by whose clock it works.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    days = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    opens = models.TimeField(default=time(8))
    closes = models.TimeField(default=time(16))
    closed = ArrayField(models.DateField(), default=list)
    country = models.CharField(max_length=2, choices=Country.choices, default=Country.FI)
    mailed = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_customer_service"),
            models.CheckConstraint(
                condition=Q(days__len__gt=0) & Q(opens__lt=F("closes")), name="service_opens_at_all"
            ),
        ]
