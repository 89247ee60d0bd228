"""Money that leaves client money: what the bank is asked to pay, and what it has paid.

The operator has the batch and its instructions, each seller its payouts and what became of them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.custody.models import ToPayer
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel
from storno.payouts.books import Parts

FIRST_LIMIT_MINOR = 1_000_000
"""10,000.00 until something else is said."""


class PayoutRules(TenantModel):
    """How the operator pays out; one row, once something was said about it.

    A batch of more than `limit_minor` is approved by somebody else than who has proposed it. More
    than the limit that holds at first has been said by two people; what one of them has said is
    `wished_minor`, until another one says the same. The tax office is paid by its name and account,
    once they are known.
    """

    rights = Rights.KEPT

    limit_minor = models.BigIntegerField()
    wished_minor = models.BigIntegerField(null=True)
    wished_by = models.UUIDField(null=True)
    raised_by = models.UUIDField(null=True)
    agreed_by = models.UUIDField(null=True)
    tax_office = models.CharField(max_length=70, blank=True)
    tax_account = models.CharField(max_length=34, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_rules_key"),
            models.UniqueConstraint(fields=["organization"], name="one_rules_of_payout"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="payout_limit_is_a_sum"),
            models.CheckConstraint(
                condition=Q(limit_minor__lte=FIRST_LIMIT_MINOR)
                | Q(raised_by__isnull=False, agreed_by__isnull=False)
                & ~Q(agreed_by=models.F("raised_by")),
                name="payout_limit_raised_by_two",
            ),
            models.CheckConstraint(
                condition=Q(wished_minor=None, wished_by=None)
                | Q(wished_by__isnull=False, wished_minor__gt=models.F("limit_minor")),
                name="wished_limit_is_somebodys",
            ),
        ]


class Batch(TenantModel):
    """What the bank is asked to pay out in one file, once it is approved; or it was dropped.

    `payer` and `payer_account` are the operator's of that moment; `limit_minor` is the rule that
    held. `fetched_at`: since then somebody has the file. `until`: it is for the tax office, of the
    time up to that day.
    """

    rights = Rights.KEPT

    payer = models.CharField(max_length=100)
    payer_account = models.CharField(max_length=34)
    pay_on = models.DateField()
    until = models.DateField(null=True)
    limit_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    proposed_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    fetched_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_batch_key"),
            models.CheckConstraint(
                condition=Q(total_minor__lte=models.F("limit_minor"))
                | Q(approved_at=None)
                | Q(approved_by__isnull=False)
                & Q(proposed_by__isnull=False)
                & ~Q(approved_by=models.F("proposed_by")),
                name="large_batch_has_two_people",
            ),
        ]


class InstructionState(models.TextChoices):
    """How far what the bank is asked to pay is."""

    ON_THE_WAY = "on_the_way", _("on the way")
    LEFT = "left", _("paid out")
    BACK = "back", _("not paid out")


class Instruction(TenantModel):
    """One payment of a batch, to whom and by which payout of the seller it goes.

    The payee knows it by `reference`, or reads `text`, where they are not empty. `end_to_end` comes
    back in the entry of the bank by which it has left, `left_by_id`, and in the one by which it
    came back, `back_by_id`. `why_not`: it was left out when the batch was approved. Only those,
    `payout_id` and `state` change.
    """

    rights = Rights.KEPT

    batch = TenantForeignKey(Batch)
    seller_id = models.UUIDField()
    payout_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    end_to_end = models.CharField(max_length=35)
    payee = models.CharField(max_length=100)
    account = models.CharField(max_length=34)
    reference = models.CharField(max_length=25, blank=True)
    text = models.CharField(max_length=140, blank=True)
    street = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=10, choices=InstructionState.choices)
    left_by_id = models.UUIDField(null=True)
    back_by_id = models.UUIDField(null=True)
    why_not = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_instruction_key"),
            TenantReference(field="batch", name="instruction_is_of_a_batch"),
            models.UniqueConstraint(
                fields=["organization", "end_to_end"], name="end_to_end_names_one_payout"
            ),
            models.UniqueConstraint(
                fields=["organization", "payout_id"], name="payout_is_instructed_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instruction_is_positive"),
            models.CheckConstraint(
                condition=Q(state="on_the_way", left_by_id=None, back_by_id=None)
                | Q(state="left", left_by_id__isnull=False, back_by_id=None)
                | Q(state="back", left_by_id=None, back_by_id=None)
                | Q(state="back", left_by_id__isnull=False, back_by_id__isnull=False),
                name="instruction_names_its_entries",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "batch", "id"], name="instructions_of_batch"),
        ]


_PAYOUT = (
    *("id", "organization_id", "batch_id", "amount_minor", "currency", "account"),
    *("end_to_end", "pay_on", "made_at", "form"),
)


class Payout(Sealed):
    """That the bank is asked to pay what is payable to the seller's own account.

    With `until` it is a remittance: what was reserved for taxes up to that day goes to the tax
    office, and `account` is its account. With `to_payer` it was never the seller's: it goes back to
    whoever paid, whose account the operator alone knows.
    """

    FORMS: ClassVar = {
        1: _PAYOUT,
        2: (*_PAYOUT, "until", "vat_minor", "prepayment_minor", "reference"),
        3: (*_PAYOUT, "until", "vat_minor", "prepayment_minor", "reference", "to_payer_id"),
    }

    batch_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=34, blank=True)
    end_to_end = models.CharField(max_length=35)
    pay_on = models.DateField()
    made_at = models.DateTimeField()
    until = models.DateField(null=True)
    vat_minor = models.BigIntegerField(default=0)
    prepayment_minor = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=25, blank=True)
    to_payer = TenantForeignKey(ToPayer, null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_key"),
            TenantReference(field="to_payer", name="payout_to_a_payer_is_on_the_list"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_is_positive"),
            models.CheckConstraint(
                condition=Q(until=None, vat_minor=0, prepayment_minor=0)
                | Q(
                    until__isnull=False,
                    vat_minor__gte=0,
                    prepayment_minor__gte=0,
                    amount_minor=models.F("vat_minor") + models.F("prepayment_minor"),
                ),
                name="remittance_is_of_reserves",
            ),
            models.CheckConstraint(
                condition=Q(to_payer=None) & ~Q(account="")
                | Q(to_payer__isnull=False, until=None, account="", reference=""),
                name="payout_goes_to_one_account",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "to_payer"],
                condition=Q(to_payer__isnull=False),
                name="payouts_to_a_payer",
            ),
        ]

    @property
    def parts(self) -> Parts:
        """Whose money it is."""
        if self.to_payer_id is not None:
            return Parts(0, payer_minor=self.amount_minor)
        payable = self.amount_minor - self.vat_minor - self.prepayment_minor
        return Parts(payable, self.vat_minor, self.prepayment_minor)


class PayoutLeft(Sealed):
    """That the bank has paid it out, by an entry of the operator; the own book has `own_id`."""

    FORMS: ClassVar = {
        1: ("id", "organization_id", "payout_id", "entry_id", "own_id", "on", "noted_at", "form")
    }

    payout = TenantForeignKey(Payout)
    entry_id = models.UUIDField()
    own_id = models.UUIDField()
    on = models.DateField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_left_key"),
            TenantReference(field="payout", name="what_left_is_a_payout"),
            models.UniqueConstraint(fields=["organization", "payout"], name="payout_left_once"),
        ]


class WhyBack(models.TextChoices):
    """Why a payout did not arrive."""

    DROPPED = "dropped", _("it was not sent")
    REFUSED = "refused", _("the bank refused it")
    RETURNED = "returned", _("the bank sent it back")
    MISTAKEN = "mistaken", _("it had not left")


class PayoutBack(Sealed):
    """That a payout never left, or came back by the operator's entry: it is payable again.

    Mistaken is that it had left by that entry.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "payout_id", "why", "entry_id", "own_id", "on"),
            *("noted_at", "form"),
        )
    }

    payout = TenantForeignKey(Payout)
    why = models.CharField(max_length=10, choices=WhyBack.choices)
    entry_id = models.UUIDField(null=True)
    own_id = models.UUIDField(null=True)
    on = models.DateField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="payout_back_key"),
            TenantReference(field="payout", name="what_came_back_is_a_payout"),
            models.UniqueConstraint(fields=["organization", "payout"], name="payout_back_once"),
            models.CheckConstraint(
                condition=Q(
                    why__in=["returned", "mistaken"], entry_id__isnull=False, own_id__isnull=False
                )
                | Q(why__in=["dropped", "refused"], entry_id=None, own_id=None),
                name="what_the_bank_returned_has_its_entry",
            ),
        ]
