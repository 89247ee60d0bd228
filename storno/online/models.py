"""Payment by card: by whose keys, on which invoices, and every checkout that was opened."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.documents.models import Document
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.tenant import Rights, TenantModel


class ProviderAccount(TenantModel):
    """An organization's account with the provider, one at most; its keys are sealed.

    `account` is the provider's name for it. Without a `hook_secret` the provider tells nothing by
    itself, and is asked now and then.
    """

    secret = models.TextField()
    hook_secret = models.TextField(blank=True)
    account = models.CharField(max_length=100)
    is_live = models.BooleanField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="provider_account_key"),
            models.UniqueConstraint(
                fields=["organization"], name="one_provider_account_per_organization"
            ),
        ]


class CardOffer(TenantModel):
    """Whether an invoice can be paid by card; without a row nobody has offered it."""

    rights = Rights.KEPT

    invoice = TenantForeignKey(Document)
    is_open = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="card_offer_key"),
            TenantReference(field="invoice", name="card_offer_is_of_an_invoice"),
            models.UniqueConstraint(
                fields=["organization", "invoice"], name="one_card_offer_per_invoice"
            ),
        ]


class CheckoutState(models.TextChoices):
    """How far a checkout is, as the provider said last.

    `opening` until the provider has answered; `ending` once nobody shall pay by it any more.
    `strange`: money came that is not the invoice's; it is told, and not booked.
    """

    OPENING = "opening"
    OPEN = "open"
    ENDING = "ending"
    PAID = "paid"
    OVER = "over"
    STRANGE = "strange"


class Checkout(TenantModel):
    """A page of the provider on which an invoice is paid; the id is what the provider knows it by.

    `amount_minor` was asked for, `brought_minor` came. `next_ask_at` says when the provider is to
    be asked how it stands: those rows are the queue. `charge` names the money that came;
    `is_disputed` says that the payer's bank wants it back, `is_lost` that it has it for good. The
    payer comes back by the link `link_id`.
    """

    rights = Rights.KEPT

    invoice = TenantForeignKey(Document)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=CheckoutState.choices)
    link_id = models.UUIDField()
    session = models.CharField(max_length=255, blank=True)
    url = models.TextField(blank=True)
    charge = models.CharField(max_length=255, blank=True)
    brought_minor = models.BigIntegerField(default=0)
    is_disputed = models.BooleanField(default=False)
    is_lost = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    next_ask_at = models.DateTimeField(null=True)
    asks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="checkout_key"),
            TenantReference(field="invoice", name="checkout_is_of_an_invoice"),
            models.UniqueConstraint(
                fields=["organization", "session"],
                condition=~Q(session=""),
                name="one_checkout_per_session",
            ),
            models.UniqueConstraint(
                fields=["organization", "charge"],
                condition=~Q(charge=""),
                name="one_checkout_per_charge",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="checkout_is_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "invoice", "id"], name="checkouts_of_invoice"),
            models.Index(
                fields=["next_ask_at"],
                condition=Q(next_ask_at__isnull=False),
                name="checkouts_to_ask_about",
            ),
            models.Index(
                fields=["organization", "invoice"],
                condition=Q(state="open"),
                name="checkouts_that_are_open",
            ),
        ]


class SendingState(models.TextChoices):
    """How far the money of a refund is, as the provider said last."""

    ASKED = "asked", _("on its way")
    PENDING = "pending", _("on its way")
    GONE = "gone", _("done")
    FAILED = "failed", _("failed")


class Sending(TenantModel):
    """Money of a checkout that goes back by the provider; the id is the idempotency key.

    It is written with its refund, before the provider is asked: those with a `next_try_at` are the
    queue. `refund` is the provider's name for it, `failure` its word for why it did not go.
    """

    rights = Rights.KEPT

    invoice = TenantForeignKey(Document)
    checkout = TenantForeignKey(Checkout)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=SendingState.choices)
    refund = models.CharField(max_length=255, blank=True)
    failure = models.CharField(max_length=50, blank=True)
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="sending_key"),
            TenantReference(field="invoice", name="sending_is_of_an_invoice"),
            TenantReference(field="checkout", name="sending_is_of_a_checkout"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="sending_is_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "checkout"], name="sendings_of_checkout"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="sendings_to_try",
            ),
        ]
