"""Lawful erasure of the letters that told members of client money.

One about an invoice goes with what is personal in that (documents/erase.py); one about a payout or
an account names nobody but the member whom it went to, and goes after two years. The one way is the
database's function `erase_money_letters` (erase.sql); what the letters told of stays.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from storno.organizations.scope import scope


def erase_money_letters(organization_id: UUID, *, at: datetime) -> int:
    """Delete the letters whose time is over, with their copies; return how many there were."""
    with scope(organization_id), connection.cursor() as cursor:
        cursor.execute("SELECT erase_money_letters(%s)", [at])
        (erased,) = cursor.fetchone()
    return int(erased)
