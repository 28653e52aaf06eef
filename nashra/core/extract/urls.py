"""Addresses found in strangers' HTML: made absolute, or refused.

Follows the WHATWG URL parser where browsers differ from RFC 3986: tabs and line ends vanish, a backslash is a slash.
"""

import re
from urllib.parse import urljoin, urlsplit

from nashra.core.joining import rooted

_EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u200e\u200f\ufeff\u2028\u2029"
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_UNSAFE = re.compile(r"[\s\"<>`{}|^\\]")
_HOST = re.compile(r"[^\s/?#@\\%<>\"]+\Z")
_PLAIN = re.compile(
    r"https?://[a-z0-9.\-]+(?::[0-9]{1,4})?(?:[/?#][^\s\"<>`{}|^\\\x00-\x1f\x7f-\x9f]*)?\Z", re.ASCII | re.I
)
LONGEST = 4096


def clean_url(raw: str, *, base_url: str, schemes: tuple[str, ...] = ("http", "https")) -> str | None:
    """``raw`` as an absolute address with one of ``schemes``, or None when it is anything else.

    Zero-width marks, controls and bidi marks are taken out first, so that nothing hides a scheme.
    """
    address = raw.strip() if raw.isprintable() else _INVISIBLE.sub("", raw.strip(_EDGES)).strip()
    if len(address) <= LONGEST and "http" in schemes and _PLAIN.match(address):
        return address
    if short := rooted(base_url, address) if len(address) <= LONGEST and "http" in schemes else "":
        return short
    if not address or len(address) > LONGEST:
        return None
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in schemes:
        return None
    if scheme and scheme[1].lower() == "mailto":
        return _quote("mailto:" + address[scheme.end() :])
    try:
        return _absolute(address, base_url, schemes)
    except ValueError:  # a broken IPv6 host or port
        return None


def _absolute(address: str, base_url: str, schemes: tuple[str, ...]) -> str | None:
    head, mark, tail = address.partition("?")
    joined = urljoin(base_url, head.replace("\\", "/") + mark + tail)
    parts = urlsplit(joined)
    if parts.scheme not in schemes or parts.scheme == "mailto" or not parts.hostname or not _HOST.match(parts.hostname):
        return None
    parts.port  # noqa: B018  # raises ValueError for a port that is no number
    return _quote(joined)


def _quote(address: str) -> str:
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses share their host, apart from ``www.``, ``m.`` and ``amp.``, or one is under the other."""
    a, b = _bare_host(one), _bare_host(other)
    return bool(a and b) and (a == b or a.endswith("." + b) or b.endswith("." + a))


def _bare_host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
    return re.sub(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)", "", host)
