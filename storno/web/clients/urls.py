"""Addresses of clients, below an organization's."""

from django.urls import path

from storno.web.clients import consents, contacts, views

urlpatterns = [
    path("clients/", views.clients, name="clients"),
    path("clients/new/", views.client_new, name="client_new"),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/invoices/", views.client_invoices, name="client_invoices"),
    path("clients/<uuid:client_id>/consents/", consents.client_consents, name="client_consents"),
    path(
        "clients/<uuid:client_id>/consents/<uuid:template_id>/",
        consents.client_consent,
        name="client_consent",
    ),
    path("clients/<uuid:client_id>/contacts/new/", contacts.contact_new, name="contact_new"),
    path(
        "clients/<uuid:client_id>/contacts/<uuid:contact_id>/",
        contacts.contact,
        name="contact",
    ),
    path(
        "clients/<uuid:client_id>/contacts/<uuid:contact_id>/removal/",
        contacts.contact_remove,
        name="contact_remove",
    ),
    path("clients/<uuid:client_id>/archive/", views.client_archive, name="client_archive"),
    path("clients/<uuid:client_id>/restore/", views.client_restore, name="client_restore"),
]
