"""Pictures in HTML: which address is the real one, which are trackers, and rewriting their addresses."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from .tokens import Token, attributes_of, escape_attribute, tokens, unescape_attribute, usual_parts
from .urls import clean_url

BEST_WIDTH = 1280
"""Dots: the smallest srcset candidate that is at least so wide is taken, else the widest."""

LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-url", "data-orig-file", "data-hi-res-src",
        "data-original-src", "data-img-src")  # fmt: skip
LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_PLACEHOLDER = re.compile(
    r"(?:^data:|placeholder|(?:blank|spacer|transparent|loading|lazy|grey|pixel|clear)\.(?:gif|png|svg)|1x1)", re.I
)
_TRACKER_HOSTS = (
    "b.scorecardresearch.com", "doubleclick.net", "google-analytics.com", "pixel.quantserve.com", "pixel.wp.com",
    "stats.wordpress.com", "feeds.feedburner.com", "feedsportal.com", "pi.feedsportal.com", "pubads.g.doubleclick.net",
    "sb.scorecardresearch.com", "analytics.twitter.com", "px.ads.linkedin.com", "mc.yandex.ru", "counter.yadro.ru",
    "ad.doubleclick.net", "pixel.facebook.com", "list-manage.com", "hit.gemius.pl",
)  # fmt: skip
_TRACKER_PATH = re.compile(
    r"(?:^/tr$|/(?:pixel|beacon|track(?:er|ing)?|open|impression|counter)(?:\.(?:gif|png|php|aspx?)|/open(?:\.gif)?|/?$)"
    r"|/(?:1x1|o|t|__utm)\.gif$)",
    re.I,
)
_TINY_STYLE = re.compile(r"display\s*:\s*none|(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$|!)", re.I)
_LARGE = 100_000  # dots, for a side that is not declared
_USUAL_SRC = re.compile(r"https?://([a-z0-9.\-]+)(?::[0-9]+)?(/[^?#\s]*)(?:[?#]\S*)?\Z", re.ASCII | re.I)
# A picture as the sanitiser writes it.
_OURS = re.compile(
    r'<img src="([^"<>]*+)" alt="([^"<>]*+)"(?: title="[^"<>]*+")?+'
    r'(?: width="([0-9]{1,5})")?+(?: height="([0-9]{1,5})")?+>'
)
_IMG = re.compile("<img", re.I)
_CANDIDATE = re.compile(r"[\s,]*+(\S+)")
_SIZE = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]*)?\s*(?:px)?\s*$", re.ASCII)
_DESCRIPTOR = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)([wx])\s*(?:[0-9]+h\s*)?", re.I)


@dataclass(frozen=True, slots=True)
class ImageRef:
    """One picture: absolute address, text in its place, declared size in dots (None when not said)."""

    src: str
    alt: str
    width: int | None
    height: int | None


def best_source(attributes: Mapping[str, str], extra_sets: Iterable[str], *, base_url: str) -> tuple[str | None, bool]:
    """The absolute address of an ``img``'s real picture, and whether it was hidden behind a lazy-loading stand-in."""
    lazy, lazy_set = None, ""
    if "data-" in "".join(attributes):
        lazy = _first_clean((attributes.get(name, "") for name in LAZY), base_url)
        lazy_set = next((attributes[name] for name in LAZY_SETS if attributes.get(name)), "")
    chosen = _first_clean((best_candidate(lazy_set), lazy or ""), base_url) if lazy_set or lazy else None
    chosen = chosen or _first_clean((best_candidate(attributes.get("srcset", "")),), base_url)
    if not chosen:
        direct = attributes.get("src", "")
        direct = "" if _is_placeholder(direct[:300]) else direct
        chosen = _first_clean((direct, *map(best_candidate, extra_sets)), base_url)
    return chosen, bool(lazy or lazy_set)


def _is_placeholder(address: str) -> bool:
    if address.isascii():  # looks for single words are faster than one for all of them
        low = address.lower()
        if not (
            "data:" in low or ".gif" in low or ".png" in low or ".svg" in low or "1x1" in low or "placeholder" in low
        ):
            return False
    return _PLACEHOLDER.search(address) is not None


def _first_clean(addresses: Iterable[str], base_url: str) -> str | None:
    for address in addresses:
        if address and address[:5].lower() != "data:" and (clean := clean_url(address, base_url=base_url)):
            return clean
    return None


def best_candidate(srcset: str) -> str:
    """The most fitting address of a ``srcset`` (HTML 4.8.4.2): near BEST_WIDTH, or the densest; empty when none."""
    found = candidates(srcset)
    if not found:
        return ""
    wide = sorted((size, url) for size, unit, url in found if unit == "w")
    if wide:
        return next((url for size, url in wide if size >= BEST_WIDTH), wide[-1][1])
    return max(((min(size, 2.0), -n), url) for n, (size, _, url) in enumerate(found))[1]


def candidates(srcset: str) -> list[tuple[float, str, str]]:
    """The candidates of a ``srcset``: (number, "w" or "x", address). No stand-ins."""
    if not srcset:
        return []
    found: list[tuple[float, str, str]] = []
    position, end = 0, min(len(srcset), 20_000)
    while position < end and (match := _CANDIDATE.match(srcset, position)):
        url, position = match[1], match.end()
        size, unit = 1.0, "x"
        if url.endswith(","):
            url = url.rstrip(",")
        elif descriptor := _DESCRIPTOR.match(srcset, position):
            size, unit, position = float(descriptor[1]), descriptor[2].lower(), descriptor.end()
        if url and not _is_placeholder(url[:300]):
            found.append((size, unit, url))
    return found


def is_tracker(src: str, attributes: Mapping[str, str]) -> bool:
    """Whether a picture is there to report the reader: a dot by its declared size, hidden, or a known beacon."""
    width, height = number(attributes.get("width", "")), number(attributes.get("height", ""))
    sides = _LARGE if width is None else width, _LARGE if height is None else height
    if min(sides) <= 1 or max(sides) <= 3:
        return True
    if "style" in attributes and _TINY_STYLE.search(attributes["style"]):
        return True
    if usual := _USUAL_SRC.match(src):
        host, path = usual[1], usual[2]
    else:
        parts = urlsplit(src)
        host, path = parts.hostname or "", parts.path
    return _is_tracker_host(host.lower()) or bool(_TRACKER_PATH.search(path))


@lru_cache(maxsize=1024)
def _is_tracker_host(host: str) -> bool:
    return any(host == name or host.endswith("." + name) for name in _TRACKER_HOSTS)


def number(value: str) -> int | None:
    """A declared size ("640", "640px") as an int of dots; None for anything else, percentages included."""
    if len(value) <= 5 and value.isascii() and value.isdigit():
        return int(value)
    match = _SIZE.match(value) if value else None
    return int(match[1]) if match else None


def images(html: str) -> list[ImageRef]:
    """Every ``img`` of sanitised HTML, in order."""
    if "<img" not in html and not _IMG.search(html):
        return []
    ours = _OURS.findall(html)
    if len(ours) == html.count("<img"):
        return [
            ImageRef(unescape_attribute(src), unescape_attribute(alt), _int(width), _int(height))
            for src, alt, width, height in ours
        ]
    if (parts := usual_parts(html)) is not None:
        tags = zip(parts[1::4], parts[2::4], parts[3::4], strict=True)
        return [_reference(attributes_of(raw)) for close, name, raw in tags if not close and name.lower() == "img"]
    return [_reference(token.attributes()) for token in tokens(html) if token.kind == "open" and token.name == "img"]


def _int(digits: str) -> int | None:
    return int(digits) if digits else None


def _reference(attributes: Mapping[str, str]) -> ImageRef:
    sizes = [number(attributes.get(name, "")) for name in ("width", "height")]
    return ImageRef(attributes.get("src", ""), attributes.get("alt", ""), *sizes)


def map_images(html: str, fn: Callable[[str], str | None]) -> str:
    """Sanitised ``html`` with each picture's address replaced by ``fn(address)``; None leaves its alt."""
    out: list[str] = []
    for token in tokens(html):
        if token.kind == "open" and token.name == "img":
            out.append(_mapped(token, fn))
        else:
            out.append(token.raw)
    return "".join(out)


def _mapped(token: Token, fn: Callable[[str], str | None]) -> str:
    attributes = token.attributes()
    target = fn(attributes.get("src", ""))
    if target is None:
        return escape_attribute(attributes.get("alt", ""))
    attributes["src"] = target
    return "<img" + "".join(f' {name}="{escape_attribute(value)}"' for name, value in attributes.items()) + ">"
