"""Phone numbers: what people type, brought into the one form of E.164."""

from collections.abc import Iterator

import phonenumbers
from django.utils.translation import gettext_lazy as _

from storno.core.refusals import FieldError


def e164(text: str, *, country: str) -> str:
    """A number as the world dials it; empty where it is none.

    `country` (ISO 3166-1) is where a number without its country belongs.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def with_country(text: str, *, country: str) -> str:
    """A number as it is dialled from everywhere; with its country already, or none, as typed."""
    if text.startswith(("+", "00")):
        return text
    number = e164(text, country=country)
    return readable(number, country=country) if number else text


def readable(number: str, *, country: str) -> str:
    """A number in E.164 form as it is written in a country; anything else stays as it is."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def number_errors(field: str, text: str, *, country: str) -> Iterator[FieldError]:
    """What is wrong with a number that an SMS shall go to."""
    if not e164(text, country=country):
        yield FieldError(field, "not_a_phone", _("Enter a number like +358 40 123 4567."))
