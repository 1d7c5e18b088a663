"""Times what a stranger asks about somebody who is there and somebody who is not, in turn. Arguments: people, pairs.

Prints, for each question, the microseconds of both, pair by pair. Each person is asked about once, each time from another
network, so that no count of earlier tries and no limit comes into it; the form is fetched beforehand.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice

from django.test import Client

from bench.inside.pages import HOST
from bench.load import TOKEN
from bench.people import SHARING, Person, person

WARM_UP = 5
APART = 1_500  # people between the first ones of two questions
NETWORKS = count(1)
Fields = Callable[[Person], Mapping[str, str]]
QUESTIONS: Mapping[str, tuple[str, Fields, int]] = {
    "a wrong password": ("/sign-in/", lambda who: {"identifier": who.name, "password": "not it, 47 lanterns"}, 422),
    "a wrong password with a phone": (
        "/sign-in/",
        lambda who: {"identifier": who.phone, "password": "not it, 48 lanterns"},
        422,
    ),
    "asking for a code to sign in": ("/sign-in/code/", lambda who: {"recipient": who.phone}, 302),
    "a forgotten password": ("/recovery/", lambda who: {"recipient": who.email}, 302),
    "registering": ("/register/", lambda who: {"country": "CN", "recipient": who.phone, "agree": "on"}, 302),
}


def somebody(first: int) -> Iterator[Person]:
    """From there on, without those who share a phone: a code goes to each but once."""
    return (person(number) for number in count(first) if 1 < number % SHARING < SHARING - 1)


def stranger(client: Client, path: str) -> str:
    """Another browser in another network, which holds the form; its token."""
    number = next(NETWORKS)
    client.cookies.clear()
    client.defaults["HTTP_X_FORWARDED_FOR"] = f"198.18.{number // 256 % 256}.{number % 256}"
    found = TOKEN.search(client.get(path).content.decode())
    if found is None:
        sys.exit(f"{path} has no form")
    return found[1]


def timed(client: Client, question: str, who: Person) -> float:
    """Microseconds of one answer. Ends the bench if it is another one than strangers should get."""
    path, fields, status = QUESTIONS[question]
    typed = {**fields(who), "csrfmiddlewaretoken": stranger(client, path)}
    begun = time.perf_counter()
    answer = client.post(path, typed)
    taken = time.perf_counter() - begun
    if answer.status_code != status:
        sys.exit(f"{question} about {who.name} answered {answer.status_code}: {answer.content.decode()[:2000]}")
    return taken * 1_000_000


def pairs(client: Client, question: str, first: int, people: int, wanted: int) -> list[tuple[float, float]]:
    """(known, unknown) of each pair; who is asked about first changes from one to the next."""
    found = []
    both = zip(somebody(first), somebody(people + first), strict=False)
    for turn, (known, unknown) in enumerate(islice(both, wanted + WARM_UP)):
        if turn % 2:
            there, away = timed(client, question, known), timed(client, question, unknown)
        else:
            away, there = timed(client, question, unknown), timed(client, question, known)
        found.append((there, away))
    return found[WARM_UP:]


def main() -> None:
    people, wanted = int(sys.argv[1]), int(sys.argv[2])
    client = Client(
        enforce_csrf_checks=True,
        SERVER_NAME=HOST,
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_ORIGIN=f"https://{HOST}",
        HTTP_ACCEPT_LANGUAGE="zh-CN",
    )
    firsts = count(1, APART)
    print(json.dumps({question: pairs(client, question, next(firsts), people, wanted) for question in QUESTIONS}))


if __name__ == "__main__":
    main()
