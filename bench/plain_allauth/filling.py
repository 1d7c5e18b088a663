"""Makes users with proven e-mail addresses. Argument: how many."""

import sys
from typing import Any

import django
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from bench.passwords import PASSWORD


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    users: Any = apps.all_models["auth"]["user"]
    addresses: Any = apps.all_models["account"]["emailaddress"]
    stored, numbers = make_password(PASSWORD), range(1, int(sys.argv[1]) + 1)
    users.objects.bulk_create(
        users(id=number, username=f"user{number}", email=f"user{number}@example.com", password=stored)
        for number in numbers
    )
    addresses.objects.bulk_create(
        addresses(user_id=number, email=f"user{number}@example.com", verified=True, primary=True) for number in numbers
    )


if __name__ == "__main__":
    main()
