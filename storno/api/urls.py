"""The addresses of the API, and the two that say how the server is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja.openapi.views import openapi_json

from storno.api.errors import failure
from storno.api.health import healthz, readyz
from storno.api.v1 import api


@csrf_exempt
@require_safe
def described(_request: HttpRequest) -> HttpResponse:
    """The root of the API leads to its description."""
    return redirect("api-v1:openapi-json")


@csrf_exempt
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """What the API can do, for programs (OpenAPI 3.1); only read, other than the framework says."""
    return openapi_json(request, api)


@csrf_exempt
def nowhere(_request: HttpRequest) -> HttpResponse:
    """What is not in the API is absent from it, without a page."""
    return failure(404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", described),
    path("api/v1/openapi.json", description),
    path("api/v1/", api.urls),
    re_path(r"^api(?:/|$)", nowhere),
]
