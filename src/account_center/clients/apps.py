from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "account_center.clients"
