from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "account_center.messaging"
