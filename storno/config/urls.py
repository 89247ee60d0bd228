"""Every address of Storno, by door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("storno.web.sign_in.urls")),
]
