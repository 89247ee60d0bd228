"""How PostgreSQL would run a function's one statement in books of any size."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connections, transaction


def must_run_along_indexes(function: str, asked: Mapping[str, str], *, small: set[str]) -> None:
    """Whatever the size of the books: read row by row are the `small` tables alone.

    `asked`: what stands for each of the function's arguments.
    """
    body = function.split("$$")[1]
    for name, value in asked.items():
        body = re.sub(rf"(?<![\w.']){re.escape(name)}(?![\w'])", value, body)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for way in ("seqscan", "mergejoin", "hashjoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")  # as with books of any size
        cursor.execute(f"EXPLAIN (FORMAT JSON) {body}")
        (answer,) = cursor.fetchone()
    (top,) = json.loads(answer) if isinstance(answer, str) else answer
    for node in _nodes(top["Plan"]):
        kind, table = node["Node Type"], node.get("Relation Name")
        by_row = kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in node)
        assert not by_row or table is None or table in small, f"{table} is read row by row"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)
