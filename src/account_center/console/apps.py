from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "account_center.console"
