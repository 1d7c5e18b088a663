"""What recurs: names of deleted accounts end their rest."""

import logging

from account_center.accounts.retention import erase_expired
from account_center.kit.clock import now
from account_center.kit.limits import DAY
from account_center.plumbing.work import every

log = logging.getLogger(__name__)


@every(seconds=DAY, name="privacy.set_names_free")
def set_names_free() -> None:
    """Names whose rest is over may be taken again."""
    log.info("names set free: %d", erase_expired(now=now()))
