"""Who did what, and when: written once, read as sentences."""

from typing import ClassVar

from django.db import models

from storno.organizations.keys import TenantKey
from storno.organizations.tenant import Rights, TenantModel


class Event(TenantModel):
    """One happening. `facts` bears ids, numbers and amounts, never a name or an address."""

    rights = Rights.WRITE_ONCE

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
