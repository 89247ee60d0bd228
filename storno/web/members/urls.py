"""Addresses of members, below an organization's."""

from django.urls import path

from storno.web.members import left, views

urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/invite/", views.member_invite, name="member_invite"),
    path("members/left/<uuid:person_id>/clients/", left.member_clients, name="member_clients"),
    path("members/leave/", views.member_leave, name="member_leave"),
    path("members/<uuid:membership_id>/roles/", views.member_roles, name="member_roles"),
    path("members/<uuid:membership_id>/remove/", views.member_remove, name="member_remove"),
    path(
        "members/invitations/<uuid:invitation_id>/withdraw/",
        views.invitation_withdraw,
        name="invitation_withdraw",
    ),
]
