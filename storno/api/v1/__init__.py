"""Version 1 of the API, put together."""

from storno.api.bearer import ApiToken
from storno.api.errors import install
from storno.api.openapi import Api
from storno.api.reader import StrictJson
from storno.api.v1 import (
    access,
    bank,
    card_payment,
    catalogue,
    client_erasures,
    client_exports,
    client_imports,
    clients,
    consents,
    contacts,
    conversations,
    credit_notes,
    custody,
    diaries,
    documents,
    drafts,
    feed,
    history,
    hours,
    invoices,
    letters,
    members,
    messages,
    notifications,
    organization,
    payment_methods,
    payments,
    payouts,
    refund_cases,
    refunds,
    reminders,
    series,
    sessions,
    statements,
    write_offs,
)

api = Api(
    title="Storno",
    version="1",
    description=(
        "Invoices that can be taken back. Amounts are decimal text, moments RFC 3339 in UTC; "
        "every error is application/problem+json with a stable code."
    ),
    urls_namespace="api-v1",
    auth=ApiToken(),
    parser=StrictJson(),
    docs_url=None,
)
install(api)
api.add_router("/organization", organization.router)
api.add_router("/organization/card-payment", card_payment.router)
api.add_router("/members", members.router)
api.add_router("/clients", client_imports.router)
api.add_router("/clients", client_erasures.router)
api.add_router("/clients", client_exports.router)
api.add_router("/clients", statements.router)
api.add_router("/clients", clients.router)
api.add_router("/clients", contacts.router)
api.add_router("/clients", access.router)
api.add_router("/clients", consents.clients)
api.add_router("/consent-templates", consents.router)
api.add_router("/services", catalogue.router)
api.add_router("/sessions", sessions.router)
api.add_router("/sessions", messages.router)
api.add_router("/series", series.router)
api.add_router("/activities", diaries.activities)
api.add_router("/diaries", diaries.router)
api.add_router("/diaries", hours.router)
api.add_router("/diaries", feed.router)
api.add_router("/closed-days", hours.closed_days)
api.add_router("/drafts", drafts.router)
api.add_router("/invoices", invoices.router)
api.add_router("/invoices", credit_notes.router)
api.add_router("/invoices", payments.invoices)
api.add_router("/invoices", notifications.invoices)
api.add_router("/drafts", notifications.drafts)
api.add_router("/invoices", card_payment.invoices)
api.add_router("/payments", payments.router)
api.add_router("/invoices", refunds.invoices)
api.add_router("/owed-back", refunds.owed_back)
api.add_router("/refunds", refunds.router)
api.add_router("/refund-cases", refund_cases.router)
api.add_router("/desk/refund-cases", refund_cases.desk)
api.add_router("/invoices", reminders.invoices)
api.add_router("/reminders", reminders.router)
api.add_router("/charges", reminders.charges)
api.add_router("/invoices", write_offs.invoices)
api.add_router("/write-offs", write_offs.router)
api.add_router("/bank-files", bank.files)
api.add_router("/bank-entries", bank.entries)
api.add_router("/unmatched", bank.unmatched)
api.add_router("/custody", custody.router)
api.add_router("/payouts", payouts.router)
api.add_router("/payout-account", payouts.account)
api.add_router("/payment-methods", payment_methods.router)
api.add_router("/documents", documents.router)
api.add_router("/documents", letters.documents)
api.add_router("/letters", letters.router)
api.add_router("/conversations", conversations.router)
api.add_router("/history", history.router)
