"""Who did what, and when: written once, read as sentences."""

from typing import ClassVar

from django.db import models

from storno.organizations.keys import TenantKey
from storno.organizations.sealed import Sealed


class Event(Sealed):
    """One happening. `facts` bears ids, numbers and amounts, never a name or an address."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "at", "person_id", "kind", "subject_id", "facts", "form")
    }

    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [TenantKey(name="event_key")]
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id", "id"], name="events_of_subject"),
            models.Index(fields=["organization", "kind", "at"], name="events_of_kind"),
        ]
