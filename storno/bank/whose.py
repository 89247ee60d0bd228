"""Whose a bank file is: told by the accounts that stand in it, outside of any scope."""

from typing import BinaryIO

from django.db import connection

from storno.bank.take_in import FileIsFaulty
from storno.banking.entry import Statement
from storno.banking.read import read
from storno.banking.unreadable import Unreadable
from storno.organizations.models import Organization


def organizations_of_file(file: BinaryIO) -> list[Organization]:
    """Who has an account that a file, open in binary and seekable, tells of.

    Of client money it is the operator, not the sellers whose documents bear its account. Raises
    FileIsFaulty.
    """
    try:
        accounts = {each.account for each in read(file) if isinstance(each, Statement)}
    except Unreadable as why:
        raise FileIsFaulty(why) from None
    finally:
        file.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT organizations_with_account(%s)", [list(accounts)])
        ids = [id_ for (id_,) in cursor.fetchall()]
    return list(Organization.objects.filter(id__in=ids).order_by("slug"))
