"""Who serves customers across organizations, what they have looked for, and looked into.

All are directory tables: they are read before a scope is opened, and bear ids only.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.core.ids import new_id
from storno.organizations.models import Organization


class StaffRole(models.TextChoices):
    """What somebody is in customer service; a lead sees what agents have done."""

    AGENT = "agent", _("agent")
    LEAD = "lead", _("lead")


class Staff(models.Model):
    """That a person serves customers, from one moment to another or until now; `role` as what."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=StaffRole.choices)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="serves_once_at_a_time"
            ),
        ]


class Visit(models.Model):
    """That somebody of customer service looks into an organization, for a while and a reason.

    The reason is told in that organization's history alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    about_id = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["staff", "ends_at"], name="visits_of_staff"),
            models.Index(fields=["organization", "began_at"], name="visits_by_organization"),
        ]


class Search(models.Model):
    """That somebody of customer service searched all organizations: by what, and how much it found.

    What was asked is not kept: it names people.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    searched_at = models.DateTimeField()
    by = models.CharField(max_length=100, blank=True)
    hits = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["searched_at"], name="searches_by_moment"),
        ]
