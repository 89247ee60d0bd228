from pathlib import Path

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "storno.payouts"
    functions = tuple(
        Path(__file__).with_name(name).read_text(encoding="utf-8").strip()
        for name in ("payable.sql", "reserves.sql", "payers.sql", "failed.sql", "erase.sql")
    )
