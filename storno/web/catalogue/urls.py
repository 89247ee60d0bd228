"""Addresses of the catalogue, below an organization's."""

from django.urls import path

from storno.web.catalogue import views

urlpatterns = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/new/", views.service_new, name="service_new"),
    path("catalogue/<uuid:service_id>/", views.service, name="service"),
    path("catalogue/<uuid:service_id>/archive/", views.service_archive, name="service_archive"),
    path("catalogue/<uuid:service_id>/restore/", views.service_restore, name="service_restore"),
]
