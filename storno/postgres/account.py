"""Choose whom the server runs as: PostgreSQL refuses root, so root lends it another account."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from storno.postgres.refuse import PostgresRefused

LENT = ("storno", "postgres", "nobody")
"""Accounts that root may lend, best first: create a system user `storno` to have one of its own."""


class NoAccount(PostgresRefused):
    """There is no account under which PostgreSQL would run."""


@dataclass(frozen=True)
class Account:
    """A user of the machine that runs the server in root's place."""

    name: str
    uid: int
    gid: int


class AsAccount(TypedDict, total=False):
    """The arguments of `subprocess` that change the user."""

    user: int
    group: int
    extra_groups: list[int]


def choose_account(cluster: Path) -> Account | None:
    """None where we are an ordinary user; else the owner of the cluster, or one of `LENT`.

    Raises `NoAccount` where no such user exists.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return Account(f"number {owner.st_uid}", owner.st_uid, owner.st_gid)
    for name in LENT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise NoAccount(
        "PostgreSQL does not run as root, and there is no ordinary user to run it.",
        "Create one: useradd --system storno",
    )


def as_account(account: Account | None) -> AsAccount:
    """What `subprocess` needs to run a program as the account; nothing for an ordinary user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
