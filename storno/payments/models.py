"""Money in. A payment is written once; taking it back is a record of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.tenant import Rights, TenantModel


class Method(models.TextChoices):
    """How money came, for payments entered by hand."""

    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CASH = "cash", _("cash")
    TERMINAL = "terminal", _("card terminal")
    OTHER = "other", _("other")


class Payment(TenantModel):
    """Money received for an invoice."""

    rights = Rights.WRITE_ONCE

    invoice = TenantForeignKey(Document)
    amount_minor = models.BigIntegerField()
    paid_on = models.DateField()
    method = models.CharField(max_length=15, choices=Method.choices)
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payment_key"),
            TenantReference(field="invoice", name="payment_is_for_an_invoice"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="payments_of_invoice"),
            models.Index(fields=["organization", "paid_on", "id"], name="payments_by_day"),
        ]


class Reversal(TenantModel):
    """That a payment was entered by mistake, or went back; at most once per payment."""

    rights = Rights.WRITE_ONCE

    payment = TenantForeignKey(Payment)
    reason = models.CharField(max_length=200)
    reversed_at = models.DateTimeField()
    reversed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="reversal_key"),
            TenantReference(field="payment", name="reversal_is_of_a_payment"),
            models.UniqueConstraint(
                fields=["organization", "payment"], name="payment_reversed_once"
            ),
        ]
