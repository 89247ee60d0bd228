"""The addresses of the API, and the two that say how the server is."""

from django.urls import URLPattern, URLResolver, path

from storno.api.health import healthz, readyz
from storno.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", api.urls),
]
