"""Addresses of the conversations with customer service, below an organization's."""

from django.urls import path

from storno.web.support import views

urlpatterns = [
    path("conversations/", views.conversations, name="conversations"),
    path("conversations/new/", views.conversation_new, name="conversation_new"),
    path("conversations/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path(
        "conversations/files/<uuid:attachment_id>/",
        views.conversation_file,
        name="conversation_file",
    ),
]
