"""Addresses of the settings, below an organization's."""

from django.urls import path

from storno.web.settings import card, closed, consents, kid, payment_methods, payouts, views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/seller/", views.seller, name="settings_seller"),
    path("settings/working/", views.working, name="settings_working"),
    path("settings/numbers/", views.numbers, name="settings_numbers"),
    path("settings/kid/", kid.kid, name="settings_kid"),
    path("settings/closed/", closed.closed, name="settings_closed"),
    path("settings/closed/holidays/", closed.holidays_kept, name="settings_holidays"),
    path(
        "settings/closed/<uuid:closed_days_id>/remove/",
        closed.closed_remove,
        name="settings_closed_remove",
    ),
    path(
        "settings/payment-methods/",
        payment_methods.payment_methods,
        name="settings_payment_methods",
    ),
    path("settings/online-payment/", card.card, name="settings_card"),
    path("settings/online-payment/end/", card.card_end, name="settings_card_end"),
    path("settings/payouts/", payouts.payouts, name="settings_payouts"),
    path("settings/payouts/rate/", payouts.payouts_rate, name="settings_payouts_rate"),
    path("settings/payouts/keep/", payouts.payouts_keep, name="settings_payouts_keep"),
    path("settings/payouts/told/", payouts.payouts_told, name="settings_payouts_told"),
    path("settings/consents/", consents.consents, name="settings_consents"),
    path("settings/consents/<uuid:template_id>/", consents.consent, name="settings_consent"),
    path(
        "settings/consents/<uuid:template_id>/archive/",
        consents.consent_archive,
        name="settings_consent_archive",
    ),
    path(
        "settings/consents/<uuid:template_id>/restore/",
        consents.consent_restore,
        name="settings_consent_restore",
    ),
    path("settings/tokens/", views.tokens, name="settings_tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", views.token_revoke, name="token_revoke"),
]
