"""Where an invitation is accepted; letters bear this address."""

from django.urls import path

from storno.web.join import views

urlpatterns = [path("join/<str:signed>/", views.join, name="join")]
