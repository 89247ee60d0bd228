from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

_HERE = Path(__file__)


class DiaryConfig(AppConfig):
    name = "storno.diary"
    functions = tuple(
        _HERE.with_name(name).read_text(encoding="utf-8") for name in ("due.sql", "erase.sql")
    )

    def ready(self) -> None:
        """Make known what the worker alone does: every process tells it as history."""
        import_module("storno.diary.forget")
