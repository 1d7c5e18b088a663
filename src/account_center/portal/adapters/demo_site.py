"""The sandbox's partner site: it sends what any other site would, by HTTP, from outside of what it asks (2.4.10)."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from account_center.kit.demo_people import DEMO_SITE_ID, DEMO_SITE_KEY, DEMO_SITE_SECRET
from account_center.kit.signing import sign

TIMES = httpx.Timeout(20.0, connect=3.0)
TOKEN_PATH = "/service/v1/token"  # noqa: S105 - an address


class CenterAway(Exception):
    """The account center could not be reached, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A signed request as it went out, and what came back. ``sent`` is, to the byte, what was signed."""

    path: str
    headers: tuple[tuple[str, str], ...]
    sent: str
    status: int
    answer: str


def send_signed(
    path: str, report: Mapping[str, object], *, address: str, host: str, language: str, now: datetime
) -> Exchange:
    """Sends one report as the demo partner site.

    ``address`` is where the center listens, ``host`` what it is called; refusals come in ``language``. Raises CenterAway.
    """
    sent = json.dumps(report, ensure_ascii=False, indent=2)
    headers = _signature(path, sent.encode(), now)
    try:
        with httpx.Client(
            base_url=address, timeout=TIMES, trust_env=False, headers={"Host": host, "Accept-Language": language}
        ) as center:
            token = _token(center)
            answer = center.post(
                path,
                content=sent.encode(),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers},
            )
    except httpx.HTTPError as wrong:
        raise CenterAway from wrong
    return Exchange(path, tuple(headers.items()), sent, answer.status_code, _readable(answer))


def _token(center: httpx.Client) -> str:
    answer = center.post(TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=(DEMO_SITE_ID, DEMO_SITE_SECRET))
    return str(answer.json()["access_token"]) if answer.is_success else ""


def _signature(path: str, body: bytes, now: datetime) -> dict[str, str]:
    timestamp, nonce = str(int(now.timestamp())), secrets.token_urlsafe(16)
    signature = sign(DEMO_SITE_KEY.encode(), timestamp.encode(), nonce.encode(), path.encode(), body)
    return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": signature}


def _readable(answer: httpx.Response) -> str:
    try:
        return json.dumps(answer.json(), ensure_ascii=False, indent=2)
    except ValueError:
        return answer.text
