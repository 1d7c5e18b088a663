from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "account_center.audit"
