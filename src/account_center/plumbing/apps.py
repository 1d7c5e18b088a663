from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PlumbingConfig(AppConfig):
    name = "account_center.plumbing"

    def ready(self) -> None:
        # A room's words and jobs count as soon as the program starts, whichever door is used first.
        autodiscover_modules("errors", "jobs")
