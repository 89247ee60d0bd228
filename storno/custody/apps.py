from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "storno.custody"
