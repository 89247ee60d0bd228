"""Addresses of arrival."""

from django.urls import path

from storno.web.home import views

urlpatterns = [
    path("", views.root, name="root"),
    path("organizations/", views.organizations, name="organizations"),
    path("o/<slug:slug>/", views.home, name="home"),
    path("o/<slug:slug>/help/", views.help_page, name="help"),
]
