"""What this room keeps, and how long."""

from collections.abc import Mapping

KEPT: Mapping[str, str] = {
    "StoredImage": (
        "The picture (sealed file and its key): until erase_at, which the room above sets for each picture and brings "
        "forward, or puts off for a case that is taken up again; or until a legal hold is released. The row without its key (kind, owner, SHA-256, sizes, times): "
        "as proof of erasure, as long as the owner's own record."
    ),
}
