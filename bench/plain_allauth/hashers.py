"""Argon2id at the product's parameters."""

import os

from django.contrib.auth.hashers import Argon2PasswordHasher


class SameParameters(Argon2PasswordHasher):
    """The parameters come from the environment, where the bench writes the product's."""

    memory_cost = int(os.environ.get("BENCH_MEMORY_KIB", "19456"))
    time_cost = int(os.environ.get("BENCH_PASSES", "2"))
    parallelism = int(os.environ.get("BENCH_LANES", "1"))
