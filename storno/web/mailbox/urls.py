"""Addresses of the mailbox, below an organization's."""

from django.urls import path

from storno.web.mailbox import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<uuid:letter_id>/", views.letter, name="letter"),
    path("mailbox/<uuid:letter_id>/page/", views.letter_html, name="letter_html"),
    path(
        "mailbox/<uuid:letter_id>/attachments/<int:position>/",
        views.letter_attachment,
        name="letter_attachment",
    ),
]
