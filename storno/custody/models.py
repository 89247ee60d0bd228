"""Client money: what is agreed with a seller about it, and where the seller's part goes."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.custody.split import Rates, Shares
from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel
from storno.payments.models import Payment, Refund, RefundReversal


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
    By `tax_reference` the tax office knows what is paid for the entrepreneur.
    Each payment keeps what was set aside of it, so a change bears on later money only.
    """

    rights = Rights.KEPT

    withholding_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    fee_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    fee_vat_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal("25.5"))
    prepayment_base = models.CharField(
        max_length=15, choices=PrepaymentBase.choices, default=PrepaymentBase.NET
    )
    fee_on_credit = models.CharField(
        max_length=10, choices=FeeOnCredit.choices, default=FeeOnCredit.KEEP
    )
    remitted = models.CharField(max_length=10, choices=Remitted.choices, default=Remitted.ADVANCE)
    tax_reference = models.CharField(max_length=25, blank=True)

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

    @property
    def rates(self) -> Rates:
        """What is taken of money that comes in now."""
        return Rates(
            self.withholding_percent,
            self.fee_percent,
            self.fee_vat_percent,
            less_fee=self.prepayment_base == PrepaymentBase.NET_LESS_FEE,
        )


class Split(Sealed):
    """Money by whose it is, in minor units; the own book's posting has the id `own_id`."""

    invoice = TenantForeignKey(Document)
    own_id = models.UUIDField()
    vat_minor = models.BigIntegerField()
    prepayment_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    fee_vat_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def shares(self) -> Shares:
        """The amounts."""
        return Shares(
            self.vat_minor,
            self.prepayment_minor,
            self.fee_minor,
            self.fee_vat_minor,
            self.payable_minor,
        )


_SPLIT = (
    *("vat_minor", "prepayment_minor", "fee_minor", "fee_vat_minor", "payable_minor"),
    *("own_id", "made_at", "form"),
)


class SetAside(Split):
    """What was set aside when money met the claim, by the rates of that moment.

    `cause_id` is the payment that brought `received_minor`, or the reversal of one, after which
    money that lay there unclaimed meets the claim (then nothing is received). What is received
    beyond the shares belongs to whoever paid.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "cause_id", "received_minor"),
            *("withholding_percent", "fee_percent", "fee_vat_percent", "prepayment_base"),
            *_SPLIT,
        )
    }

    cause_id = models.UUIDField()
    received_minor = models.BigIntegerField()
    withholding_percent = models.DecimalField(max_digits=4, decimal_places=2)
    fee_percent = models.DecimalField(max_digits=4, decimal_places=2)
    fee_vat_percent = models.DecimalField(max_digits=4, decimal_places=2)
    prepayment_base = models.CharField(max_length=15, choices=PrepaymentBase.choices)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="set_aside_key"),
            TenantReference(field="invoice", name="set_aside_is_of_an_invoice"),
            models.UniqueConstraint(fields=["organization", "cause_id"], name="set_aside_once"),
            models.CheckConstraint(
                condition=Q(received_minor__gte=0), name="nothing_less_is_received"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice"], name="set_aside_of_invoice"),
        ]

    @property
    def rates(self) -> Rates:
        """By which rates it was reckoned."""
        return Rates(
            self.withholding_percent,
            self.fee_percent,
            self.fee_vat_percent,
            less_fee=self.prepayment_base == PrepaymentBase.NET_LESS_FEE,
        )


class SetAsideReversal(Split):
    """That the payment of a set-aside was taken back; what it bears is given up, once.

    What was returned to the seller meanwhile is asked back of the seller: it is among the payable.
    """

    FORMS: ClassVar = {
        1: ("id", "organization_id", "invoice_id", "set_aside_id", "reversal_id", *_SPLIT)
    }

    set_aside = TenantForeignKey(SetAside)
    reversal_id = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="set_aside_reversal_key"),
            TenantReference(field="invoice", name="set_aside_reversal_is_of_an_invoice"),
            TenantReference(field="set_aside", name="set_aside_reversal_is_of_a_set_aside"),
            models.UniqueConstraint(
                fields=["organization", "set_aside"], name="set_aside_taken_back_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice"], name="set_aside_reversed"),
        ]


class Return(Split):
    """What was withheld for an invoice goes back to the seller, once: the invoice is credited.

    The sums are those of its set-asides, never reckoned anew; the fee is among them only where the
    terms said so. `payable_minor` stays what it was, so it is 0 here. `waiting_minor` of it waits:
    the tax office has it, and the operator did not advance it.
    """

    FORMS: ClassVar = {
        1: ("id", "organization_id", "invoice_id", "credit_note_id", *_SPLIT),
        2: ("id", "organization_id", "invoice_id", "credit_note_id", *_SPLIT, "waiting_minor"),
    }

    credit_note_id = models.UUIDField()
    waiting_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="return_key"),
            TenantReference(field="invoice", name="return_is_of_an_invoice"),
            models.UniqueConstraint(fields=["organization", "invoice"], name="returned_once"),
            models.CheckConstraint(
                condition=Q(waiting_minor__gte=0)
                & Q(waiting_minor__lte=models.F("vat_minor") + models.F("prepayment_minor")),
                name="what_waits_is_of_the_return",
            ),
        ]


class Released(Sealed):
    """That what had waited of returns is payable, since the reserves have it again."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "amount_minor", "currency", "on", "made_at", "form")
    }

    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="released_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="released_is_positive"),
        ]


class TaxRepayment(Sealed):
    """That the tax office paid back what the reserves lacked, by an entry of the operator.

    The own book's posting has the id `own_id`.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "entry_id", "vat_minor", "prepayment_minor", "currency"),
            *("own_id", "on", "noted_at", "form"),
        )
    }

    entry_id = models.UUIDField()
    vat_minor = models.BigIntegerField()
    prepayment_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    own_id = models.UUIDField()
    on = models.DateField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="tax_repayment_key"),
            models.CheckConstraint(
                condition=Q(vat_minor__gte=0, prepayment_minor__gte=0)
                & (Q(vat_minor__gt=0) | Q(prepayment_minor__gt=0)),
                name="something_is_repaid",
            ),
            models.UniqueConstraint(fields=["organization", "entry_id"], name="repaid_once"),
        ]


class ToPayer(Sealed):
    """That money beyond the claim goes back to whoever paid it, by the refund that says how much.

    It goes where the `payment` came from, by what the bank had told of that; to another `payee` and
    `account` only where the bank had told none, or could not pay it there.
    """

    FORMS: ClassVar = {
        1: ("id", "organization_id", "refund_id", "payment_id", "payee", "account", "form")
    }

    refund = TenantForeignKey(Refund)
    payment = TenantForeignKey(Payment)
    payee = models.CharField(max_length=100, blank=True)
    account = models.CharField(max_length=34, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="to_payer_key"),
            TenantReference(field="refund", name="to_payer_is_a_refund"),
            TenantReference(field="payment", name="to_payer_came_by_a_payment"),
            models.UniqueConstraint(fields=["organization", "refund"], name="to_payer_once"),
            models.CheckConstraint(
                condition=Q(payee="", account="") | ~Q(payee="") & ~Q(account=""),
                name="another_account_is_somebodys",
            ),
        ]


class ToPayerReversal(Sealed):
    """That the refund to a payer was taken back: the money lies there for its payer as before."""

    FORMS: ClassVar = {1: ("id", "organization_id", "to_payer_id", "reversal_id", "form")}

    to_payer = TenantForeignKey(ToPayer)
    reversal = TenantForeignKey(RefundReversal)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="to_payer_reversal_key"),
            TenantReference(field="to_payer", name="to_payer_reversal_is_of_one"),
            TenantReference(field="reversal", name="to_payer_reversal_is_of_the_refund"),
            models.UniqueConstraint(
                fields=["organization", "to_payer"], name="to_payer_reversed_once"
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
