from collections.abc import Mapping

KEPT: Mapping[str, str] = {
    "Event": "for as long as the installation lives: who did what must be provable years later; holds no secret and no full number",
    "Seal": "as long as its events",
}
