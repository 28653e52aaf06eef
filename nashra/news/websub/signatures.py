"""Signatures of what hubs send: X-Hub-Signature, an HMAC of the body under the secret that only the hub was told. Pure.

WebSub 7.1 and 8: `method=hexadecimal digits`; sha1 is still common, the others are safer.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

METHODS: dict[str, Callable[..., Any]] = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


def sign(body: bytes, secret: str, method: str = "sha256") -> str:
    """The header's value for a body. KeyError for a method that WebSub does not know."""
    return f"{method}={hmac.new(secret.encode(), body, METHODS[method]).hexdigest()}"


def verifies(header: str, body: bytes, secret: str) -> bool:
    """Whether the header signs this body with this secret; compared in constant time."""
    method, _, given = header.strip().partition("=")
    if method.lower() not in METHODS or not given.isascii():
        return False
    expected = sign(body, secret, method.lower()).partition("=")[2]
    return hmac.compare_digest(expected, given.strip().lower())
