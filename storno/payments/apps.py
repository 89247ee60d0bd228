from pathlib import Path

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "storno.payments"
    functions = (Path(__file__).with_name("erase.sql").read_text(encoding="utf-8"),)
