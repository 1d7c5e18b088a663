from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "account_center.portal"
