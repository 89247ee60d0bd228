from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "storno.corrections"
