"""Fills a database with events. Argument: how many. Prints the seconds it took. PostgreSQL makes the rows itself.

Half of them are of one busy account and its tenant, the rest of ten thousand others, over three years.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from account_center.audit.models import Event
from account_center.audit.rules import topic_of

OWNER, TENANT, OTHERS = 1, 1, 10_000
BEGUN, YEARS = datetime(2023, 1, 1, tzinfo=UTC), timedelta(days=3 * 365)
# What happens, in turn: mostly sign-ins, as everywhere.
NAMES = (
    "signin:session:started",
    "signin:session:started",
    "signin:session:ended",
    "signin:session:started",
    "signin:password:wrong",
    "signin:session:started",
    "accounts:name:changed",
    "standing:hold:placed",
    "console:customer:looked_at",
    "realname:application:begun",
)
FILL = """
    INSERT INTO audit_event (id, at, name, topic, actor_kind, actor_name, actor_id, account_id, tenant_id,
        address, agent, facts, mac, seal_id)
    SELECT
        (extract(epoch FROM moment) * 1000000)::bigint << 11,
        moment, (%(names)s::text[])[turn], (%(topics)s::text[])[turn],
        'customer', 'somebody', owner, owner, CASE WHEN turn > 6 AND owner = %(owner)s THEN %(tenant)s END,
        '192.0.2.' || CASE WHEN number %% 4001 = 0 THEN 250 ELSE number %% 200 END,
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0',
        CASE WHEN turn < 7 THEN jsonb_build_object('way', CASE WHEN number %% 4001 = 0 THEN 'passkey' ELSE 'password' END)
             ELSE '{}'::jsonb END,
        decode(md5(number::text) || md5(turn::text || number), 'hex'), %(seal)s
    FROM (
        SELECT number, %(begun)s::timestamptz + number * %(step)s::interval AS moment, 1 + number / 2 %% 10 AS turn,
            CASE WHEN number %% 2 = 0 THEN %(owner)s ELSE 2 + number %% %(others)s END AS owner
        FROM generate_series(1, %(count)s) AS number
    ) AS made
"""


def fill(count: int) -> None:
    """All at once, with the indexes built afterwards: a tenth of the time."""
    indexes = list(Event._meta.indexes)
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Event, index)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "INSERT INTO audit_seal (before, digest, events, sealed_at) VALUES ('', '', %s, now()) RETURNING id",
            [count],
        )
        values = {"seal": cursor.fetchone()[0], "count": count, "begun": BEGUN, "step": YEARS / count}
        topics = [topic_of(name).value for name in NAMES]
        cursor.execute(
            FILL, {**values, "names": list(NAMES), "topics": topics, "owner": OWNER, "tenant": TENANT, "others": OTHERS}
        )
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Event, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main() -> None:
    begun = time.perf_counter()
    fill(int(sys.argv[1]))
    print(json.dumps({"seconds": round(time.perf_counter() - begun, 1)}))


if __name__ == "__main__":
    main()
