"""What a bank has told of an account: files, their entries, and which invoice each has met."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel

LONGEST_KEY = 120
LONGEST_TEXT = 1_000


class BankFile(TenantModel):
    """A file that was read whole; a faulty one leaves no trace.

    `digest` is its SHA-256. Of its `entries` those not known before are counted in `new`, with the
    sums of what came in and went out by them; `elsewhere` counts those of other accounts.
    """

    rights = Rights.KEPT

    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=10, blank=True)
    account = models.CharField(max_length=34)
    entries = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0)
    came_in_minor = models.BigIntegerField(default=0)
    went_out_minor = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()
    read_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="bank_file_key"),
            models.UniqueConstraint(fields=["organization", "digest"], name="bank_file_read_once"),
        ]


class EntryState(models.TextChoices):
    """What has become of an entry."""

    NEW = "new", _("just read")
    QUEUED = "queued", _("to be matched")
    MATCHED = "matched", _("matched")
    RETURNED = "returned", _("gone back")
    PAYOUT = "payout", _("paid out")
    ASIDE = "aside", _("set aside")


class EntryWhy(models.TextChoices):
    """Why an entry is where it is; what is matched by itself says how it met its invoice."""

    BY_HAND = "by_hand", _("matched by hand")
    EXACT = "exact", _("by its reference, and as much as was open")
    PART = "part", _("by its reference, a part of what was open")
    OVER = "over", _("by its reference, more than was open; the rest is owed back")
    OWED_BACK = "owed_back", _("by its reference; nothing was open, so it is owed back")
    LINKED = "linked", _("a payment that was registered by hand")
    RETURN = "return", _("a payment that the bank took back")
    NO_REFERENCE = "no_reference", _("It has no reference.")
    UNKNOWN_REFERENCE = "unknown_reference", _("No invoice has this reference.")
    PAID_BY_HAND = "paid_by_hand", _("A payment like this was registered by hand already.")
    OTHER_CURRENCY = "other_currency", _("It is in another currency than the invoice.")
    WHICH_RETURN = "which_return", _("It went back, and no payment could be told that it was.")
    GIVEN_BACK = "given_back", _("It went back, but the money has been given back before.")
    CAME_BACK = "came_back", _("Money that had gone out came back.")
    UNDONE = "undone", _("The match was undone.")
    TAKEN_UP = "taken_up", _("It was taken up again.")
    LEFT = "left", _("a payout that has left")
    PAYOUT_BACK = "payout_back", _("a payout that came back")
    PAYOUT_DIFFERS = "payout_differs", _("It names a payout of another sum.")
    PAYOUT_TWICE = "payout_twice", _("It names a payout that has left before.")
    SETTLED = "settled", _("It pays somebody back to whom nothing is to go any more.")
    TAXES_BACK = "taxes_back", _("taxes that the tax office paid back")
    FAILED = "failed", _("It could not be matched by itself.")
    MONEY_OUT = "money_out", _("Money that went out.")
    SET_ASIDE = "set_aside", _("Somebody set it aside.")


class Entry(TenantModel):
    """One booked move of money; `key` is the bank's, the same in each file that tells of it.

    `amount_minor` > 0 came in. What the other side wrote is kept until the invoice is erased. Only
    `state`, `why`, `match_id` (the match that stands) and `note` change; a return names in
    `returns_entry_id` the entry that it took back.
    """

    rights = Rights.KEPT

    file = TenantForeignKey(BankFile, related_name="entry")
    account = models.CharField(max_length=34)
    key = models.CharField(max_length=LONGEST_KEY)
    booked_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=140, blank=True)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    party = models.CharField(max_length=140, blank=True)
    party_account = models.CharField(max_length=34, blank=True)
    end_to_end = models.CharField(max_length=140, blank=True)
    returned_id = models.CharField(max_length=140, blank=True)
    returned_why = models.CharField(max_length=140, blank=True)
    is_reversal = models.BooleanField()
    state = models.CharField(max_length=10, choices=EntryState.choices)
    why = models.CharField(max_length=20, choices=EntryWhy.choices, blank=True)
    match_id = models.UUIDField(null=True)
    returns_entry_id = models.UUIDField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="bank_entry_key"),
            TenantReference(field="file", name="bank_entry_is_of_a_file"),
            models.UniqueConstraint(
                fields=["organization", "account", "key"], name="bank_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(state="matched", match_id__isnull=False, returns_entry_id=None)
                | Q(state="matched", match_id=None, returns_entry_id__isnull=False)
                | ~Q(state="matched") & Q(match_id=None, returns_entry_id=None),
                name="matched_entry_has_its_match",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "file", "id"], name="bank_entries_of_file"),
            models.Index(
                fields=["organization", "state", "booked_on", "id"],
                condition=Q(state__in=["new", "queued"]),
                name="bank_entries_to_match",
            ),
            models.Index(
                fields=["organization", "party_account"],
                condition=Q(state="matched") & ~Q(party_account=""),
                name="bank_entries_by_payer",
            ),
        ]


class Match(Sealed):
    """That an entry is the payment of an invoice: one it brought, or one registered by hand.

    Invoice and payment are of `paid_organization_id`, which is another's where the account is held
    for many. The payment that a match brought names it as its source.
    """

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "entry_id", "paid_organization_id", "invoice_id"),
            *("payment_id", "brought", "matched_at", "matched_by", "form"),
        )
    }

    entry = TenantForeignKey(Entry)
    paid_organization_id = models.UUIDField()
    invoice_id = models.UUIDField()
    payment_id = models.UUIDField()
    brought = models.BooleanField()
    matched_at = models.DateTimeField()
    matched_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="bank_match_key"),
            TenantReference(field="entry", name="match_is_of_an_entry"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "entry"], name="matches_of_entry"),
            models.Index(fields=["organization", "payment_id"], name="matches_by_payment"),
        ]


class MatchReversal(Sealed):
    """That a match was wrong, or that the bank took its money back by the entry `returned_by`."""

    FORMS: ClassVar = {
        1: (
            *("id", "organization_id", "match_id", "returned_by_id", "reversed_at", "reversed_by"),
            "form",
        )
    }

    match = TenantForeignKey(Match)
    returned_by = TenantForeignKey(Entry, null=True)
    reversed_at = models.DateTimeField()
    reversed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="bank_match_reversal_key"),
            TenantReference(field="match", name="match_reversal_is_of_a_match"),
            TenantReference(field="returned_by", name="match_reversal_by_an_entry"),
            models.UniqueConstraint(fields=["organization", "match"], name="match_reversed_once"),
        ]
