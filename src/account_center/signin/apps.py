from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "account_center.signin"
