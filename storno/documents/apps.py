from pathlib import Path

from django.apps import AppConfig

_HERE = Path(__file__)


class DocumentsConfig(AppConfig):
    name = "storno.documents"
    functions = tuple(
        _HERE.with_name(name).read_text(encoding="utf-8")
        for name in ("erase.sql", "due.sql", "papers.sql")
    )
