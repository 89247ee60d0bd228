"""Lists with 1,000 and with 1,000,000 documents: the same pages must take the same time.

Two organizations in one database, looked at in turns: whatever else the server does meanwhile (what
writing a million rows leaves to be done, the machine's other work) meets both alike. Also says, for
each list, where PostgreSQL reads more rows than a page needs (EXPLAIN ANALYZE as the application's
role, row-level security included).
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from stage import copied, figures, report, stage, timed

SIZES = (1_000, 1_000_000)
WARM, ROUNDS = 20, 1_000
BATCH = 100_000


def fill(template: Any, count: int) -> None:
    """Make invoices of every state by copying one; the newest have the highest numbers."""
    from django.db import connections

    document = copied(
        "documents_document",
        "t",
        id="gen_id(n, t.organization_id)",
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
        id="gen_id(n, t.organization_id)",
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
            "CREATE OR REPLACE FUNCTION gen_id(n bigint, organization uuid) RETURNS uuid "
            "LANGUAGE sql IMMUTABLE AS $$ SELECT ('01900000-0000-7000-8' || "
            "right(organization::text, 3) || '-' || lpad(to_hex(n), 12, '0'))::uuid $$"
        )
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            series = f"CROSS JOIN generate_series({first}, {last}) n WHERE t.id = %s"
            cursor.execute(f"{document} {series}", [template.id])
            cursor.execute(f"{standing} {series}", [template.id])
        cursor.execute("VACUUM ANALYZE")


MOST_ROWS = 1_000
"""Rows that any step of a list may read, whatever the size."""


def long_reads(world: Any, look: Callable[[], object], *, most: int = MOST_ROWS) -> list[str]:
    """The steps of a look's statements that read more rows than it may need."""
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
                if (rows := rows_read(step)) > most
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

        from storno.documents.queries import Filter, Tab, count_tabs, list_invoices
        from storno.organizations.scope import scope
        from tests.world import found

        at = datetime(2026, 6, 16, 9, 12, tzinfo=UTC)
        today = at.date()

        def looks_at(world: Any, template: Any) -> dict[str, Callable[[], object]]:
            """The pages of an organization's lists."""

            def page(filtered: Filter, before: Any = None) -> Callable[[], object]:
                return lambda: list_invoices(world.id, filtered, today=today, before=before)

            return {
                "newest": page(Filter()),
                "overdue": page(Filter(Tab.OVERDUE)),
                "paid": page(Filter(Tab.PAID)),
                "tabs": lambda: count_tabs(world.id, today=today),
                "of a client": page(Filter(recipient_id=world.daisy.id)),
                "by number": page(Filter(text="M-77")),
                "by amount": page(Filter(text="1000,77")),
                "by name": page(Filter(text="Dais")),
                "overdue by number": page(Filter(Tab.OVERDUE, text="M-77")),
                "overdue by amount": page(Filter(Tab.OVERDUE, text="1000,77")),
                "overdue by name": page(Filter(Tab.OVERDUE, text="Dais")),
                "paid by name, further": page(Filter(Tab.PAID, text="Dais"), template.id),
            }

        def turn(world: Any, look: Callable[[], object]) -> float:
            """How long one look takes, its transaction included."""

            def scoped() -> None:
                with scope(world.id):
                    look()

            return timed(scoped)

        worlds, pages = [], []
        for size in SIZES:
            worlds.append(found())
            template = worlds[-1].invoice(at=at)
            fill(template, size)
            pages.append(looks_at(worlds[-1], template))
        few, many = {}, {}
        reads: dict[str, list[str]] = {}
        for name in pages[0]:
            both = [(world, looks[name]) for world, looks in zip(worlds, pages, strict=True)]
            turns = [[turn(*each) for each in both] for _round in range(WARM + ROUNDS)][WARM:]
            few[name], many[name] = (figures(list(taken)) for taken in zip(*turns, strict=True))
            reads[name] = long_reads(*both[-1])  # the smaller has no more rows than that
        ratios = {name: round(many[name]["p50_ms"] / few[name]["p50_ms"], 2) for name in few}
        tails = {name: round(many[name]["p99_ms"] / few[name]["p99_ms"], 2) for name in few}
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
