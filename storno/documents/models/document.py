"""Documents: written once."""

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from storno.clients.models import Client
from storno.documents.models.words import Kind, LineFields, Reason
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.models import Channel
from storno.organizations.sealed import Sealed
from storno.organizations.tenant import Rights, TenantModel


class Document(TenantModel):
    """An issued invoice or credit note (EN 16931), cut in stone.

    Amounts are positive; the kind gives the direction. `seller` is the issuer as it was then.
    `personal` is the hash of the salted personal parts in `Particulars`; `seal` is the hash of this
    row, its lines and tax subtotals, and of `previous_seal`, the seal before it in the series.
    `turn` is the place of a credit note among the deeds on its invoice, see `Standing.deeds`.
    """

    rights = Rights.WRITE_ONCE

    kind = models.CharField(max_length=12, choices=Kind.choices)
    series_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=20, db_collation="C")
    draft_id = models.UUIDField()
    corrects = TenantForeignKey("self", null=True)
    turn = models.PositiveIntegerField(default=0)
    replaces = TenantForeignKey("self", null=True)
    recipient = TenantForeignKey(Client)
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    issued_by = models.UUIDField(null=True)
    delivered_on = models.DateField()
    due_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    vat_on = models.CharField(max_length=10)
    seller = models.JSONField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    payment_account = models.CharField(max_length=34, blank=True)
    payment_reference = models.CharField(max_length=25, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    effect = models.JSONField(null=True)
    retain_until = models.DateField()
    form = models.PositiveSmallIntegerField()
    personal = models.BinaryField(max_length=32)
    previous_seal = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="document_key"),
            TenantReference(field="corrects", name="document_corrects_a_document"),
            TenantReference(field="replaces", name="document_replaces_a_document"),
            TenantReference(field="recipient", name="document_recipient_is_a_client"),
            models.CheckConstraint(
                condition=Q(kind="credit_note") ^ Q(corrects=None),
                name="credit_note_names_its_invoice",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note") ^ Q(turn=0),
                name="credit_note_has_its_turn",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice") ^ Q(due_on=None),
                name="only_an_invoice_is_due",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice") | Q(payment_reference=""),
                name="credit_note_has_no_payment_reference",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note") ^ Q(effect__isnull=True),
                name="credit_note_states_its_effect",
            ),
            models.CheckConstraint(
                condition=Q(payable_minor=F("net_minor") + F("tax_minor")),
                name="payable_is_net_and_tax",
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gte=0) & Q(tax_minor__gte=0),
                name="amounts_are_not_negative",
            ),
            models.UniqueConstraint(
                fields=["organization", "series_id", "sequence"],
                name="number_given_once",
            ),
            models.UniqueConstraint(fields=["organization", "number"], name="number_is_unique"),
            models.UniqueConstraint(fields=["organization", "draft_id"], name="draft_issued_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "corrects"],
                condition=Q(corrects__isnull=False),
                name="credit_notes_of_invoice",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(corrects__isnull=False),
                name="credit_notes_by_age",
            ),
            models.Index(
                fields=["organization", "replaces"],
                condition=Q(replaces__isnull=False),
                name="documents_that_replace",
            ),
            models.Index(fields=["organization", "issued_on", "id"], name="documents_by_day"),
            models.Index(
                fields=["organization", "recipient", "issued_on"], name="documents_of_recipient"
            ),
            # Tiny, and right for rows that are only ever added: finds what was issued just now.
            BrinIndex(fields=["issued_at"], autosummarize=True, name="documents_by_moment"),
            models.Index(
                fields=["organization", "payment_reference"],
                condition=~Q(payment_reference=""),
                name="documents_by_reference",
            ),
            models.Index(
                fields=["organization", "number"],
                condition=Q(kind="invoice"),
                name="invoices_by_number",
            ),
            models.Index(
                fields=["organization", "payable_minor", "id"],
                name="documents_by_amount",
            ),
        ]

    @property
    def invoice_id(self) -> UUID:
        """The invoice that it is or credits: the standing's id, and whose page tells of both."""
        return self.corrects_id or self.id


class Line(TenantModel, LineFields):
    """A line of a document. Its description is personal and stands in `Particulars`.

    `credited_quantity` is, on a credit note, what the line takes of the quantity of the line that
    it corrects: 0 for a mere reduction of the price.
    """

    rights = Rights.WRITE_ONCE

    document = TenantForeignKey(Document)
    corrects_line = TenantForeignKey("self", null=True)
    delivered_on = models.DateField()
    amount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    credited_quantity = models.DecimalField(max_digits=14, decimal_places=4, default=0)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="line_key"),
            TenantReference(field="document", name="line_is_of_a_document"),
            TenantReference(field="corrects_line", name="line_corrects_a_line"),
            models.UniqueConstraint(
                fields=["organization", "document", "position"],
                name="line_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(unit_price__gte=0) & Q(amount_minor__gte=0),
                name="line_is_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "source_id"],
                condition=Q(source_id__isnull=False),
                name="lines_by_source",
            )
        ]


class TaxSubtotal(TenantModel):
    """What a document says of one tax group (EN 16931 BG-23); net and gross priced lines apart."""

    rights = Rights.WRITE_ONCE

    document = TenantForeignKey(Document)
    position = models.PositiveSmallIntegerField()
    tax_category = models.CharField(max_length=20)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    includes_tax = models.BooleanField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="tax_subtotal_key"),
            TenantReference(field="document", name="tax_subtotal_is_of_a_document"),
            models.UniqueConstraint(
                fields=["organization", "document", "position"],
                name="tax_subtotal_has_its_place",
            ),
            models.UniqueConstraint(
                fields=[
                    "organization",
                    "document",
                    "tax_category",
                    "tax_rate",
                    "includes_tax",
                ],
                name="one_subtotal_per_tax_group",
            ),
        ]


class Particulars(TenantModel):
    """The personal parts of one document with their salt: who bought, and what the lines say.

    The row has the id of its document. After `retain_until` it can be erased, and the seal still
    holds: it covers only the hash.
    """

    rights = Rights.WRITE_ONCE

    document = TenantForeignKey(Document)
    salt = models.BinaryField(max_length=32)
    parts = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="particulars_key"),
            TenantReference(field="document", name="particulars_are_of_a_document"),
            models.UniqueConstraint(
                fields=["organization", "document"],
                name="particulars_once_per_document",
            ),
        ]


class Erasure(TenantModel):
    """That the personal parts of a document were erased lawfully, and when; with its id."""

    rights = Rights.WRITE_ONCE

    document = TenantForeignKey(Document)
    erased_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="erasure_key"),
            TenantReference(field="document", name="erasure_is_of_a_document"),
            models.UniqueConstraint(fields=["organization", "document"], name="erased_once"),
        ]


class HandedOver(Sealed):
    """That a member delivered a document: printed, downloaded and given."""

    FORMS: ClassVar = {1: ("id", "organization_id", "document_id", "at", "by", "form")}

    document = TenantForeignKey(Document)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="handed_over_key"),
            TenantReference(field="document", name="handed_over_is_of_a_document"),
            models.UniqueConstraint(fields=["organization", "document"], name="handed_over_once"),
        ]
