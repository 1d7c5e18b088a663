from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "account_center.policy"
