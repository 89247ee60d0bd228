from pathlib import Path

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "storno.clients"
    functions = (Path(__file__).with_name("looks.sql").read_text(encoding="utf-8"),)
