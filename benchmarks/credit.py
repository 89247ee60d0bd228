"""A credit of an unpaid invoice, issued at once, beside the same rows by one SQL function."""

import sys

from stage import copied, counted_statements, figures, report, stage, timed

ROUNDS = 400


def floor_function() -> str:
    """One function that writes what a credit writes: it copies the rows of an earlier one."""
    document = copied(
        "documents_document",
        "t",
        id="note",
        corrects_id="invoice",
        draft_id="gen_random_uuid()",
        sequence="taken",
        number="'F-' || taken",
        previous_seal="last_seal",
        issued_at="clock_timestamp()",
    )
    line = copied(
        "documents_line",
        "t",
        id="gen_random_uuid()",
        document_id="note",
        corrects_line_id="(SELECT id FROM documents_line WHERE document_id = invoice LIMIT 1)",
    )
    subtotal = copied("documents_taxsubtotal", "t", id="gen_random_uuid()", document_id="note")
    particulars = copied("documents_particulars", "t", id="gen_random_uuid()", document_id="note")
    transfer = copied(
        "ledger_transfer",
        "t",
        id="gen_random_uuid()",
        posting_id="note",
        subject_id="invoice",
    )
    event = copied("history_event", "t", id="gen_random_uuid()", subject_id="invoice")
    letter = copied("mailroom_letter", "t", id="gen_random_uuid()", subject_id="note")
    return f"""
CREATE FUNCTION floor_credit(tenant uuid, invoice uuid, template uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  note uuid := gen_random_uuid();
  taken int; last_seal bytea;
BEGIN
  PERFORM set_config('app.organization', tenant::text, true);
  PERFORM 1 FROM documents_standing WHERE organization_id = tenant AND id = invoice FOR UPDATE;
  UPDATE numbering_series SET next_number = next_number + 1
    WHERE organization_id = tenant AND kind = 'credit_note'
    RETURNING next_number - 1, head INTO taken, last_seal;
  {document} WHERE t.organization_id = tenant AND t.id = template;
  {line} WHERE t.organization_id = tenant AND t.document_id = template;
  {subtotal} WHERE t.organization_id = tenant AND t.document_id = template;
  {particulars} WHERE t.organization_id = tenant AND t.document_id = template;
  {transfer} WHERE t.organization_id = tenant AND t.posting_id = template;
  {event} WHERE t.organization_id = tenant AND t.kind = 'invoice.credited' AND t.subject_id =
    (SELECT corrects_id FROM documents_document WHERE organization_id = tenant AND id = template);
  {letter} WHERE t.organization_id = tenant AND t.subject_id = template;
  UPDATE documents_standing SET credited_minor = payable_minor, open_minor = 0, state = 'credited'
    WHERE organization_id = tenant AND id = invoice;
END $$
"""


def main() -> None:
    """Measure, and say whether the bars are met (exit 1 if not)."""
    with stage():
        from datetime import UTC, datetime

        from django.db import connection, connections

        from storno.corrections.credit import credit_invoice
        from storno.corrections.plan import CreditRequest
        from storno.documents.models import FollowUp, Reason
        from tests.world import found

        at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
        world = found(hold_seconds=0, vat_on="invoice")
        who = world.who()
        request = CreditRequest(Reason.CANCELLED, follow_up=FollowUp.NOTHING)
        invoices = [world.invoice(at=at).id for _round in range(2 * ROUNDS + 12)]

        def credit() -> None:
            credit_invoice(invoices.pop(), request, who=who, at=at)

        for _warm in range(10):
            credit()
        template = credit_invoice(invoices.pop(), request, who=who, at=at).credit_note.id
        with counted_statements() as statements:
            credit()
        with connections["owner"].cursor() as cursor:
            cursor.execute(floor_function())

        def floor() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT floor_credit(%s, %s, %s)", [world.id, invoices.pop(), template]
                )

        deeds, floors = [], []
        for _round in range(ROUNDS):
            deeds.append(timed(credit))
            floors.append(timed(floor))
        deed, bottom = figures(deeds), figures(floors)
        ratio = round(deed["p50_ms"] / bottom["p50_ms"], 2)
        report("credit", deed=deed, floor=bottom, ratio=ratio, statements=len(statements))
    if "-v" in sys.argv:
        print("\n".join(statements))
    sys.exit(0 if ratio <= 8 and len(statements) <= 20 else 1)


if __name__ == "__main__":
    main()
