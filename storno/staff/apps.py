from pathlib import Path

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "storno.staff"
    functions = tuple(
        f"CREATE OR REPLACE FUNCTION {statement}".strip()
        for statement in Path(__file__)
        .with_name("search.sql")
        .read_text(encoding="utf-8")
        .split("CREATE OR REPLACE FUNCTION ")[1:]
    )
