"""Addresses of what was paid out of client money, below an organization's."""

from django.urls import path

from storno.web.payouts import money, views

urlpatterns = [
    path("money/", money.money, name="money"),
    path("money/csv/", money.money_csv, name="money_csv"),
    path("payouts/", views.payouts, name="payouts"),
    path("payouts/<uuid:payout_id>/", views.payout, name="payout"),
    path("payouts/<uuid:payout_id>/csv/", views.payout_csv, name="payout_csv"),
]
