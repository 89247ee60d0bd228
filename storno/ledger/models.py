"""The append-only double entry."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from storno.organizations.keys import TenantKey
from storno.organizations.tenant import Rights, TenantModel


class Transfer(TenantModel):
    """An amount that moves from the credited to the debited account.

    A posting is the ordered, all-or-nothing set of transfers with one `posting_id`, which is the id
    of what is posted (document, payment, reversal): nothing can be posted twice. `subject_id` is
    the invoice whose receivable it touches. Client money that moves from the operator's books to a
    seller's bears one `move_id` in both. `seal` covers the whole posting.
    """

    rights = Rights.WRITE_ONCE

    posting_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    debit = models.CharField(max_length=40)
    credit = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    recorded_at = models.DateTimeField()
    move_id = models.UUIDField(null=True)
    seal = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="transfer_key"),
            models.UniqueConstraint(
                fields=["organization", "posting_id", "position"], name="posted_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="transfer_moves_something"
            ),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="transfer_joins_two_accounts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id"], name="transfers_of_invoice"),
            models.Index(fields=["organization", "booked_on"], name="transfers_by_day"),
        ]
