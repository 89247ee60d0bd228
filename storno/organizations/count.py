"""How often pages behind links are asked for, in each hour: by a link, and from an address."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils.crypto import salted_hmac

from storno.core.defects import told
from storno.organizations.models import Asked

_COUNT = """
WITH address AS (
  INSERT INTO organizations_asked AS asked (id, hour, times) VALUES (%(address)s, %(hour)s, 1)
  ON CONFLICT (id) DO UPDATE SET times = asked.times + 1
  RETURNING times
), link AS (
  INSERT INTO organizations_asked AS asked (id, hour, times)
  SELECT %(link)s, %(hour)s, 1 FROM address WHERE times <= %(of_address)s
  ON CONFLICT (id) DO UPDATE SET times = asked.times + 1
  RETURNING times
)
SELECT count(*) = 0 FROM link WHERE times <= %(of_link)s
"""
"""The address always first, so that two requests never wait for each other crosswise."""

log = logging.getLogger(__name__)


def is_too_often(link: str, address: str, *, of_link: int, of_address: int, at: datetime) -> bool:
    """Count that a link was asked for from an address; whether it was too often in this hour.

    One statement counts both, so two requests at once are two. An address that has asked too often
    uses up no link, nor does it leave rows of links that it tries. What cannot be counted is not
    too often: where the database only reads, pages can still be read.
    """
    hour = _hour_of(at)
    asked: dict[str, UUID | int | datetime] = {
        "address": _id_of("address", address, hour),
        "link": _id_of("link", link, hour),
        "hour": hour,
        "of_address": of_address,
        "of_link": of_link,
    }
    with connection.cursor() as cursor:
        try:
            cursor.execute(_COUNT, asked)
            (is_refused,) = cursor.fetchone()
        except DatabaseError as defect:
            log.warning("A page behind a link was not counted: %s", told(defect))
            connection.close_if_unusable_or_obsolete()  # the page takes another one
            return False
    return bool(is_refused)


def forget_asked(*, at: datetime) -> int:
    """Delete the counts of hours that are over; returns how many."""
    deleted, _each = Asked.objects.filter(hour__lt=_hour_of(at)).delete()
    return deleted


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _id_of(kind: str, value: str, hour: datetime) -> UUID:
    """128 bits, since there the table has no second index as for texts."""
    mac = salted_hmac(f"storno.asked.{kind}", f"{hour:%Y%m%d%H} {value}", algorithm="sha256")
    return UUID(bytes=mac.digest()[:16])
