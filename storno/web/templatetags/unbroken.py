"""Numbers of papers in headings, lists and sentences: no line ends at the hyphen of 2026-K1.

It is a matter of the page alone: what is copied, searched or sent is the number as it is. Nor does
it turn around beside a name that is written from right to left.
"""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from storno.numbering.take import LONGEST_NUMBER

register = template.Library()

_SIGNS = "A-Za-z0-9._/-"
_NUMBER = re.compile(
    rf"(?<![:@&#{_SIGNS}])"
    r"(?=[A-Za-z._/-]*[0-9])(?=[A-Za-z0-9._]*[/-])"
    rf"[{_SIGNS}]{{1,{LONGEST_NUMBER - 1}}}[A-Za-z0-9](?![A-Za-z0-9_@/-])"
)
"""A word of the signs that numbers consist of, with a digit and a place where a line could end."""

_TAG = re.compile("(<[^>]*>)")


@register.filter
def unbroken(words: object) -> SafeString:
    """Words for a page, each number in them held together; links in them stay as they are."""
    parts = _TAG.split(conditional_escape(str(words)))
    held = (
        part if part.startswith("<") else _NUMBER.sub(r'<bdi class="nowrap">\g<0></bdi>', part)
        for part in parts
    )
    return mark_safe("".join(held))  # noqa: S308 escaped above
