from pathlib import Path

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "storno.custody"
    functions = (Path(__file__).with_name("balance.sql").read_text(encoding="utf-8").strip(),)
