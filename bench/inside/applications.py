"""Fills a database with applications. Argument: how many. Prints the seconds it took. PostgreSQL makes the rows itself.

Four of each tenant, all decided but the newest of every twenty-fifth tenant, which waits for staff: one application of a
hundred. Behind them stand tenants that have not applied yet. Sealed columns hold random bytes: nothing here opens them.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Model

from account_center.accounts.models import Account
from account_center.realname.models import Application, Subject
from account_center.tenants.models import Tenant
from bench.inside.filling import columns_with_a_default, without_indexes

OF_A_TENANT = 4
WAITING = 25  # every so-many-th tenant waits for staff
FRESH = 20_000  # tenants that apply while it is measured
ORGANISATION = 4  # every so-many-th waiting one
REVIEWER, OF_THE_REVIEWER = 1, 5  # how many cases he has, however long the queue is
BEGUN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
SEALED = "decode(repeat('5e', 60), 'hex')"
TABLES: tuple[type[Model], ...] = (Account, Tenant, Subject, Application)
Expressions = Mapping[str, str]  # by column; ``number`` counts from 1


def tenants_of(applications: int) -> int:
    """How many tenants have applied."""
    return applications // OF_A_TENANT


def _account(applications: int) -> tuple[int, Expressions]:
    return tenants_of(applications) + FRESH, {
        "id": "number",
        "kind": "'id'",
        "name": "'visitor.' || number",
        "name_key": "'visitor.' || number",
        "country": "'CN'",
        "phone": "'+86138' || lpad(number::text, 8, '0')",
        "phone_proven_at": "%(begun)s",
        "password": "%(password)s",
        "password_changed_at": "%(begun)s",
        "created_at": "%(begun)s",
    }


def _tenant(applications: int) -> tuple[int, Expressions]:
    return tenants_of(applications) + FRESH, {
        "id": "number",
        # Letters and digits of the tenants' own alphabet.
        "public_id": "translate(substr(md5(number::text), 1, 16), 'io', 'xy')",
        "name": "'Lantern ' || number",
        "name_key": "'lantern ' || number",
        "site": "'china'",
        "country": "'CN'",
        "owner_id": "number",
        "contact_phone": "'+86138' || lpad(number::text, 8, '0')",
        "activated_at": "%(begun)s",
    }


def _subject(applications: int) -> tuple[int, Expressions]:
    sealed = {f"sealed_{part}": SEALED for part in ("name", "id_number", "card", "phone")}
    return applications, {
        **sealed,
        "id": "lpad(to_hex(number), 32, '0')::uuid",
        "wrapped_key": SEALED,
        "kek_id": "'bench'",
        "number_kind": "CASE WHEN number %% (%(waiting)s * %(four)s * %(organisation)s) = 0 THEN 'business_licence' ELSE 'hkm_permit' END",
        "id_index": "decode(md5(number::text) || md5('id' || number), 'hex')",
        "name_masked": "'**文'",
        "id_masked": "'H9*****' || lpad((number %% 100)::text, 2, '0')",
        "card_masked": "''",
        "phone_masked": "''",
        "created_at": "%(begun)s",
    }


def _application(applications: int) -> tuple[int, Expressions]:
    waits = "number %% (%(waiting)s * %(four)s) = 0"
    return applications, {
        "id": "number",
        "reference": "'RN' || lpad(to_hex(number), 10, '0')",
        "tenant_id": "1 + (number - 1) / %(four)s",
        "way": f"CASE WHEN {waits} AND number %% (%(waiting)s * %(four)s * %(organisation)s) = 0 THEN 'enterprise_papers' ELSE 'document' END",
        "party": f"CASE WHEN {waits} AND number %% (%(waiting)s * %(four)s * %(organisation)s) = 0 THEN 'organisation' ELSE 'person' END",
        "state": f"CASE WHEN {waits} THEN 'reviewing' WHEN number %% 3 = 0 THEN 'approved' ELSE 'refused' END",
        "subject_id": "lpad(to_hex(number), 32, '0')::uuid",
        "provider_key": "lpad(to_hex(number), 32, '0')::uuid",
        "consented_at": "%(begun)s",
        "consent_version": "'1'",
        "created_at": "%(begun)s",
        "submitted_at": "%(begun)s + number * %(step)s",
        "promised_by": "%(begun)s + number * %(step)s",
        "decided_at": f"CASE WHEN {waits} THEN NULL ELSE %(begun)s END",
        "reviewer_id": f"CASE WHEN {waits} AND number > %(last)s THEN %(reviewer)s END",
    }


ROWS = {Account: _account, Tenant: _tenant, Subject: _subject, Application: _application}


def fill(applications: int) -> None:
    """All at once, with the indexes built afterwards."""
    values = {
        "begun": BEGUN,
        "step": timedelta(days=300) / applications,
        "password": make_password(os.urandom(9).hex()),
        "four": OF_A_TENANT,
        "waiting": WAITING,
        "organisation": ORGANISATION,
        "reviewer": REVIEWER,
        "last": applications - OF_THE_REVIEWER * WAITING * OF_A_TENANT,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with without_indexes([model._meta.db_table for model in TABLES]):
            for model in TABLES:
                count, given = ROWS[model](applications)
                _insert(model, count, given, values)
        for model in (Account, Tenant, Application):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")


def _insert(model: type[Model], count: int, given: Expressions, values: Mapping[str, Any]) -> None:
    rest = columns_with_a_default(model, dict(given))
    columns = ", ".join(f'"{name}"' for name in (*given, *rest))
    expressions = ", ".join((*given.values(), *(f"%(default_{name})s" for name in rest)))
    defaults = {f"default_{name}": value for name, value in rest.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {expressions} '
            "FROM generate_series(1, %(count)s) AS number",
            {**values, **defaults, "count": count},
        )


def main() -> None:
    begun = time.perf_counter()
    fill(int(sys.argv[1]))
    print(json.dumps({"seconds": round(time.perf_counter() - begun, 1)}))


if __name__ == "__main__":
    main()
