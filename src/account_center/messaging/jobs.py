from collections.abc import Mapping

from account_center.kit.clock import now
from account_center.messaging.delivery import deliver_message
from account_center.messaging.retention import erase_expired
from account_center.plumbing.work import JSON, RetryLater, every, job


@job("messaging.deliver")
def deliver(payload: Mapping[str, JSON]) -> None:
    pause = deliver_message(message_id=int(str(payload["message_id"])))
    if pause is not None:
        raise RetryLater(after_seconds=pause.total_seconds())


@every(seconds=3600, name="messaging.erase_expired")
def erase() -> None:
    erase_expired(now())
