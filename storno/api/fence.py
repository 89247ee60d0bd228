"""The fence around the API: no cookie comes in, no page goes out."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from storno.api.errors import MEDIA_TYPE, failure
from storno.core.defects import told

log = logging.getLogger(__name__)

OURS = {"/api", "/healthz", "/readyz"}


class ApiFence:
    """Middleware around all that knows of cookies and pages.

    Under /api a request has no cookies, so that nothing but a token authenticates it, and reads no
    language but its Accept-Language. A HEAD is answered as the GET would be, without the body (RFC
    9110 §9.3.2). An error that is not ours (a wrong method, a defect) is answered in the one shape
    of errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if not _is_for_us(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        with translation.override(translation.get_language_from_request(request)):
            response = self._answer(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST and not _is_ours(response):
                response = _retold(response)
        response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return failure(400)
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            return failure(411)  # WSGI hands over no body whose length was not said
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        response.content = b""  # its Content-Length stays that of the GET
        return response

    def process_exception(self, request: HttpRequest, defect: Exception) -> HttpResponse | None:
        """Answer a defect without a page; who runs Storno finds it in the log."""
        if not _is_for_us(request):
            return None
        if isinstance(defect, Http404):
            return failure(404)
        log.error("a defect at %s %s: %s", request.method, request.path, told(defect))
        return failure(500)


def _is_for_us(request: HttpRequest) -> bool:
    return request.path_info in OURS or request.path_info.startswith("/api/")


def _is_ours(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type") == MEDIA_TYPE


def _retold(response: HttpResponse) -> HttpResponse:
    ours = failure(response.status_code)
    if "Allow" in response:
        methods = {method.strip() for method in response["Allow"].split(",")}
        ours["Allow"] = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    return ours
