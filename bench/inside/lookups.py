"""Times the product's own look-ups. Argument: how many people there are. Asked and answering in lines of JSON.

``[questions, seed]``: the median time of each look-up in microseconds. ``"plans"``: what PostgreSQL does for each.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.accounts.queries import account_by_email, account_by_name, accounts_by_phone
from account_center.accounts.types import AccountKind
from account_center.console.queries import find_customers
from account_center.realname.queries import tenants_of_document
from account_center.tenants.queries import tenant_by_public_id, tenant_of, tenants_named, tenants_with_phone
from bench.people import Person, person

ID = AccountKind.ID
LOOKUPS: dict[str, Callable[[Person], object]] = {
    "account by name": lambda who: account_by_name(who.name, kind=ID),
    "account by e-mail": lambda who: account_by_email(who.email, kind=ID),
    "accounts by phone": lambda who: accounts_by_phone(who.phone, kind=ID),
    "tenant by tenant ID": lambda who: tenant_by_public_id(who.tenant_id),
    "tenant of an account": lambda who: tenant_of(who.number),
    "tenants by name": lambda who: tenants_named(who.tenant_name_key),
    "tenants by phone": lambda who: tenants_with_phone(who.phone),
    "tenants by document number": lambda who: tenants_of_document(who.id_number),
    "staff's search by phone": lambda who: find_customers(who.phone).hits,
    "staff's search by document": lambda who: find_customers(who.id_number).hits,
}


def some_people(there: int, count: int, seed: int) -> list[Person]:
    """People who have everything that is looked for."""
    chance = random.Random(seed)
    found: list[Person] = []
    while len(found) < count:
        who = person(chance.randint(1, there))
        if who.is_verified:
            found.append(who)
    return found


def timed(look_up: Callable[[Person], object], people: list[Person]) -> float:
    """Microseconds in the middle. Ends the bench if anybody is not found."""
    taken = []
    for who in people:
        begun = time.perf_counter()
        found = look_up(who)
        taken.append(time.perf_counter() - begun)
        if not found:
            sys.exit(f"person {who.number} was not found")
    return median(taken) * 1_000_000


def plans(who: Person) -> dict[str, dict[str, Any]]:
    """For each look-up the scans of its queries, such as ``Index Scan accounts_by_name``, and the pages they touch."""
    return {name: _plan(look_up, who) for name, look_up in LOOKUPS.items()}


def _plan(look_up: Callable[[Person], object], who: Person) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as seen:
        look_up(who)
    tops = [explained(query["sql"]) for query in seen.captured_queries]
    pages = sum(top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0) for top in tops)
    return {"scans": [scan for top in tops for scan in scans_in(top)], "pages": pages}


def explained(sql: str) -> dict[str, Any]:
    """The topmost node of the plan, carried out."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql)
        plan = cursor.fetchone()[0]
    top: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return top


def scans_in(node: dict[str, Any]) -> Iterator[str]:
    """Every scan below a node, such as ``Index Scan accounts_by_name``."""
    if "Scan" in node["Node Type"]:
        yield f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name', ''))}"
    for below in node.get("Plans", []):
        yield from scans_in(below)


def main() -> None:
    there = int(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "plans":
            print(json.dumps(plans(some_people(there, 1, 1)[0])), flush=True)
            continue
        people = some_people(there, *asked)
        print(json.dumps({name: timed(look_up, people) for name, look_up in LOOKUPS.items()}), flush=True)


if __name__ == "__main__":
    main()
