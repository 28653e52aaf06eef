"""Absolute http(s) addresses out of whatever a feed calls a link."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

from nashra.core.joining import is_plain, rooted, site_of, unescape

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_ESCAPED = str.maketrans({char: f"%{ord(char):02X}" for char in ' "<>\\^`{|}'})
_UNSAFE = re.compile(r'[ "<>\\^`{|}]')
_MAX = 4_000
_NAMES = ("href", "src", "poster", "cite")
_RELATIVE = re.compile(
    r"""(\s(?:href|src|poster|cite)\s*=\s*)(?:"(?!\s*(?:[a-z][a-z0-9+.\-]*:|\#))([^"<>]*)"|'(?!\s*(?:[a-z][a-z0-9+.\-]*:|\#))([^'<>]*)')""",
    re.IGNORECASE,
)
# A tag with an attribute, of an element that may hold an address: <a>, <img>, <video>, <blockquote> …, not <p> or <h2>.
_TAG = re.compile(r"(<[abdefilqstvABDEFILQSTV][^<>=]*+=[^<>]*+>)")
_OTHER = r"""(?:\s(?!href=|src=|poster=|cite=)[a-z\-]++="[^"'<>]*+")*+"""
_PATH, _QUERY = r"[!$%()*+,\-/0-9:=@A-Z_a-z~]*+", r"[!$%()*+,\-./0-9:;=?@A-Z_a-z~]"
# A tag as programs write it, whose one address can be joined as it stands.
_USUAL = re.compile(
    rf"""(<[a-z]++{_OTHER}\s(?:href|src|poster|cite)=")/(?!/){_PATH}(?:(?<!/)\.{_PATH})*+"""
    rf"""(?:\?{_QUERY}++(?:&amp;{_QUERY}*+)*+)?+"{_OTHER}\s?/?>"""
)


def absolute(href: str | None, *bases: str | None) -> str | None:
    """The absolute http(s) address of `href`, joined to the first base that makes one of it; None for anything else."""
    if not href:
        return None
    text = href.strip() if href.isprintable() else _DROPPED.sub("", href).strip()
    if not text or len(text) > _MAX:
        return None
    if _SCHEME.match(text):
        return _checked(text)
    for base in bases:
        joined = (rooted(base, text) or _checked(_joined(base, text))) if base else None
        if joined:
            return joined
    return None


def base_of(parent: str, inner: str | None) -> str:
    """The base address inside an element whose xml:base is `inner` (RFC 3986 §5.1.1)."""
    return (absolute(inner, parent) or parent) if inner else parent


def absolute_html(text: str | None, base: str) -> str | None:
    """HTML whose quoted relative href, src, poster and cite values are absolute; text between tags is never touched."""
    if not text or not base or "=" not in text:
        return text
    pieces = _TAG.split(text)  # text, tag, text, tag, …
    if not _any_relative("".join(pieces[1::2]).lower()):
        return text
    site = site_of(base)
    for place in range(1, len(pieces), 2):
        pieces[place] = _tag(pieces[place], base, site)
    return "".join(pieces)


def _any_relative(tags: str) -> bool:
    """A fast no for the usual case that every address begins with http."""
    return any((found := tags.count(name)) and found != tags.count(f'{name}="http') for name in _NAMES)


def _tag(tag: str, base: str, site: str) -> str:
    if not _may_lead(tag):
        return tag
    if site and len(tag) < _MAX and (usual := _USUAL.fullmatch(tag)):
        start = usual.end(1)
        return tag[:start] + site + tag[start:]
    return _RELATIVE.sub(lambda found: _resolved(found, base), tag)


def _may_lead(tag: str) -> bool:
    """Whether an attribute with an address may be in a tag; most say what something looks like."""
    low = tag.lower()
    return "href" in low or "src" in low or "poster" in low or "cite" in low


def _resolved(found: re.Match[str], base: str) -> str:
    value = unescape(found[2] if found[2] is not None else found[3])
    joined = absolute(value, base) if value.strip() else None
    return f'{found[1]}"{html.escape(joined)}"' if joined else found[0]


def _joined(base: str, text: str) -> str:
    try:
        return urljoin(base, text)
    except ValueError:
        return ""


def _checked(url: str) -> str | None:
    if not url.startswith(("http://", "https://")):  # a scheme may be written in capitals (RFC 3986 §3.1)
        scheme, _, rest = url.partition(":")
        url = f"{scheme.lower()}:{rest}"
    if is_plain(url):
        return url
    if not url.startswith("http"):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return url.translate(_ESCAPED) if _UNSAFE.search(url) else url
