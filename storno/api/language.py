"""The languages that Storno speaks: that of a request, and that of a paper."""

from django.utils.translation import get_language

from storno.printing.labels import Language


def language_called(code: str | None) -> Language:
    """The language of this code; English for any other."""
    match code:
        case "fi":
            return "fi"
        case "nb":
            return "nb"
        case _:
            return "en"


def spoken_language() -> Language:
    """The language of the request, from its Accept-Language."""
    return language_called(get_language())
