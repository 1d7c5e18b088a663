from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "account_center.accounts"
