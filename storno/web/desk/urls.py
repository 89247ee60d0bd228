"""Addresses of customer service, outside of all organizations."""

from django.urls import path

from storno.web.desk import conversation, queue, visits

urlpatterns = [
    path("", queue.queue, name="desk"),
    path("visits/", visits.visits, name="desk_visits"),
    path(
        "conversations/<uuid:conversation_id>/",
        conversation.desk_conversation,
        name="desk_conversation",
    ),
    path(
        "conversations/<uuid:conversation_id>/hand/",
        conversation.desk_hand,
        name="desk_hand",
    ),
    path(
        "conversations/<uuid:conversation_id>/end/",
        conversation.desk_end,
        name="desk_end",
    ),
    path(
        "conversations/<uuid:conversation_id>/files/<uuid:attachment_id>/",
        conversation.desk_file,
        name="desk_file",
    ),
]
