"""Client money: what is agreed with a seller about it, and where the seller's part goes."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantKey
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel


class PrepaymentBase(models.TextChoices):
    """Of what the income tax prepayment is reckoned."""

    NET = "net", _("the sum without VAT")
    NET_LESS_FEE = "net_less_fee", _("the sum without VAT, less the service fee")


class FeeOnCredit(models.TextChoices):
    """What becomes of the service fee when a paid invoice is credited."""

    KEEP = "keep", _("it stays")
    REFUND = "refund", _("it goes back")


class Remitted(models.TextChoices):
    """What becomes of the part that the tax office has already, when a paid invoice is credited."""

    ADVANCE = "advance", _("the operator advances it")
    WAIT = "wait", _("it waits for the tax office")


class Terms(TenantModel):
    """What is set aside of the money that comes in, in percent; one row each, once agreed.

    `withholding_percent` is the entrepreneur's own rate of income tax; all else is the operator's.
    Each payment keeps what was set aside of it, so a change bears on later money only.
    """

    rights = Rights.KEPT

    withholding_percent = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    fee_percent = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    fee_vat_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("25.5"))
    prepayment_base = models.CharField(
        max_length=15, choices=PrepaymentBase.choices, default=PrepaymentBase.NET
    )
    fee_on_credit = models.CharField(
        max_length=10, choices=FeeOnCredit.choices, default=FeeOnCredit.KEEP
    )
    remitted = models.CharField(max_length=10, choices=Remitted.choices, default=Remitted.ADVANCE)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="terms_key"),
            models.UniqueConstraint(fields=["organization"], name="one_terms_per_organization"),
            models.CheckConstraint(
                condition=Q(withholding_percent__gte=0)
                & Q(fee_percent__gte=0)
                & Q(fee_vat_percent__gte=0),
                name="terms_take_no_less_than_nothing",
            ),
        ]


class PayoutAccount(Sealed):
    """The entrepreneur's own account, from `counts_from` on; the last one entered that counts."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "account", "entered_at", "entered_by", "counts_from", "form")
    }

    account = models.CharField(max_length=34)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True)
    counts_from = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_account_key"),
        ]
