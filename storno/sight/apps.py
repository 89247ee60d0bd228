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
    # Gathered once and hashed. Functions are called for the rows that remain.
    among = "IN ( SELECT clients_in_sight() AS clients_in_sight)"
    conditions: ClassVar = {
        "archive_file": "subject_in_sight(subject_id)",
        "clients_care": f"((client_id {among}) AND looked_after(client_id))",
        "clients_client": f"(id {among})",
        "clients_clientword": f"(client_id {among})",
        "clients_consent": f"((client_id {among}) AND looked_after(client_id))",
        "clients_contact": f"((client_id {among}) AND contact_in_sight(client_id))",
        "clients_look": f"((client_id {among}) AND looked_after(client_id))",
        "diary_series": "session_in_sight(practitioner_id, client_id)",
        "documents_document": (
            f"((recipient_id {among}) AND paper_in_sight(COALESCE(corrects_id, id), recipient_id))"
        ),
        "documents_draft": (
            f"(((recipient_id IS NULL) OR (recipient_id {among})) "
            "AND draft_in_sight(id, credits_id, recipient_id))"
        ),
        "documents_particulars": "subject_in_sight(document_id)",
        "documents_standing": f"((recipient_id {among}) AND paper_in_sight(id, recipient_id))",
        "documents_taxsubtotal": "subject_in_sight(document_id)",
        "history_event": "event_in_sight(subject_id, person_id, (kind)::text)",
        "mailroom_letter": "subject_in_sight(subject_id)",
        "notices_notice": "subject_in_sight(invoice_id)",
        "payments_payment": "subject_in_sight(invoice_id)",
    }
