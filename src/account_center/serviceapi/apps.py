from django.apps import AppConfig


class ServiceapiConfig(AppConfig):
    name = "account_center.serviceapi"
