"""What runs in processes of its own, with the product's settings: it reads a task from its input and answers in JSON."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "account_center.entry.settings")
django.setup()
