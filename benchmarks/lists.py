"""Lists with 1,000 and with 1,000,000 documents: the same pages must take the same time.

Also says, for each list, where PostgreSQL reads more rows than a page needs (EXPLAIN ANALYZE as the
application's role, row-level security included).
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from stage import copied, figures, report, stage, timed

SIZES = (1_000, 1_000_000)
ROUNDS = 500
BATCH = 100_000


def fill(template: Any, count: int, already: int) -> None:
    """Make invoices of every state by copying one; the newest have the highest numbers."""
    from django.db import connections

    document = copied(
        "documents_document",
        "t",
        id="gen_id(n)",
        draft_id="gen_random_uuid()",
        sequence="1000 + n",
        number="'M-' || n",
        payment_reference="'9' || lpad(n::text, 9, '0')",
        payable_minor="100000 + n %% 50000",
        net_minor="100000 + n %% 50000",
        tax_minor="0",
        issued_on="t.issued_on - (n %% 700)::int",
        due_on="t.due_on - (n %% 700)::int",
    )
    standing = copied(
        "documents_standing",
        "t",
        id="gen_id(n)",
        payable_minor="100000 + n %% 50000",
        open_minor="CASE WHEN n %% 10 < 3 THEN 100000 + n %% 50000 ELSE 0 END",
        received_minor="CASE WHEN n %% 10 >= 3 AND n %% 10 < 9 THEN 100000 + n %% 50000 ELSE 0 END",
        credited_minor="CASE WHEN n %% 10 = 9 THEN 100000 + n %% 50000 ELSE 0 END",
        state="CASE WHEN n %% 10 < 3 THEN 'sent' WHEN n %% 10 < 9 THEN 'paid' ELSE 'credited' END",
        issued_on="t.issued_on - (n %% 700)::int",
        due_on="t.due_on - (n %% 700)::int",
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION gen_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS "
            "$$ SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$"
        )
        for first in range(already + 1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            series = f"CROSS JOIN generate_series({first}, {last}) n WHERE t.id = %s"
            cursor.execute(f"{document} {series}", [template.id])
            cursor.execute(f"{standing} {series}", [template.id])
        cursor.execute("VACUUM ANALYZE")


MOST_ROWS = 1_000
"""Rows that any step of a list may read, whatever the size."""


def long_reads(world: Any, look: Any) -> list[str]:
    """The steps of a list's statements that read more than a page needs."""
    from django.db import connection

    from storno.organizations.scope import scope

    seen: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    found = []
    with scope(world.id):
        with connection.execute_wrapper(note):
            look()
        for sql, params in seen:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                (plan,) = cursor.fetchone()
            tree = json.loads(plan) if isinstance(plan, str) else plan
            found += [
                f"{step['Node Type']} on {step['Relation Name']}: {rows:.0f} rows"
                for step in steps(tree[0]["Plan"])
                if (rows := rows_read(step)) > MOST_ROWS
            ]
    return found


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All steps of a plan that read a table."""
    if "Relation Name" in plan:
        yield plan
    for below in plan.get("Plans", []):
        yield from steps(below)


def rows_read(step: dict[str, Any]) -> float:
    """The rows that a step looked at."""
    return (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]


def main() -> None:
    """Measure, and say whether the bar is met (exit 1 if not)."""
    with stage():
        from datetime import UTC, datetime

        from storno.documents.queries import (
            Filter,
            Tab,
            count_tabs,
            list_invoices,
        )
        from storno.organizations.scope import scope
        from tests.world import found

        at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
        today = at.date()
        world = found()
        template = world.invoice(at=at)

        def look_for(text: str, tab: Tab = Tab.ALL, before: Any = None) -> None:
            list_invoices(world.id, Filter(tab, text=text), today=today, before=before)

        looks = {
            "newest": lambda: list_invoices(world.id, Filter(), today=today),
            "overdue": lambda: list_invoices(world.id, Filter(Tab.OVERDUE), today=today),
            "paid": lambda: list_invoices(world.id, Filter(Tab.PAID), today=today),
            "tabs": lambda: count_tabs(world.id, today=today),
            "of a client": lambda: list_invoices(
                world.id, Filter(recipient_id=world.daisy.id), today=today
            ),
            "by number": lambda: look_for("M-77"),
            "by amount": lambda: look_for("1000,77"),
            "by name": lambda: look_for("Dais"),
            "overdue by number": lambda: look_for("M-77", Tab.OVERDUE),
            "overdue by amount": lambda: look_for("1000,77", Tab.OVERDUE),
            "overdue by name": lambda: look_for("Dais", Tab.OVERDUE),
            "paid by name, further": lambda: look_for("Dais", Tab.PAID, before=template.id),
        }
        measured: dict[int, dict[str, dict[str, float]]] = {}
        already = 0
        for size in SIZES:
            fill(template, size, already)
            already = size
            measured[size] = {}
            for name, look in looks.items():

                def page(look: Any = look) -> None:
                    with scope(world.id):
                        look()

                for _warm in range(20):
                    page()
                measured[size][name] = figures([timed(page) for _round in range(ROUNDS)])
        reads = {name: long_reads(world, look) for name, look in looks.items()}
        few, many = (measured[size] for size in SIZES)
        ratios = {name: round(many[name]["p50_ms"] / few[name]["p50_ms"], 2) for name in looks}
        tails = {name: round(many[name]["p99_ms"] / few[name]["p99_ms"], 2) for name in looks}
        report(
            "lists",
            sizes=SIZES,
            few=few,
            many=many,
            p50_ratio=ratios,
            p99_ratio=tails,
            long_reads={name: found for name, found in reads.items() if found},
        )
    sys.exit(0 if max(tails.values()) <= 1.3 and not any(reads.values()) else 1)


if __name__ == "__main__":
    main()
