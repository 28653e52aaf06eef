"""Resolves the benches' host names, in every Python process that has this folder on its path.

`host-0001.bench.test` is 127.81.0.2, `host-0300.bench.test` is 127.81.1.47, and so on: a loopback address for each
name, so that politeness towards hosts works as it does towards real ones. Other names are looked up as always.
"""

import re
import socket
from typing import Any

_NAME = re.compile(r"host-(\d{4})\.bench\.test\Z")
_real = socket.getaddrinfo


def address_of(number: int) -> str:
    """The loopback address of the host with this number (1 to 9999)."""
    return f"127.81.{number // 254}.{number % 254 + 1}"


def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    """As `socket.getaddrinfo`, for the benches' names as well."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    match = _NAME.fullmatch(name.lower().rstrip(".")) if isinstance(name, str) else None
    return _real(address_of(int(match[1])) if match else host, *arguments, **named)


socket.getaddrinfo = getaddrinfo
