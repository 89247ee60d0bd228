"""10,000 drafts whose hold is over, issued by two departing processes, beside one SQL function.

The floor issues the same drafts one by one inside the database: it copies the rows of an invoice
that was issued before, under the same durability settings. What one transaction takes and asks is
measured on batches that one process issues alone.
"""

import sys

from stage import copied, counted_statements, figures, report, stage, timed

DRAFTS = 10_000
FLOOR = 2_000
PROCESSES = 2
BATCHES = 30

MANY_DRAFTS = """
WITH made AS ({draft} CROSS JOIN generate_series(1, %s) WHERE t.id = %s RETURNING id)
{line} CROSS JOIN made WHERE t.draft_id = %s
"""


def floor_function() -> str:
    """One function that issues one invoice as an issue does."""
    copies = {
        "documents_document": copied(
            "documents_document",
            "t",
            id="invoice",
            draft_id="gen_random_uuid()",
            sequence="taken",
            number="'F-' || taken",
            previous_seal="last_seal",
            issued_at="clock_timestamp()",
            payment_reference="given::text",
        )
        + " WHERE t.organization_id = tenant AND t.id = template",
        "documents_standing": copied("documents_standing", "t", id="invoice")
        + " WHERE t.organization_id = tenant AND t.id = template",
        "documents_line": copied(
            "documents_line", "t", id="gen_random_uuid()", document_id="invoice"
        )
        + " WHERE t.organization_id = tenant AND t.document_id = template",
        "documents_taxsubtotal": copied(
            "documents_taxsubtotal", "t", id="gen_random_uuid()", document_id="invoice"
        )
        + " WHERE t.organization_id = tenant AND t.document_id = template",
        "documents_particulars": copied(
            "documents_particulars", "t", id="gen_random_uuid()", document_id="invoice"
        )
        + " WHERE t.organization_id = tenant AND t.document_id = template",
        "ledger_transfer": copied(
            "ledger_transfer",
            "t",
            id="gen_random_uuid()",
            posting_id="invoice",
            subject_id="invoice",
        )
        + " WHERE t.organization_id = tenant AND t.posting_id = template",
        "history_event": copied("history_event", "t", id="gen_random_uuid()", subject_id="invoice")
        + " WHERE t.organization_id = tenant AND t.subject_id = template",
        "mailroom_letter": copied(
            "mailroom_letter", "t", id="gen_random_uuid()", subject_id="invoice"
        )
        + " WHERE t.organization_id = tenant AND t.subject_id = template",
        "organizations_publiclink": copied(
            "organizations_publiclink", "t", id="gen_random_uuid()", subject_id="invoice"
        )
        + " WHERE t.organization_id = tenant AND t.subject_id = template",
        "numbering_paymentreference": copied(
            "numbering_paymentreference",
            "t",
            id="gen_random_uuid()",
            document_id="invoice",
            reference="given::text",
        )
        + " WHERE t.organization_id = tenant AND t.document_id = template",
    }
    return f"""
CREATE FUNCTION floor_issue(tenant uuid, template uuid, draft uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  invoice uuid := gen_random_uuid();
  taken int; last_seal bytea; given bigint;
BEGIN
  PERFORM set_config('app.organization', tenant::text, true);
  PERFORM 1 FROM documents_draft WHERE organization_id = tenant AND id = draft FOR UPDATE;
  UPDATE numbering_series SET next_number = next_number + 1
    WHERE organization_id = tenant AND kind = 'invoice'
    RETURNING next_number - 1, head INTO taken, last_seal;
  UPDATE numbering_receivingaccount SET next_base = next_base + 1
    WHERE account = (SELECT payment_account FROM documents_document
      WHERE organization_id = tenant AND id = template)
    RETURNING next_base * 10000 INTO given;
  {"; ".join(copies.values())};
  DELETE FROM documents_draft WHERE organization_id = tenant AND id = draft;
END $$
"""


def depart(organization_id: str, at: str) -> None:
    """What one departing process does."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "storno.config.settings"
    import django

    django.setup()
    from datetime import datetime
    from uuid import UUID

    from storno.corrections.depart import depart_due

    depart_due(UUID(organization_id), at=datetime.fromisoformat(at))


def main() -> None:
    """Measure, and say whether the bar is met (exit 1 if not)."""
    with stage():
        from concurrent.futures import ProcessPoolExecutor
        from datetime import UTC, datetime, timedelta
        from multiprocessing import get_context

        from django.db import connection, connections

        from storno.corrections.depart import BATCH, depart_due
        from storno.corrections.finalise import finalise_draft
        from tests.world import found

        at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
        world = found()
        template = world.invoice(at=at).id
        held = world.draft(at=at)
        finalise_draft(held.id, who=world.who(), at=datetime.now(UTC) + timedelta(days=9))

        def make_drafts(count: int) -> None:
            draft = copied("documents_draft", "t", id="gen_random_uuid()", goes_at="now()")
            line = copied("documents_draftline", "t", id="gen_random_uuid()", draft_id="made.id")
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    MANY_DRAFTS.format(draft=draft, line=line), [count, held.id, held.id]
                )
                cursor.execute("ANALYZE")

        with connections["owner"].cursor() as cursor:
            cursor.execute(floor_function())
        make_drafts(FLOOR)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT id FROM documents_draft WHERE id <> %s", [held.id])
            drafts = [id_ for (id_,) in cursor.fetchall()]

        def floor() -> None:
            for draft in drafts:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT floor_issue(%s, %s, %s)", [world.id, template, draft])

        floor_rate = FLOOR / timed(floor)
        later = datetime.now(UTC) + timedelta(days=1)
        batches = []
        for _each in range(BATCHES):
            make_drafts(BATCH)
            batches.append(timed(lambda: depart_due(world.id, at=later)))
        make_drafts(BATCH)
        with counted_statements() as statements:
            depart_due(world.id, at=later)
        make_drafts(DRAFTS)
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
            list(pool.map(len, [[]] * PROCESSES))

            def departures() -> None:
                done = [
                    pool.submit(depart, str(world.id), later.isoformat())
                    for _each in range(PROCESSES)
                ]
                for each in done:
                    each.result()

            rate = DRAFTS / timed(departures)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM documents_draft WHERE id <> %s", [held.id])
            (left,) = cursor.fetchone()
        report(
            "issue",
            issued_per_second=round(rate),
            floor_per_second=round(floor_rate),
            ratio=round(floor_rate / rate, 2),
            processes=PROCESSES,
            left_behind=left,
            batch={"invoices": BATCH, "statements": len(statements), **figures(batches)},
        )
    sys.exit(0 if rate >= 800 and left == 0 else 1)


if __name__ == "__main__":
    main()
