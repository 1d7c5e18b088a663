"""Part 2: decisions per second, against the same server answering a constant."""

import json
from contextlib import ExitStack

from bench import wrk
from bench.people import person
from bench.plan import Plan
from bench.ratios import Row, interleaved, medians, ratio
from bench.stage import Stage, answer, beside, product
from bench.wrk import Posts

PART = "Decisions for other services"
PEOPLE = 10_000
TENANTS = 1_000
TARGET = 0.5
PATH = "/service/v1/decisions"
ONE, TEN, COLD = "one action", "ten actions", "one action, nothing remembered"
TEN_ACTIONS = (
    "buy", "buy_on_demand", "use_resources", "request_invoice", "sign_online_contract",
    "join_public_beta", "become_partner", "sign_in", "see_bills", "manage_account",
)  # fmt: skip
# With room for a single answer every question of another tenant is read from the database.
FORGETFUL = {"ACCOUNT_CENTER_DECISION_MEMORY_ENTRIES": "1"}


def measure(stage: Stage, plan: Plan) -> list[Row]:
    """All rows of this part: three kinds of question, each beside a constant of the same size."""
    environment = stage.people(PEOPLE)
    headers = {
        "Host": "id.example.com",
        "Content-Type": "application/json",
        "Accept-Language": "en",
        "Authorization": f"Bearer {answer('bench.inside.token', environment)}",
    }
    posts = {kind: Posts(PATH, headers, _bodies(kind)) for kind in (ONE, TEN, COLD)}
    with ExitStack() as servers:
        usual = servers.enter_context(product(environment))
        forgetful = servers.enter_context(product(stage.environment(PEOPLE, **FORGETFUL)))
        ports = {ONE: usual, TEN: usual, COLD: forgetful}
        return [_row(stage, plan, kind, ports[kind], posts[kind]) for kind in posts]


def _bodies(kind: str) -> list[str]:
    asked = {"actions": list(TEN_ACTIONS)} if kind == TEN else {"action": "buy"}
    tenants = (who.tenant_id for who in map(person, range(1, PEOPLE)) if who.has_tenant)
    return [json.dumps({"tenant": tenant, **asked}) for tenant, _ in zip(tenants, range(TENANTS), strict=False)]


def _row(stage: Stage, plan: Plan, kind: str, port: int, posts: Posts) -> Row:
    size = sum(len(wrk.one(port, posts, body)) for body in posts.bodies[:10]) // 10
    with beside("bench.constant:application", stage.environment(PEOPLE, BENCH_BYTES=str(size))) as constant:
        subjects = {
            "decisions": lambda: wrk.rate(port, posts, plan.seconds, stage.folder),
            "constant": lambda: wrk.rate(constant, posts, plan.seconds, stage.folder),
        }
        interleaved(1, subjects)
        rates = interleaved(plan.rounds, subjects)
    found = medians(rates)
    tool = "" if wrk.program() else "; without wrk: the load is the bound"
    note = f"{found['decisions']:,.0f} against {found['constant']:,.0f} in a second, {size:,} bytes each{tool}"
    target = None if kind == COLD else TARGET
    value = ratio(rates, "decisions", "constant")
    return Row(PART, f"rate against a constant: {kind}", value, "×", least=target, note=note, details={"rates": rates})
