"""Lawful erasure of what was said to customer service, which may name anybody.

It goes two years after the last word; about an invoice not before that was erased, since it tells
why the invoice was credited (documents/erase.py). The one way is the database's function
`erase_conversations` (erase.sql). That somebody asked, and when, stays.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from storno.organizations.scope import scope


def erase_conversations(organization_id: UUID, *, at: datetime) -> int:
    """Empty messages, and delete their files and letters; return how many of these there were."""
    with scope(organization_id), connection.cursor() as cursor:
        cursor.execute("SELECT erase_conversations(%s)", [at])
        (erased,) = cursor.fetchone()
    return int(erased)
