from pathlib import Path

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "storno.payouts"
    functions = (Path(__file__).with_name("payable.sql").read_text(encoding="utf-8").strip(),)
