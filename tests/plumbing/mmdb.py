"""Writes small files in MaxMind's format, so that no test needs somebody's data."""

import ipaddress
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"
Node = list[Any]
SHORT, LONG = 5, 9  # kinds of whole numbers; the reader wants these and no other in what the file says of itself
WIDTHS = {SHORT: 2, LONG: 8}


def write_mmdb(path: Path, entries: Mapping[str, Any]) -> Path:
    """A file that answers with the entry of the network (IPv4 or IPv6) in which an address lies."""
    root: Node = [None, None]
    for network, entry in entries.items():
        _place(root, _bits(network), _packed(entry))
    nodes = _numbered(root)
    data, tree = b"", b""
    for node in nodes:
        for side in node:
            if isinstance(side, bytes):
                tree += (len(nodes) + 16 + len(data)).to_bytes(3, "big")
                data += side
            else:
                tree += (len(nodes) if side is None else _number(nodes, side)).to_bytes(3, "big")
    path.write_bytes(tree + bytes(16) + data + MARKER + _packed(_about(len(nodes))))
    return path


def _about(nodes: int) -> dict[str, Any]:
    return {
        "binary_format_major_version": (SHORT, 2),
        "binary_format_minor_version": (SHORT, 0),
        "build_epoch": (LONG, 1),
        "database_type": "Test-City",
        "description": {"en": "invented"},
        "ip_version": (SHORT, 6),
        "languages": ["en"],
        "node_count": nodes,
        "record_size": (SHORT, 24),
    }


def _bits(network: str) -> str:
    parsed = ipaddress.ip_network(network)
    width = 128 if parsed.version == 6 else 32
    own = f"{int(parsed.network_address):0{width}b}"[: parsed.prefixlen]
    return own if parsed.version == 6 else "0" * 96 + own


def _place(node: Node, bits: str, entry: bytes) -> None:
    for bit in bits[:-1]:
        if node[int(bit)] is None:
            node[int(bit)] = [None, None]
        node = node[int(bit)]
    node[int(bits[-1])] = entry


def _numbered(root: Node) -> list[Node]:
    nodes = [root]
    for node in nodes:
        nodes += [side for side in node if isinstance(side, list)]
    return nodes


def _number(nodes: list[Node], wanted: Node) -> int:
    return next(number for number, node in enumerate(nodes) if node is wanted)


def _packed(value: Any) -> bytes:
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    if isinstance(value, float):
        return _head(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        return _head(6, 4) + value.to_bytes(4, "big")
    if isinstance(value, tuple):
        kind, number = value
        return _head(kind, WIDTHS[kind]) + int(number).to_bytes(WIDTHS[kind], "big")
    if isinstance(value, list):
        return _head(11, len(value)) + b"".join(map(_packed, value))
    return _head(7, len(value)) + b"".join(_packed(key) + _packed(held) for key, held in value.items())


def _head(kind: int, size: int) -> bytes:
    length, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([kind << 5 | length]) + more if kind < 8 else bytes([length, kind - 7]) + more
