from pathlib import Path

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "storno.support"
    functions = (Path(__file__).with_name("erase.sql").read_text(encoding="utf-8"),)
