"""The fence around the API: no cookie comes in, no page goes out."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from storno.api.errors import MEDIA_TYPE, failure


class ApiFence:
    """Middleware, the outermost: what it does holds whatever stands inside.

    Under /api/ a request has no cookies, so that nothing but a token authenticates it, and reads no
    language but its Accept-Language. An error that is not ours (an unknown address, a wrong method,
    a defect) is answered in the one shape of errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        if request.path_info != "/api" and not request.path_info.startswith("/api/"):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST and not _is_ours(response):
                response = _retold(response)
        response["Cache-Control"] = "no-store"
        return response


def _is_ours(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type") == MEDIA_TYPE


def _retold(response: HttpResponse) -> HttpResponse:
    told = failure(response.status_code)
    if "Allow" in response:
        told["Allow"] = response["Allow"]
    return told
