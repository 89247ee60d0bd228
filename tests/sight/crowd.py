"""A practice with many papers, of which one practitioner sees few; written by the owner."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connections

from storno.organizations.models import Organization
from storno.organizations.roles import Actor
from tests.diary.practice import HOUR, practice

EACH = 20
"""So many papers of every client."""

THEIRS = 25
"""So many clients of whoever sees their own only."""

FILLED = (
    "clients_care", "clients_client", "clients_clientword", "diary_booking",
    "documents_document", "documents_line", "documents_standing", "history_event",
)  # fmt: skip

CLIENTS = """
CREATE TEMPORARY TABLE sight_client AS
SELECT i, gen_random_uuid() AS id FROM generate_series(1, {clients}) AS i;
CREATE TEMPORARY TABLE sight_paper AS
SELECT n.i, gen_random_uuid() AS booking, client.id AS client,
    (lpad(to_hex(n.i), 8, '0') || '-0000-7000-8000-' || substr(md5(n.i::text), 1, 12))::uuid AS id
FROM generate_series(1, {papers}) AS n(i)
JOIN sight_client AS client ON client.i = 1 + n.i % {clients};
"""
"""Papers whose ids rise with time, the clients' papers among one another."""


WORDS = """
INSERT INTO clients_clientword (id, organization_id, client_id, word, archived)
SELECT gen_random_uuid(), %s, id, word, false
FROM sight_client, unnest(ARRAY['duck', i::text]) AS word
"""
CARES = """
INSERT INTO clients_care (id, organization_id, client_id, person_id, kind, given, since)
SELECT gen_random_uuid(), %s, id, CASE WHEN i <= %s THEN %s ELSE %s END, 'primary', false, %s
FROM sight_client
"""

NEW, OF_CLIENT = "gen_random_uuid()", "n.client"
COPIES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "clients_client": (
        "sight_client",
        "one.id",
        "client",
        {
            "id": "n.id",
            "number": "1000 + n.i",
            "name": "'Duck ' || n.i",
            "sort_key": "'duck ' || n.i",
        },
    ),
    "diary_booking": (
        "sight_paper",
        "one.id",
        "session",
        {
            "id": "n.booking",
            "client_id": OF_CLIENT,
            "recipient_id": OF_CLIENT,
            "state": "'cancelled'",
            "cancelled_at": "now()",
            "charge": "'nothing'",
        },
    ),
    "documents_document": (
        "sight_paper",
        "one.id",
        "invoice",
        {
            "id": "n.id",
            "number": "'X' || n.i",
            "sequence": "10 + n.i",
            "draft_id": NEW,
            "recipient_id": OF_CLIENT,
        },
    ),
    "documents_line": (
        "sight_paper",
        "one.document_id",
        "invoice",
        {"id": NEW, "document_id": "n.id", "source_id": "n.booking"},
    ),
    "documents_standing": (
        "sight_paper",
        "one.id",
        "invoice",
        {"id": "n.id", "recipient_id": OF_CLIENT},
    ),
    "history_event": (
        "sight_paper",
        "one.kind = 'invoice.issued' AND one.subject_id",
        "invoice",
        {"id": NEW, "subject_id": "n.id", "at": "one.at + n.i * interval '1 second'"},
    ),
}
"""For each client or paper a row like that of Daisy, her session or its invoice, but for this."""


@dataclass(frozen=True)
class Crowd:
    """Who sees all of it, and who sees the papers of a few clients."""

    administrator: Actor
    practitioner: Actor


def crowd(papers: int, *, at: datetime) -> Crowd:
    """A practice with so many invoices, each of a session with Paula; Erik sees few of them."""
    house = practice()
    erik, as_erik = house.member("erik")
    session = house.book(at + HOUR, at=at)
    invoice = house.invoice(session, at=at)
    Organization.objects.filter(id=house.id).update(own_clients=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute(CLIENTS.format(papers=papers, clients=papers // EACH))
        patterns = {"client": house.daisy.id, "session": session.id, "invoice": invoice.id}
        for table, (many, told, by, values) in COPIES.items():
            cursor.execute(
                "SELECT quote_ident(column_name) FROM information_schema.columns "
                "WHERE table_name = %s",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            written = ", ".join(values.get(name, f"one.{name}") for name in columns)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {written} "
                f"FROM {table} AS one, {many} AS n WHERE one.organization_id = %s AND {told} = %s",
                [house.id, patterns[by]],
            )
        cursor.execute(WORDS, [house.id])
        cursor.execute(CARES, [house.id, THEIRS, erik.person_id, house.paula.person_id, at])
        cursor.execute(f"DROP TABLE sight_client, sight_paper; ANALYZE {', '.join(FILLED)}")
    return Crowd(house.world.who(), replace(as_erik, clients_of=erik.person_id))
