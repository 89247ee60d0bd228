"""Series of document numbers, and the accounts whose payment references are given here."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from storno.core.ids import new_id
from storno.organizations.keys import TenantKey
from storno.organizations.tenant import Rights, TenantModel


class SeriesKind(models.TextChoices):
    """What is numbered. With a shared series, credit notes take from the invoices' one."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class SeriesPlan(TenantModel):
    """How the numbers of one kind look, and where they begin.

    `format` has `{number}` (or `{number:04}`) and perhaps `{year}`: with a year in it, each year
    has a series of its own. Settable until the first number of its kind has been given; where
    nobody has set it there is no row, and the usual format holds. `first_number` is that of the
    first series: those of later years begin at 1. `shared_number_given`: a credit note has taken
    from the invoices' series, so all of them do.
    """

    rights = Rights.KEPT

    kind = models.CharField(max_length=12, choices=SeriesKind.choices)
    format = models.CharField(max_length=40)
    first_number = models.PositiveIntegerField(default=1)
    shares_invoices = models.BooleanField(default=False)
    shared_number_given = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="series_plan_key"),
            models.UniqueConstraint(fields=["organization", "kind"], name="one_plan_per_kind"),
            models.CheckConstraint(
                condition=Q(kind="credit_note") | Q(shares_invoices=False),
                name="only_credit_notes_share",
            ),
        ]


class Series(TenantModel):
    """A running series: the row that is locked while a number is given.

    `year` is 0 for a series that runs on. `head` is the seal of the series' last document: the next
    one is chained to it, and is not issued before it (`last_issued_at`, `last_issued_on`).
    """

    rights = Rights.KEPT

    kind = models.CharField(max_length=12, choices=SeriesKind.choices)
    year = models.PositiveSmallIntegerField()
    format = models.CharField(max_length=40)
    first_number = models.PositiveIntegerField()
    next_number = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)
    last_issued_at = models.DateTimeField(null=True)
    last_issued_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="series_key"),
            models.UniqueConstraint(
                fields=["organization", "kind", "year"], name="one_series_per_kind_and_year"
            ),
            models.CheckConstraint(
                condition=Q(next_number__gte=models.F("first_number")),
                name="series_runs_forward",
            ),
        ]


class ReceivingAccount(models.Model):
    """A directory row per account that takes payments: the counter of its references."""

    account = models.CharField(max_length=34, primary_key=True)
    next_base = models.PositiveBigIntegerField(default=1001)


class PaymentReference(models.Model):
    """Whose a reference is: unique per receiving account, whoever owns it. A directory row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.CharField(max_length=34)
    reference = models.CharField(max_length=25)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    document_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "reference"], name="reference_unique_on_its_account"
            )
        ]
        indexes: ClassVar = [models.Index("document_id", name="reference_by_document")]
