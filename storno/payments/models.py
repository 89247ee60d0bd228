"""Money in, and money back. Each is written once; taking it back is a record of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.ledger.journal import WrittenOff
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel

LONGEST_NAME = 40


class MoneyKind(models.TextChoices):
    """What kind of money a way of payment brings; the usual way of a kind has its code."""

    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CASH = "cash", _("cash")
    TERMINAL = "terminal", _("card terminal")
    OTHER = "other", _("other")


class PaymentMethod(TenantModel):
    """A way in which money comes in by hand, once the list of the country was changed.

    Payments bear its `code`, which never changes. Without a name it is called by its kind.
    """

    rights = Rights.KEPT

    code = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=15, choices=MoneyKind.choices)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    position = models.PositiveSmallIntegerField()
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payment_method_key"),
            models.UniqueConstraint(
                fields=["organization", "code"], name="payment_method_has_its_code"
            ),
        ]


class Payment(Sealed):
    """Money received for an invoice; `turn` is its place among the deeds on it.

    `method` is the code of a way of payment, `method_name` how that was called then; empty where it
    is called by its kind. Money that was owed back on another invoice came by `offset`; what came
    by itself names in `source_id` what brought it, which brings money once. What was entered on
    another invoice, and taken back there, was `moved_from` there.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "paid_on", "method"),
            *("registered_at", "registered_by", "form"),
        ),
        2: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "paid_on", "method"),
            *("method_name", "registered_at", "registered_by", "form"),
        ),
        3: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "paid_on", "method"),
            *("method_name", "offset_id", "registered_at", "registered_by", "form"),
        ),
        4: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "paid_on", "method"),
            *("method_name", "offset_id", "source_id", "registered_at", "registered_by", "form"),
        ),
        5: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "paid_on", "method"),
            *("method_name", "offset_id", "source_id", "moved_from_id", "registered_at"),
            *("registered_by", "form"),
        ),
    }

    invoice = TenantForeignKey(Document)
    turn = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    paid_on = models.DateField()
    method = models.CharField(max_length=LONGEST_NAME)
    method_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    offset = TenantForeignKey("payments.Refund", null=True)
    source_id = models.UUIDField(null=True)
    moved_from = TenantForeignKey("payments.Payment", null=True)
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payment_key"),
            TenantReference(field="invoice", name="payment_is_for_an_invoice"),
            TenantReference(field="offset", name="payment_by_what_was_owed_back"),
            TenantReference(field="moved_from", name="payment_moved_from_another"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.UniqueConstraint(
                fields=["organization", "offset"], name="what_was_owed_back_pays_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "source_id"], name="what_brought_money_brings_it_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "moved_from"], name="payment_is_moved_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="payments_of_invoice"),
            models.Index(fields=["organization", "paid_on", "id"], name="payments_by_day"),
        ]


class TakenBack(Sealed):
    """That a record of money is taken back; `turn` is its place among the deeds on the invoice.

    The reason is free text and may name a person: it and its `salt` are emptied when the invoice is
    erased lawfully. The seal covers only `personal`, the hash of both.
    """

    turn = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    salt = models.BinaryField(max_length=32)
    personal = models.BinaryField(max_length=32)
    reversed_at = models.DateTimeField()
    reversed_by = models.UUIDField(null=True)

    class Meta:
        abstract = True


class WriteOffKind(models.TextChoices):
    """What becomes of something open that is not asked for any more."""

    BAD_DEBT = "bad_debt", _("bad debt")
    BAD_DEBT_RELIEVED = "bad_debt_relieved", _("bad debt, with its VAT")
    CENT_DIFFERENCE = "cent_difference", _("cent difference")


class WriteOff(Sealed):
    """Something open that is not asked for any more; `turn` is its place among the deeds.

    The claim lives on: money that comes in after all takes it off again. A cent difference that was
    settled with a payment names it, and is taken back with it.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "turn", "kind", "amount_minor", "payment_id"),
            *("written_on", "registered_at", "registered_by", "form"),
        )
    }

    invoice = TenantForeignKey(Document)
    turn = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=WriteOffKind.choices)
    amount_minor = models.BigIntegerField()
    payment = TenantForeignKey(Payment, null=True)
    written_on = models.DateField()
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="write_off_key"),
            TenantReference(field="invoice", name="write_off_is_on_an_invoice"),
            TenantReference(field="payment", name="cent_difference_of_a_payment"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="write_off_is_positive"),
            models.CheckConstraint(
                condition=Q(payment=None) | Q(kind=WriteOffKind.CENT_DIFFERENCE),
                name="only_cents_are_settled_with_a_payment",
            ),
            models.UniqueConstraint(
                fields=["organization", "payment"], name="payment_settled_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="write_offs_of_invoice"),
            models.Index(fields=["organization", "written_on", "id"], name="write_offs_by_day"),
        ]

    @property
    def part(self) -> WrittenOff:
        """What of the claim it is."""
        match WriteOffKind(self.kind):
            case WriteOffKind.CENT_DIFFERENCE:
                return WrittenOff(rounded_minor=self.amount_minor)
            case WriteOffKind.BAD_DEBT_RELIEVED:
                return WrittenOff(relieved_minor=self.amount_minor)
        return WrittenOff(lost_minor=self.amount_minor)


class WriteOffReversal(TakenBack):
    """That something is asked for again after it was written off; at most once per write-off."""

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "write_off_id", "turn", "personal"),
            *("reversed_at", "reversed_by", "form"),
        )
    }

    write_off = TenantForeignKey(WriteOff)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="write_off_reversal_key"),
            TenantReference(field="write_off", name="write_off_reversal_is_of_a_write_off"),
            models.UniqueConstraint(
                fields=["organization", "write_off"], name="write_off_reversed_once"
            ),
        ]


class Reversal(TakenBack):
    """That a payment was entered by mistake, or went back; at most once per payment."""

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "payment_id", "turn", "personal"),
            *("reversed_at", "reversed_by", "form"),
        )
    }

    payment = TenantForeignKey(Payment)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="reversal_key"),
            TenantReference(field="payment", name="reversal_is_of_a_payment"),
            models.UniqueConstraint(
                fields=["organization", "payment"], name="payment_reversed_once"
            ),
        ]


class RefundWay(models.TextChoices):
    """How money went back."""

    OUTSIDE = "outside", _("paid back")
    OFFSET = "offset", _("used for another invoice")
    PROVIDER = "provider", _("paid back to the card")
    CUSTODY = "custody", _("paid back from client money")
    CHARGES = "charges", _("used for reminder fees and interest")


class Refund(Sealed):
    """Money that was owed back on an invoice and has gone; `turn` is its place among the deeds.

    `unapplied_minor` of it had never met the claim. Outside of Storno it went by `method`, called
    `method_name` then; by `offset` it paid another invoice, whose payment names this row; by the
    `provider` the row `source_id` there pays it back, and says how far that is; out of `custody`
    it goes by such a row of client money, and to `charges` by such a row of what it meets.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "unapplied_minor"),
            *("way", "refunded_on", "method", "method_name", "registered_at", "registered_by"),
            "form",
        ),
        2: (
            *("id", "organization_id", "invoice_id", "turn", "amount_minor", "unapplied_minor"),
            *("way", "refunded_on", "method", "method_name", "source_id", "registered_at"),
            *("registered_by", "form"),
        ),
    }

    invoice = TenantForeignKey(Document)
    turn = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    unapplied_minor = models.BigIntegerField()
    way = models.CharField(max_length=10, choices=RefundWay.choices)
    refunded_on = models.DateField()
    method = models.CharField(max_length=LONGEST_NAME, blank=True)
    method_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    source_id = models.UUIDField(null=True)
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="refund_key"),
            TenantReference(field="invoice", name="refund_is_for_an_invoice"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0)
                & Q(unapplied_minor__gte=0)
                & Q(unapplied_minor__lte=F("amount_minor")),
                name="refund_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["offset", "charges"]) ^ ~Q(method=""),
                name="refund_outside_has_its_method",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["provider", "custody", "charges"]) ^ Q(source_id=None),
                name="refund_by_others_names_its_row",
            ),
            models.UniqueConstraint(
                fields=["organization", "source_id"], name="what_pays_back_pays_back_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="refunds_of_invoice"),
            models.Index(fields=["organization", "refunded_on", "id"], name="refunds_by_day"),
        ]


class Why(models.TextChoices):
    """Why a refund is taken back."""

    MISTAKE = "mistake", _("It was entered by mistake")
    CAME_BACK = "came_back", _("The money came back")


class RefundReversal(TakenBack):
    """That a refund was none, or came back; at most once per refund. It is owed back again."""

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "refund_id", "turn", "why", "personal"),
            *("reversed_at", "reversed_by", "form"),
        )
    }

    refund = TenantForeignKey(Refund)
    why = models.CharField(max_length=10, choices=Why.choices)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="refund_reversal_key"),
            TenantReference(field="refund", name="refund_reversal_is_of_a_refund"),
            models.UniqueConstraint(fields=["organization", "refund"], name="refund_reversed_once"),
        ]
