"""The values of the API as they are written in JSON: read strictly, shown in one form.

Amounts, quantities and percentages are text, so no reader on the way turns them into binary
fractions; days are ISO 8601, moments RFC 3339 in UTC, ids UUIDs.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MOST_DIGITS = 30
"""So many on each side of the point are read; the rooms say how many make sense."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,30}))?")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class Body(Schema):
    """What a caller sends: each field of its own JSON type, and no field that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(Schema):
    """What a caller asks for in the address, where all is text."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What the API answers with."""

    model_config = ConfigDict(extra="forbid")


def unsent() -> Any:
    """The default of a field that may be left out but, sent, is never null."""
    return Field(default=None, json_schema_extra=_tell_no_default)


def _tell_no_default(shown: dict[str, Any]) -> None:
    shown.pop("default", None)


def _wrong(code: str) -> PydanticCustomError:
    """A value that cannot be read; `errors.py` has the sentence of its code."""
    return PydanticCustomError(code, "{code}", {"code": code})


def _read_amount(value: object) -> int:
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong("not_an_amount")
    sign, whole, cents = found.groups(default="")
    if len(cents) > 2:
        raise _wrong("not_whole_cents")
    if len(whole.lstrip("0")) > 12:
        raise _wrong("too_large")
    return int(sign + whole + cents.ljust(2, "0"))


def _read_price(value: object) -> Decimal:
    if not isinstance(value, str) or _NUMBER.fullmatch(value) is None:
        raise _wrong("not_an_amount")
    return Decimal(value)


def _read_number(value: object) -> Decimal:
    if type(value) is int:
        if abs(value) >= 10**MOST_DIGITS:
            raise _wrong("too_large")
        return Decimal(value)
    if not isinstance(value, str) or _NUMBER.fullmatch(value) is None:
        raise _wrong("not_a_number")
    return Decimal(value)


def _read_day(value: object) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong("not_a_day")


def _read_time(value: object) -> time:
    if isinstance(value, str) and _TIME.fullmatch(value):
        return time.fromisoformat(value)
    raise _wrong("not_a_time")


def _read_moment(value: object) -> datetime:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _wrong("not_a_moment")


def _read_id(value: object) -> UUID:
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise _wrong("not_an_id")
    return UUID(value)


def _check_text(value: str) -> str:
    if _UNKEEPABLE.search(value):
        raise _wrong("unprintable")
    return value


def _text(pattern: str, example: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example], **more})


Amount = Annotated[
    int, BeforeValidator(_read_amount), _text(r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$", "1255.00")
]
"""An amount in the invoice's currency, read into minor units."""

Price = Annotated[
    Decimal, BeforeValidator(_read_price), _text(r"^[0-9]{1,8}(\.[0-9]{1,4})?$", "1000.00")
]
"""A price in the major unit, with up to four decimals."""

Number = Annotated[
    Decimal,
    BeforeValidator(_read_number),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,7}(\.[0-9]{1,4})?$"},
                {"type": "integer", "minimum": 0, "maximum": 9_999_999},
            ],
            "examples": ["1.5"],
        }
    ),
]
"""A quantity or percentage: decimal text, or a whole JSON number."""

Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-06-16"]}),
]

Time = Annotated[
    time,
    BeforeValidator(_read_time),
    _text(r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "10:00"),
]
"""A local time of day."""

Moment = Annotated[
    datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-06-16T11:00:00+02:00"]}
    ),
]
"""A moment with its offset from UTC (RFC 3339), read into UTC."""

Id = Annotated[
    UUID, BeforeValidator(_read_id), WithJsonSchema({"type": "string", "format": "uuid"})
]

T = TypeVar("T")
Chosen = Annotated[T, Field(strict=False)]
"""One word of a list."""

Text = Annotated[str, AfterValidator(_check_text)]
"""Text that the database can keep; how long it may be, the rooms say."""

Search = Annotated[Text, Field(max_length=100)]
"""What somebody looks for."""

ShownAmount = Annotated[str, _text(r"^-?[0-9]+\.[0-9]{2}$", "1255.00")]

ShownPrice = Annotated[str, _text(r"^[0-9]+\.[0-9]{2,4}$", "1000.00")]

ShownNumber = Annotated[str, _text(r"^[0-9]+(\.[0-9]+)?$", "1.5")]

ShownTime = Annotated[str, _text(r"^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$", "10:00")]

ShownMoment = Annotated[str, _text(r"Z$", "2026-06-16T09:12:00Z", format="date-time")]


def price_text(price: Decimal) -> str:
    """A price with as many decimals as it needs, two at least."""
    plain = number_text(price)
    whole, _point, decimals = plain.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def number_text(number: Decimal) -> str:
    """A quantity or percentage without trailing zeros: 1, 1.5, 25.5."""
    return f"{number.normalize():f}"


def time_text(of_day: time) -> str:
    """A local time of day, with its seconds only where there are any."""
    return of_day.isoformat("seconds" if of_day.second else "minutes")


def moment_text(moment: datetime) -> str:
    """A moment in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_or_none(moment: datetime | None) -> str | None:
    """A moment that may not have come."""
    return None if moment is None else moment_text(moment)
