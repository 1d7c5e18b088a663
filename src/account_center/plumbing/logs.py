"""What is kept out of the log: links that do something for whoever has them stand in paths, and paths stand in messages."""

import logging
import re
from collections.abc import Sequence


class HideLinks(logging.Filter):
    """Replaces what follows one of the ``places`` in a path by an ellipsis: ``/scan/<token>/`` becomes ``/scan/…``."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__()
        self._secret = re.compile(rf"({'|'.join(map(re.escape, places))})[^\s?\"']+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        said = record.getMessage()
        hidden = self._secret.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
