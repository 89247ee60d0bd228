"""What people type: brought into one form, and what is wrong with it."""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError
from storno.printing.glyphs import is_blank

LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, lone surrogates, and the marks that make a text read other than it is written
(bidirectional embeddings, overrides and isolates: Unicode TR 36 §2.5). Tab and line ends stay."""


def tidy(text: str) -> str:
    """A text of one line in normal form (NFC), with single blanks inside and none around.

    One of which nothing can be seen is empty, unless `text_errors` names what it consists of.
    """
    tidied = " ".join(unicodedata.normalize("NFC", text).split())
    return "" if is_blank(tidied) and not _UNPRINTABLE.search(tidied) else tidied


def text_errors(
    field: str, text: str, *, longest: int, required: bool = False
) -> Iterator[FieldError]:
    """What is wrong with a text: missing, too long, or with characters that no paper can show."""
    unprintable = _UNPRINTABLE.search(text)
    if required and is_blank(text) and not unprintable:
        yield FieldError(field, "required", _("This is needed."))
    if len(text) > longest:
        yield FieldError(
            field, "too_long", _("At most %(longest)d characters.") % {"longest": longest}
        )
    if unprintable:
        yield FieldError(field, "unprintable", _("Remove the unprintable characters."))


def email_errors(field: str, address: str, *, required: bool = False) -> Iterator[FieldError]:
    """What is wrong with an e-mail address; an empty one is right where it is not required."""
    wrong = list(text_errors(field, address, longest=LONGEST_EMAIL, required=required))
    yield from wrong
    if wrong or not address:
        return
    try:
        validate_email(address)
    except ValidationError:
        yield FieldError(field, "not_an_email", _("Enter an e-mail address like anna@example.com."))


def figure_errors(
    field: str, figure: Decimal, *, largest: Decimal, decimals: int
) -> Iterator[FieldError]:
    """What is wrong with a figure: none at all, negative, too large, too many decimals."""
    if not figure.is_finite():
        yield FieldError(field, "not_a_number", _("Enter a number."))
    elif figure < 0:
        yield FieldError(field, "negative", _("Enter a number that is not negative."))
    elif figure > largest:
        most = number_format(largest, force_grouping=True)
        yield FieldError(field, "too_large", _("At most %(largest)s.") % {"largest": most})
    elif is_finer(figure, decimals):
        yield FieldError(
            field, "too_many_decimals", _("At most %(count)d decimals.") % {"count": decimals}
        )


def is_finer(figure: Decimal, decimals: int) -> bool:
    """Whether a finite figure has more decimals than so many; noughts at its end are none."""
    return figure != round(figure, decimals)
