from pathlib import Path

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "storno.custody"
    functions = tuple(
        Path(__file__).with_name(name).read_text(encoding="utf-8").strip()
        for name in ("balance.sql", "owners.sql", "sellers.sql", "beyond.sql")
    )
