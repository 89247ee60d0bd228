"""Addresses of refund cases, below an organization's."""

from django.urls import path

from storno.web.cases import views

urlpatterns = [
    path("invoices/<uuid:invoice_id>/refund-case/", views.refund_case_new, name="refund_case_new"),
    path("refund-cases/<uuid:case_id>/", views.refund_case, name="refund_case"),
    path("refund-cases/<uuid:case_id>/end/", views.refund_case_end, name="refund_case_end"),
]
