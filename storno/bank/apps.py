from pathlib import Path

from django.apps import AppConfig


class BankConfig(AppConfig):
    name = "storno.bank"
    functions = tuple(
        Path(__file__).with_name(name).read_text(encoding="utf-8").strip()
        for name in ("due.sql", "whose.sql")
    )
