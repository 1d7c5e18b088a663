from django.apps import AppConfig


class RealnameConfig(AppConfig):
    name = "account_center.realname"
