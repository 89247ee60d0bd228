from pathlib import Path

from django.apps import AppConfig


class OnlineConfig(AppConfig):
    name = "storno.online"
    functions = (Path(__file__).with_name("due.sql").read_text(encoding="utf-8"),)
