"""Addresses of clients, below an organization's."""

from django.urls import path

from storno.web.clients import (
    access,
    consents,
    contacts,
    deletion,
    erasure,
    exports,
    imports,
    statement,
    views,
)

urlpatterns = [
    path("clients/", views.clients, name="clients"),
    path("clients/new/", views.client_new, name="client_new"),
    path("clients/erasures/", erasure.erasures, name="erasures"),
    path("clients/import/", imports.client_import, name="client_import"),
    path("clients/imports/<uuid:import_id>/", imports.client_rows, name="client_rows"),
    path("clients/imports/<uuid:import_id>/taking/", imports.client_taking, name="client_taking"),
    path(
        "clients/imports/<uuid:import_id>/deletion/",
        imports.client_import_given_up,
        name="client_import_given_up",
    ),
    path(
        "clients/imports/<uuid:import_id>/undoing/", imports.client_untaking, name="client_untaking"
    ),
    path(
        "clients/imports/<uuid:import_id>/wrong.csv",
        imports.client_wrong_rows,
        name="client_wrong_rows",
    ),
    path("clients/clients.csv", exports.clients_csv, name="clients_csv"),
    path("clients/contacts.csv", exports.contacts_csv, name="contacts_csv"),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/export/", exports.client_zip, name="client_zip"),
    path("clients/<uuid:client_id>/erasure/", erasure.client_erasure, name="client_erasure"),
    path("clients/<uuid:client_id>/retention/", erasure.client_retention, name="client_retention"),
    path("clients/<uuid:client_id>/invoices/", views.client_invoices, name="client_invoices"),
    path(
        "clients/<uuid:client_id>/statement/", statement.client_statement, name="client_statement"
    ),
    path(
        "clients/<uuid:client_id>/statement/letters/",
        statement.client_statement_send,
        name="client_statement_send",
    ),
    path(
        "clients/<uuid:client_id>/statement.csv",
        statement.client_statement_csv,
        name="client_statement_csv",
    ),
    path(
        "clients/<uuid:client_id>/statement.pdf",
        statement.client_statement_pdf,
        name="client_statement_pdf",
    ),
    path("clients/<uuid:client_id>/consents/", consents.client_consents, name="client_consents"),
    path(
        "clients/<uuid:client_id>/consents/<uuid:template_id>/",
        consents.client_consent,
        name="client_consent",
    ),
    path("clients/<uuid:client_id>/access/", access.client_access, name="client_access"),
    path("clients/<uuid:client_id>/access/share/", access.client_share, name="client_share"),
    path("clients/<uuid:client_id>/transfer/", access.client_transfer, name="client_transfer"),
    path(
        "clients/<uuid:client_id>/access/<uuid:care_id>/withdrawal/",
        access.client_withdraw,
        name="client_withdraw",
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
    path("clients/<uuid:client_id>/deletion/", deletion.client_delete, name="client_delete"),
    path("clients/<uuid:client_id>/archive/", views.client_archive, name="client_archive"),
    path("clients/<uuid:client_id>/restore/", views.client_restore, name="client_restore"),
]
