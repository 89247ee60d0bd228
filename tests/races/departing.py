"""A worker to be killed: it lets everything go that is due, once it is told to.

Started as `python -m tests.races.departing ORGANIZATION MOMENT` with the tests' database in its
environment; it says "ready", waits for a line, departs, and says how many went.
"""

import sys
from datetime import datetime
from uuid import UUID

import django


def main(organization: str, moment: str) -> None:
    django.setup()
    from django.db import connection

    from storno.corrections.depart import depart_due

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(depart_due(UUID(organization), at=datetime.fromisoformat(moment)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
