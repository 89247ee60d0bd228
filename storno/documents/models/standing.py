"""How an invoice stands."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.ledger.journal import WrittenOff
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.tenant import Rights, TenantModel


class State(models.TextChoices):
    """What an invoice is, today aside: `overdue`, `cancelling` and `refunded` are read with it."""

    SENT = "sent", _("Sent")
    PART_PAID = "part_paid", _("Part paid")
    PART_CREDITED = "part_credited", _("Part credited")
    WRITTEN_OFF = "written_off", _("Written off")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Cancelled (credited)")


class Dispute(models.TextChoices):
    """Why a recipient does not agree with an invoice: a list, for a text might say too much."""

    AMOUNT = "amount", _("the amount")
    NOT_ORDERED = "not_ordered", _("that it was ordered")
    NOT_RECEIVED = "not_received", _("that it was received")
    QUALITY = "quality", _("how it was done")
    OTHER = "other", _("something else")


class Standing(TenantModel):
    """How one invoice stands: the row everybody locks, and what lists are read from.

    It has the id of its invoice. received = money in less reversals, of it returned_minor given
    back, the last of it on refunded_on; open = what is still to be paid; owed_back = money held
    beyond the claim, of it unapplied_minor never claimed at all. Of what was written off and not
    taken back, as cent differences (rounded_minor) or bad debt (relieved_minor with its VAT,
    lost_minor without), written_minor is what neither money nor a credit has met since.
    cancelling_at = when the credit note on hold leaves, cancelling_minor = what it amounts to.
    disputed_at = since when the recipient disputes it, over `dispute`: nobody is told to pay.
    notes_to_give = credit notes that were not given by hand yet, as the invoice was.
    `deeds` counts what has changed the claim since: credit notes, payments, refunds and their
    reversals, each of which bears its turn. Always equal to what documents, payments and transfers
    say: `storno verify` proves it.
    """

    rights = Rights.KEPT

    recipient = TenantForeignKey(Client)
    state = models.CharField(max_length=15, choices=State.choices, default=State.SENT)
    issued_on = models.DateField()
    due_on = models.DateField()
    payable_minor = models.BigIntegerField()
    received_minor = models.BigIntegerField(default=0)
    returned_minor = models.BigIntegerField(default=0)
    credited_minor = models.BigIntegerField(default=0)
    open_minor = models.BigIntegerField()
    owed_back_minor = models.BigIntegerField(default=0)
    unapplied_minor = models.BigIntegerField(default=0)
    rounded_minor = models.BigIntegerField(default=0)
    relieved_minor = models.BigIntegerField(default=0)
    lost_minor = models.BigIntegerField(default=0)
    written_minor = models.BigIntegerField(default=0)
    deeds = models.PositiveIntegerField(default=0)
    cancelling_at = models.DateTimeField(null=True)
    cancelling_minor = models.BigIntegerField(default=0)
    refunded_on = models.DateField(null=True)
    notes_to_give = models.PositiveSmallIntegerField(default=0)
    disputed_at = models.DateTimeField(null=True)
    dispute = models.CharField(max_length=15, choices=Dispute.choices, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="standing_key"),
            TenantReference(field="id", name="standing_is_of_a_document", to="documents.Document"),
            TenantReference(field="recipient", name="standing_recipient_is_a_client"),
            models.CheckConstraint(
                condition=Q(
                    open_minor=F("payable_minor")
                    - F("credited_minor")
                    - F("written_minor")
                    - F("received_minor")
                    + F("returned_minor")
                    + F("owed_back_minor")
                ),
                name="standing_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(returned_minor=0) ^ Q(refunded_on__isnull=False),
                name="what_is_given_back_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(disputed_at=None) ^ ~Q(dispute=""), name="dispute_is_over_something"
            ),
            models.CheckConstraint(
                condition=Q(open_minor=0, written_minor=0) | Q(owed_back_minor=0),
                name="open_or_owed_back_never_both",
            ),
            models.CheckConstraint(
                condition=Q(open_minor__gte=0)
                & Q(owed_back_minor__gte=0)
                & Q(returned_minor__gte=0)
                & Q(received_minor__gte=F("returned_minor"))
                & Q(unapplied_minor__gte=0)
                & Q(unapplied_minor__lte=F("owed_back_minor"))
                & Q(rounded_minor__gte=0)
                & Q(relieved_minor__gte=0)
                & Q(lost_minor__gte=0)
                & Q(written_minor__gte=0)
                & Q(written_minor__lte=F("rounded_minor") + F("relieved_minor") + F("lost_minor"))
                & Q(credited_minor__gte=0)
                & Q(cancelling_minor__gte=0)
                & Q(credited_minor__lte=F("payable_minor") - F("cancelling_minor")),
                name="standing_within_bounds",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "id"], name="invoices_by_state"),
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=Q(open_minor__gt=0),
                name="open_invoices_by_due_day",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(owed_back_minor__gt=0),
                name="invoices_owed_back",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(cancelling_at__isnull=False),
                name="invoices_being_cancelled",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(notes_to_give__gt=0),
                name="invoices_with_notes_to_give",
            ),
            models.Index(fields=["organization", "recipient", "id"], name="invoices_of_client"),
        ]

    @property
    def held_minor(self) -> int:
        """The money received and not given back."""
        return self.received_minor - self.returned_minor

    @property
    def written(self) -> WrittenOff:
        """What was written off and not taken back."""
        return WrittenOff(self.rounded_minor, self.relieved_minor, self.lost_minor)

    @property
    def is_refunded(self) -> bool:
        """Whether it is credited, and all that was owed back for it has gone back."""
        given_back = self.returned_minor > 0 and not self.owed_back_minor
        return self.state == State.CREDITED and given_back

    @property
    def is_cancelled_in_part(self) -> bool:
        """Whether the credit note on hold leaves something of the invoice."""
        return 0 < self.cancelling_minor < self.payable_minor - self.credited_minor

    @property
    def next_turn(self) -> int:
        """The turn of the next deed on a locked standing; `stand_at` counts it.

        Under the lock the order is certain, whatever the clocks of two hosts say.
        """
        return self.deeds + 1
