from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "storno.archive"
