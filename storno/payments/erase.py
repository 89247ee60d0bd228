"""Lawful erasure of what somebody wrote as the reason of a reversal, which may name a person.

It goes once the invoice has been erased (documents/erase.py), by the database's function
`erase_reversal_reasons` (erase.sql); the reversal, its moment and its seal stay.
"""

from uuid import UUID

from django.db import connection

from storno.organizations.scope import scope


def erase_reasons(organization_id: UUID) -> int:
    """Empty the reasons of reversals on erased invoices; return how many there were."""
    with scope(organization_id), connection.cursor() as cursor:
        cursor.execute("SELECT erase_reversal_reasons()")
        (emptied,) = cursor.fetchone()
    return int(emptied)
