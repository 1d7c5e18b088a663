"""How old the store's files look. The disk dates them by the day on which the tests run, which no test may depend on."""

import os
from datetime import datetime

from account_center.documents import files


def as_if_written(moment: datetime) -> None:
    """All files that are there now."""
    for path in files.folder().rglob("*"):
        os.utime(path, (moment.timestamp(), moment.timestamp()))
