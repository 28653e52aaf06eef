"""Which addresses a message may link to, and in which spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

import idna

LINK_LENGTH = 2_000
_FORBIDDEN = re.compile('[\\s\x00-\x20\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\\\\<>"]')
_KEEP = "/:@!$&'()*+,;=~-._%?#[]"


@lru_cache(maxsize=1_024)  # each link is asked for once by either part
def safe_link(url: str) -> str | None:
    """The address in ASCII if it is http(s) with a host and no password; else None, and the text stands without a link.

    A host in another script is written in its A-label form, so that no look-alike is taken for the name it imitates.
    """
    if not url or len(url) > LINK_LENGTH or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
            return None
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
        path, query, fragment = (quote(piece, safe=_KEEP) for piece in (parts.path, parts.query, parts.fragment))
    except (ValueError, UnicodeError):  # idna.IDNAError is a UnicodeError
        return None
    name = f"[{host}]" if ":" in host else host
    link = urlunsplit((parts.scheme, f"{name}:{port}" if port else name, path, query, fragment))
    return link if len(link) <= LINK_LENGTH else None
