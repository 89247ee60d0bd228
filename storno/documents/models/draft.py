"""Drafts: what can still be changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storno.clients.models import Client
from storno.documents.models.words import FollowUp, Kind, LineFields, Reason
from storno.organizations.keys import TenantForeignKey, TenantKey, TenantReference
from storno.organizations.models import Channel
from storno.organizations.tenant import TenantModel


class Draft(TenantModel):
    """An invoice in the making, or a paper on hold.

    `goes_at` is the departure: while it lies ahead nothing has happened and everything can be taken
    back. A held credit note is a draft of kind `credit_note`: it names the invoice it `credits`,
    and `credit_request` says how much of it (null: everything that is left); `tells` whether the
    client gets a message where its session is cancelled with it (null: as the session says);
    `refunded_on` and `refund_method` how what is then owed back was given back, if it was;
    `desk_case_id` is the refund case by which customer service credits what has been paid.
    `case_number` is what the buyer calls the matter by which it pays for somebody (BT-12).
    `replaces` names the invoice a corrected draft stands for; `waits_for` the held credit note it
    must not overtake. `external_at`: since then it is a record of an invoice in another system; the
    other `external_` columns say what is known of that. `issues_at`: then it is issued by itself,
    and its payment notified; until it is finalised it stays as editable as any. `version` counts
    saves: a stale page cannot overwrite a newer one.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices)
    recipient = TenantForeignKey(Client, null=True)
    currency = models.CharField(max_length=3)
    language = models.CharField(_("language"), max_length=2)
    channel = models.CharField(_("sent"), max_length=10, choices=Channel.choices)
    deliver_to = models.EmailField(_("other address"), max_length=254, blank=True)
    due_in_days = models.PositiveSmallIntegerField(_("days to pay"), null=True)
    term_agreed = models.BooleanField(_("agreed in writing"), default=False)
    delivered_on = models.DateField(_("delivered on"), null=True)
    buyer_reference = models.CharField(_("your reference"), max_length=70, blank=True)
    case_number = models.CharField(_("case number"), max_length=70, blank=True, default="")
    opening_text = models.CharField(_("text above the lines"), max_length=1000, blank=True)
    closing_text = models.CharField(_("text below the lines"), max_length=1000, blank=True)
    exemption_reason = models.CharField(_("why no VAT"), max_length=200, blank=True)

    credits = TenantForeignKey("documents.Document", null=True)
    credit_request = models.JSONField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    reason_text_printed = models.BooleanField(default=False)
    follow_up = models.CharField(max_length=20, choices=FollowUp.choices, blank=True)
    tells = models.BooleanField(null=True)
    refunded_on = models.DateField(null=True)
    refund_method = models.CharField(max_length=40, blank=True, default="")
    desk_case_id = models.UUIDField(null=True)
    replaces = TenantForeignKey("documents.Document", null=True)
    waits_for = TenantForeignKey("self", null=True)

    external_at = models.DateTimeField(null=True)
    external_number = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    external_paid_on = models.DateField(null=True)
    external_paid_by = models.CharField(max_length=40, blank=True, default="")

    issues_at = models.DateTimeField(null=True)
    goes_at = models.DateTimeField(null=True)
    finalised_by = models.UUIDField(null=True)
    failure = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="draft_key"),
            TenantReference(field="recipient", name="draft_recipient_is_a_client"),
            TenantReference(field="credits", name="draft_credits_an_invoice"),
            TenantReference(field="replaces", name="draft_replaces_an_invoice"),
            TenantReference(field="waits_for", name="draft_waits_for_a_draft"),
            models.CheckConstraint(
                condition=Q(kind="credit_note") ^ Q(credits=None),
                name="held_credit_note_names_its_invoice",
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit_note") | Q(goes_at__isnull=False),
                name="held_credit_note_has_a_departure",
            ),
            models.UniqueConstraint(
                fields=["organization", "credits"],
                name="one_held_credit_note_per_invoice",
            ),
            models.CheckConstraint(
                condition=Q(refunded_on=None, refund_method="")
                | Q(kind="credit_note", refunded_on__isnull=False) & ~Q(refund_method=""),
                name="refund_beside_a_held_credit_note",
            ),
            models.CheckConstraint(
                condition=Q(external_at=None) | Q(kind="invoice", goes_at=None),
                name="external_record_does_not_leave",
            ),
            models.CheckConstraint(
                condition=Q(external_at__isnull=False)
                | Q(external_number="", external_paid_on=None, external_paid_by=""),
                name="only_external_records_have_details",
            ),
            models.CheckConstraint(
                condition=Q(issues_at=None) | Q(kind="invoice", external_at=None),
                name="only_own_invoices_issue_by_themselves",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["goes_at"],
                condition=Q(goes_at__isnull=False),
                name="drafts_on_hold",
            ),
            models.Index(
                fields=["organization", "goes_at", "id"],
                condition=Q(goes_at__isnull=False),
                name="drafts_on_hold_of_one",
            ),
            models.Index(
                fields=["issues_at"],
                condition=Q(issues_at__isnull=False, goes_at=None),
                name="drafts_automatic",
            ),
            models.Index(
                fields=["organization", "issues_at", "id"],
                condition=Q(issues_at__isnull=False, goes_at=None),
                name="drafts_automatic_of_one",
            ),
            models.Index(fields=["organization", "kind", "id"], name="drafts_newest_first"),
            models.Index(fields=["organization", "recipient", "id"], name="drafts_of_client"),
            models.Index(fields=["organization", "replaces"], name="drafts_that_replace"),
            models.Index(
                fields=["organization", "waits_for"],
                condition=Q(waits_for__isnull=False),
                name="drafts_that_wait",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(goes_at=None, external_at=None),
                name="drafts_to_decide",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(replaces__isnull=False, waits_for__isnull=True, failure="")
                & Q(goes_at=None, issues_at=None, external_at=None),
                name="drafts_awaiting_decision",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=~Q(failure=""),
                name="drafts_that_failed",
            ),
            models.Index(
                fields=["organization", "id"],
                condition=Q(external_at__isnull=False),
                name="drafts_external",
            ),
            models.Index(
                fields=["organization", "external_number"],
                condition=~Q(external_number=""),
                name="drafts_by_external_number",
            ),
        ]


class DraftLine(TenantModel, LineFields):
    """A line that can still be changed; without a day of its own it has the draft's.

    `served` is whose session it bills: to another payer it says no more of them than that may read.
    """

    draft = TenantForeignKey(Draft, related_name="lines")
    served = TenantForeignKey(Client, null=True)
    description = models.CharField(_("description"), max_length=300)
    delivered_on = models.DateField(_("delivered on"), null=True)

    class Meta:
        constraints: ClassVar = [
            TenantKey(name="draft_line_key"),
            TenantReference(field="draft", name="draft_line_is_of_a_draft", cascade=True),
            TenantReference(field="served", name="draft_line_serves_a_client"),
            models.UniqueConstraint(
                fields=["organization", "draft", "position"],
                name="draft_line_has_its_place",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "served"],
                condition=Q(served__isnull=False),
                name="draft_lines_by_who_is_served",
            ),
            models.Index(
                fields=["organization", "source_id"],
                condition=Q(source_id__isnull=False),
                name="draft_lines_by_source",
            ),
        ]
