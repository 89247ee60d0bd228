"""Addresses of the mailbox, below an organization's."""

from django.urls import path

from storno.web.mailbox import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
]
