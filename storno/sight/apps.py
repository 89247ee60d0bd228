from pathlib import Path
from typing import ClassVar

from django.apps import AppConfig


class SightConfig(AppConfig):
    """Which rows a practitioner sees where each sees their own clients only.

    `conditions` are part of the policies of these tables (see `organizations/rights.py`), so that
    no page, list, search, count or sum can forget them; the functions stand in `sight.sql`.
    """

    name = "storno.sight"
    functions = tuple(
        f"CREATE OR REPLACE FUNCTION {statement}".strip()
        for statement in Path(__file__)
        .with_name("sight.sql")
        .read_text(encoding="utf-8")
        .split("CREATE OR REPLACE FUNCTION ")[1:]
    )
    # Gathered once and hashed. What is asked of a row is asked of those that remain.
    among = "IN ( SELECT clients_in_sight() AS clients_in_sight)"
    of_subject = f"(((whose(subject_id) {among}) IS NOT FALSE) AND subject_in_sight(subject_id))"
    of_document = of_subject.replace("subject_id", "document_id")
    of_invoice = of_subject.replace("subject_id", "invoice_id")
    conditions: ClassVar = {
        "archive_file": of_subject,
        **dict.fromkeys(  # an account tells of everybody who pays
            ("bank_bankfile", "bank_entry", "bank_match", "bank_matchreversal"), "false"
        ),
        "cases_approval": of_invoice,
        "cases_confirmation": of_invoice,
        "cases_refundcase": of_invoice,
        "clients_care": f"((client_id {among}) AND looked_after(client_id))",
        "clients_client": f"(id {among})",
        "clients_clientword": f"(client_id {among})",
        "clients_consent": f"((client_id {among}) AND looked_after(client_id))",
        "clients_contact": f"((client_id {among}) AND contact_in_sight(client_id))",
        "clients_look": f"((client_id {among}) AND looked_after(client_id))",
        "custody_return": of_invoice,
        **dict.fromkeys(("custody_released", "custody_taxrepayment"), "false"),
        "custody_setaside": of_invoice,
        "custody_setasidereversal": of_invoice,
        "diary_series": "session_in_sight(practitioner_id, client_id)",
        "documents_document": (
            f"((recipient_id {among}) AND paper_in_sight(COALESCE(corrects_id, id), recipient_id))"
        ),
        "documents_draft": (
            f"(((recipient_id IS NULL) OR (recipient_id {among})) "
            "AND draft_in_sight(id, credits_id, recipient_id))"
        ),
        "documents_particulars": of_document,
        "documents_standing": f"((recipient_id {among}) AND paper_in_sight(id, recipient_id))",
        "documents_taxsubtotal": of_document,
        "history_event": (  # whatever somebody did is theirs to see
            "(((person_id)::text = current_setting('app.clients_of'::text, true)) "
            f"OR (((whose(subject_id) {among}) IS NOT FALSE) "
            "AND event_in_sight(subject_id, (kind)::text, facts)))"
        ),
        "mailroom_letter": of_subject,
        "notices_notice": of_invoice,
        "online_cardoffer": of_invoice,
        "online_checkout": of_invoice,
        "online_sending": of_invoice,
        "overdue_charge": of_invoice,
        "overdue_reminder": of_invoice,
        **dict.fromkeys(  # as sums of all clients' money
            (
                *("payouts_batch", "payouts_instruction", "payouts_payout"),
                *("payouts_payoutback", "payouts_payoutleft", "payouts_payoutrules"),
            ),
            "false",
        ),
        **dict.fromkeys(
            ("support_conversation", "support_message", "support_attachment"),
            "((begun_by)::text = current_setting('app.clients_of'::text, true))",
        ),
        "payments_payment": of_invoice,
        "payments_refund": of_invoice,
        "payments_writeoff": of_invoice,
    }
