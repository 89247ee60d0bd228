"""The address of jumping, below an organization's."""

from django.urls import path

from storno.web.jump import views

urlpatterns = [path("jump/", views.jump, name="jump")]
