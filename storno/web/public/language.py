"""In whose language a page behind a link speaks: that of who got it, whatever the browser says."""

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest
from django.utils import translation

from storno.core.refusals import Absent


def speak_as(language_behind: Callable[[str], str], key: str, request: HttpRequest) -> None:
    """Speak the language behind a link until the request is answered, refusals and errors included.

    Of a link that opens nothing nobody knows one, so the browser's stays.
    """
    with suppress(Absent):
        translation.activate(language_behind(key))
        request.LANGUAGE_CODE = translation.get_language()
