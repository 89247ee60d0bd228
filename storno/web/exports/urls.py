"""Addresses of what the accountant gets, below an organization's."""

from django.urls import path

from storno.web.exports import views

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/documents.csv", views.documents, name="export_documents"),
    path("exports/payments.csv", views.payments, name="export_payments"),
]
