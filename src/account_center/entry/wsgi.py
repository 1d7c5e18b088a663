"""The program as a WSGI application: the lean path first, then Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "account_center.entry.settings")

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

from account_center.serviceapi.lean import lean  # noqa: E402 - needs the applications to be loaded

application = lean(_django)
