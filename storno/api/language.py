"""The language that a request is answered in."""

from django.utils.translation import get_language

from storno.printing.labels import Language, language_called


def spoken_language() -> Language:
    """The language of the request, from its Accept-Language."""
    return language_called(get_language())
