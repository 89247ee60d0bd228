"""Addresses of papers, below an organization's."""

from django.urls import path

from storno.web.papers import (
    amend,
    credit,
    delete,
    draft,
    drafts,
    external,
    invoice,
    invoices,
    new_client,
    notify,
    payments,
    refunds,
    sending,
)

urlpatterns = [
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/list.csv", invoices.invoices_csv, name="invoices_csv"),
    path("invoices/<uuid:invoice_id>/", invoice.invoice, name="invoice"),
    path("invoices/<uuid:invoice_id>/credit-note/", credit.invoice_credit, name="invoice_credit"),
    path(
        "invoices/<uuid:invoice_id>/credit-note/pending.pdf",
        invoice.invoice_credit_pdf,
        name="invoice_credit_pdf",
    ),
    path("invoices/<uuid:invoice_id>/credit-note/undo/", credit.invoice_undo, name="invoice_undo"),
    path("invoices/<uuid:invoice_id>/payments/", payments.invoice_payment, name="invoice_payment"),
    path("invoices/<uuid:invoice_id>/notifications/", notify.invoice_notify, name="invoice_notify"),
    path("invoices/<uuid:invoice_id>/pause/", notify.invoice_pause, name="invoice_pause"),
    path("invoices/<uuid:invoice_id>/resumption/", notify.invoice_resume, name="invoice_resume"),
    path("drafts/<uuid:draft_id>/by-hand/", notify.draft_by_hand, name="draft_by_hand"),
    path(
        "payments/<uuid:payment_id>/reversal/", payments.payment_reversal, name="payment_reversal"
    ),
    path("invoices/<uuid:invoice_id>/refunds/", refunds.invoice_refund, name="invoice_refund"),
    path("invoices/<uuid:invoice_id>/offset/", refunds.invoice_offset, name="invoice_offset"),
    path("refunds/<uuid:refund_id>/reversal/", refunds.refund_reversal, name="refund_reversal"),
    path("credit-notes/<uuid:document_id>/", invoice.credit_note, name="credit_note"),
    path("documents/<uuid:document_id>/pdf/", invoice.document_pdf, name="document_pdf"),
    path("documents/<uuid:document_id>/letters/", sending.invoice_send, name="invoice_send"),
    path(
        "documents/<uuid:document_id>/handover/",
        sending.document_handover,
        name="document_handover",
    ),
    path("letters/<uuid:letter_id>/again/", sending.letter_again, name="letter_again"),
    path("letters/<uuid:letter_id>/address/", sending.letter_redirect, name="letter_redirect"),
    path("drafts/new/", drafts.draft_new, name="draft_new"),
    path("drafts/client/", new_client.draft_client, name="draft_client"),
    path("drafts/<uuid:draft_id>/", draft.draft, name="draft"),
    path("drafts/<uuid:draft_id>/edit/", drafts.draft_edit, name="draft_edit"),
    path("drafts/<uuid:draft_id>/price/", amend.draft_price, name="draft_price"),
    path("drafts/<uuid:draft_id>/recipient/", amend.draft_recipient, name="draft_recipient"),
    path("drafts/<uuid:draft_id>/preview.pdf", draft.draft_preview, name="draft_preview"),
    path("drafts/<uuid:draft_id>/finalisation/", draft.draft_finalise, name="draft_finalise"),
    path("drafts/<uuid:draft_id>/withdrawal/", draft.draft_withdraw, name="draft_withdraw"),
    path("drafts/<uuid:draft_id>/copy/", draft.draft_copy, name="draft_copy"),
    path("drafts/<uuid:draft_id>/external/", external.draft_external, name="draft_external"),
    path(
        "drafts/<uuid:draft_id>/external/details/",
        external.draft_external_details,
        name="draft_external_details",
    ),
    path("drafts/<uuid:draft_id>/external/back/", external.draft_internal, name="draft_internal"),
    path("drafts/<uuid:draft_id>/deletion/", delete.draft_delete, name="draft_delete"),
]
