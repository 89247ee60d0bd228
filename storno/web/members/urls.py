"""Addresses of the members, below an organization's."""

from django.urls import path

from storno.web.members import views

urlpatterns = [
    path("members/", views.members, name="members"),
]
