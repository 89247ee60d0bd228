"""What is offered, and at what price."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantKey
from storno.organizations.tenant import TenantModel
from storno.tax.category import TaxCategory

TAX_CATEGORIES = [
    (TaxCategory.STANDARD, _("with VAT")),
    (TaxCategory.ZERO, _("0 %")),
    (TaxCategory.EXEMPT, _("exempt from VAT")),
    (TaxCategory.REVERSE_CHARGE, _("reverse charge")),
    (TaxCategory.OUTSIDE_SCOPE, _("outside the scope of VAT")),
]


MINUTES_A_DAY = 1_440
"""So long a session may be: one row of the diary is looked for within a day."""

LONGEST_NOTICE = 336
"""So many hours ahead a free cancellation may end: two weeks."""


class Charge(models.TextChoices):
    """How much of its price a cancelled session costs."""

    FULL = "full", _("in full")
    HALF = "half", _("half")
    NOTHING = "nothing", _("nothing")


class Message(models.TextChoices):
    """What a client is told of a session."""

    CONFIRMATION = "confirmation", _("confirmation when it is booked")
    REMINDER = "reminder", _("reminder the day before")
    CHANGE = "change", _("notice of a change")
    CANCELLATION = "cancellation", _("notice of a cancellation")


class Service(TenantModel):
    """A service or product that can be put on a line. The line keeps its own copy.

    `name_on_papers` is what recipients read where the name says too much; empty where it does not.
    `tax_rate` is in percent and empty for categories that bear no tax. `sort_key` is the name
    without regard to case and accents: by it services are ordered and found. What has `minutes` can
    be booked as a session: it is cancelled freely until `free_until_hours` before it begins, and
    `late_charge` is what is proposed to be charged after that; `messages` are what its sessions
    usually send.
    """

    name = models.CharField(_("name"), max_length=300)
    name_on_papers = models.CharField(max_length=300, blank=True, default="")
    sort_key = models.CharField(max_length=300, db_collation="C")
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    price_includes_tax = models.BooleanField(_("price includes VAT"), default=False)
    tax_category = models.CharField(
        _("VAT"), max_length=20, choices=[(c.value, words) for c, words in TAX_CATEGORIES]
    )
    tax_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2, null=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True)
    free_until_hours = models.PositiveSmallIntegerField(default=24)
    late_charge = models.CharField(max_length=10, choices=Charge.choices, default=Charge.NOTHING)
    messages = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="service_key"),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0), name="service_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(tax_category="standard") ^ Q(tax_rate=None),
                name="service_rate_only_with_tax",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, MINUTES_A_DAY)),
                name="service_lasts_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=Q(free_until_hours__lte=LONGEST_NOTICE),
                name="service_notice_is_two_weeks_at_most",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "sort_key", "id"], name="services_by_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def on_papers(self) -> str:
        """What a line says of it: a paper must not tell its reader why somebody is treated."""
        return self.name_on_papers or self.name
