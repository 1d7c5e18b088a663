from django.apps import AppConfig


class AppApiConfig(AppConfig):
    name = "account_center.appapi"
