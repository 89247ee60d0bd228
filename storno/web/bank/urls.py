"""Addresses of what a bank told, below an organization's."""

from django.urls import path

from storno.web.bank import balance, entry, views

urlpatterns = [
    path("bank/", views.bank, name="bank"),
    path("bank/balance/", balance.bank_of_clients, name="bank_balance"),
    path("bank/files/", views.bank_files, name="bank_files"),
    path("bank/files/new/", views.bank_upload, name="bank_upload"),
    path("bank/files/<uuid:file_id>/", views.bank_file, name="bank_file"),
    path("bank/entries/<uuid:entry_id>/", entry.bank_entry, name="bank_entry"),
    path("bank/entries/<uuid:entry_id>/match/", entry.entry_match, name="entry_match"),
    path("bank/entries/<uuid:entry_id>/aside/", entry.entry_aside, name="entry_aside"),
    path("bank/entries/<uuid:entry_id>/taking-up/", entry.entry_taken_up, name="entry_taken_up"),
    path("bank/entries/<uuid:entry_id>/undoing/", entry.entry_undoing, name="entry_undoing"),
]
