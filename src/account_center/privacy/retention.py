"""What the privacy room keeps: nothing of its own. A copy of one's data is made while its owner waits, and stored nowhere."""

from collections.abc import Mapping

KEPT: Mapping[str, str] = {}
