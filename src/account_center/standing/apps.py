from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "account_center.standing"
