"""Fills an empty database with invented people. Argument: how many. Prints the seconds it took.

Rows go in by COPY on PostgreSQL. Sealed columns hold random bytes of the right length: nothing here opens them.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Field, Model

from account_center.accounts.models import Account
from account_center.kit.bank_card import BANKS
from account_center.kit.masking import mask_name, mask_number, mask_phone
from account_center.realname.models import Application, Subject, Verification
from account_center.realname.subjects import card_digest, person_digest
from account_center.signin.models import Device
from account_center.signin.services.devices import digest_of
from account_center.standing.models import TenantStanding
from account_center.tenants.models import Tenant
from bench.passwords import DEVICE, PASSWORD, TRUSTING
from bench.people import Person, person

AT_ONCE = 20_000
THEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NOW = datetime.now(UTC)  # trust in a device ends by time
STORED = make_password(PASSWORD)
SEALED = os.urandom(60)
BANK = next(iter(BANKS))
NUMBERED = "BigAutoField"
Columns = dict[str, Any]
# Primary keys stay. Foreign keys first: they rest on unique constraints.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u') ORDER BY contype = 'u', conname
"""
INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname
    JOIN pg_index ON indexrelid = pg_class.oid
    WHERE tablename = ANY(%s) AND schemaname = current_schema() AND NOT indisprimary
"""


def _account(who: Person) -> Columns:
    return {
        "id": who.number,
        "password": STORED,
        "kind": "id",
        "name": who.name,
        "name_key": who.name_key,
        "country": "CN",
        "phone": who.phone,
        "phone_proven_at": THEN,
        "email": who.email,
        "email_key": who.email,
        "email_proven_at": THEN,
        "password_changed_at": THEN,
        "created_at": THEN,
    }


def _device(who: Person) -> Columns:
    return {
        "public_id": uuid4(),
        "account_id": who.number,
        "digest": digest_of(who.number, DEVICE),
        "agent": "",
        "address": "",
        "first_seen": NOW,
        "last_used": NOW,
        "trusted_at": NOW,
        "trusted_mark": Account(**_account(who)).facts().trust_mark,
    }


def _tenant(who: Person) -> Columns:
    return {
        "id": who.number,
        "public_id": who.tenant_id,
        "name": who.tenant_name,
        "name_key": who.tenant_name_key,
        "site": "china",
        "country": "CN",
        "owner_id": who.number,
        "contact_phone": who.phone,
        "contact_email": who.email,
        "contact_email_key": who.email,
        "activated_at": THEN,
    }


def _standing(who: Person) -> Columns:
    verified = who.is_verified
    return {
        "tenant_id": who.number,
        "customer_kind": "individual" if verified else "undeclared",
        "verification": "verified" if verified else "none",
        "verified_at": THEN if verified else None,
        "updated_at": THEN,
    }


def _subject(who: Person) -> Columns:
    sealed = {f"sealed_{part}": SEALED for part in ("name", "id_number", "card", "phone")}
    return {
        **sealed,
        "id": UUID(int=who.number),
        "wrapped_key": SEALED[:40],
        "kek_id": "bench",
        "id_index": person_digest(who.id_number),
        "card_index": card_digest(who.card),
        "name_masked": mask_name(who.real_name),
        "id_masked": mask_number(who.id_number),
        "card_masked": mask_number(who.card),
        "phone_masked": mask_phone(who.phone),
        "created_at": THEN,
    }


def _application(who: Person) -> Columns:
    return {
        "id": who.number,
        "reference": f"B{who.number:011d}",
        "tenant_id": who.number,
        "way": "bank_card",
        "state": "approved",
        "subject_id": UUID(int=who.number),
        "bank_code": BANK,
        "provider_key": UUID(int=who.number),
        "consented_at": THEN,
        "consent_version": "1",
        "created_at": THEN,
        "decided_at": THEN,
    }


def _verification(who: Person) -> Columns:
    return {
        "id": who.number,
        "tenant_id": who.number,
        "application_id": who.number,
        "way": "bank_card",
        "subject_id": UUID(int=who.number),
        "verified_at": THEN,
    }


def _everybody(_who: Person) -> bool:
    return True


def _trusts(who: Person) -> bool:
    return who.number <= TRUSTING


def _has_tenant(who: Person) -> bool:
    return who.has_tenant


def _is_verified(who: Person) -> bool:
    return who.is_verified


TABLES: tuple[tuple[type[Model], Callable[[Person], Columns], Callable[[Person], bool]], ...] = (
    (Account, _account, _everybody),
    (Device, _device, _trusts),
    (Tenant, _tenant, _has_tenant),
    (TenantStanding, _standing, _has_tenant),
    (Subject, _subject, _is_verified),
    (Application, _application, _is_verified),
    (Verification, _verification, _is_verified),
)


def fill(first: int, last: int) -> None:
    """Persons ``first`` to ``last``, with all that belongs to them."""
    for start in range(first, last + 1, AT_ONCE):
        people = [person(number) for number in range(start, min(start + AT_ONCE, last + 1))]
        for model, row_of, concerned in TABLES:
            rows = (row_of(who) for who in people if concerned(who))
            if connection.vendor == "postgresql":
                _copy(model, rows)
            else:
                model._default_manager.bulk_create(model(**row) for row in rows)


def _copy(model: type[Model], rows: Iterator[Columns]) -> None:
    first = next(rows, None)
    if first is None:
        return
    rest = columns_with_a_default(model, first)
    # The keys are the columns' own names: a foreign key stands under its "_id".
    columns = ", ".join(f'"{name}"' for name in (*first, *rest))
    defaults = tuple(rest.values())
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        copy.write_row((*first.values(), *defaults))
        for row in rows:
            copy.write_row((*row.values(), *defaults))


def columns_with_a_default(model: type[Model], given: Columns) -> Columns:
    """The other columns of a table, with what Django would write there."""
    fields: list[Field[Any, Any]] = [field for field in model._meta.concrete_fields if field.attname not in given]
    return {
        field.attname: field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if not (field.primary_key and field.get_internal_type() == NUMBERED)
    }


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """An index built once costs a tenth of one that grows row by row; the tables stand as before at the end."""
    tables = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [tables])
        constraints: list[tuple[str, str, str]] = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES, [tables])
        indexes: list[tuple[str, str]] = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')


def fill_postgres(first: int, last: int) -> None:
    """The same in one transaction, which also creates the tables' content: PostgreSQL need not log it twice."""
    tables = ", ".join(f'"{model._meta.db_table}"' for model, _, _ in TABLES)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(f"TRUNCATE {tables} CASCADE")
        with without_indexes([model._meta.db_table for model, _, _ in TABLES]):
            fill(first, last)
        _go_on_behind_the_last_number()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")


def _go_on_behind_the_last_number() -> None:
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model, _, _ in TABLES if model._meta.pk.get_internal_type() == NUMBERED):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))")


def main() -> None:
    first, last = int(sys.argv[1]), int(sys.argv[2])
    begun = time.perf_counter()
    (fill_postgres if connection.vendor == "postgresql" else fill)(first, last)
    print(json.dumps({"seconds": round(time.perf_counter() - begun, 1)}))


if __name__ == "__main__":
    main()
