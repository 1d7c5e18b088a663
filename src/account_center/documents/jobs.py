import logging

from account_center.documents import services
from account_center.kit import clock
from account_center.plumbing.work import every

log = logging.getLogger(__name__)


@every(seconds=3600, name="documents.erase_due", final=True)
def erase_due() -> None:
    """Erases the pictures whose time is over."""
    log.info("pictures erased: %d", services.erase_due(now=clock.now()))


@every(seconds=6 * 3600, name="documents.sweep_files")
def sweep_files() -> None:
    """Removes files that no row knows any more."""
    log.info("files swept: %d", services.sweep_files(now=clock.now()))
