from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "account_center.tenants"
