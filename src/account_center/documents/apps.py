from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "account_center.documents"
